import type { FastifyInstance } from "fastify";
import type { Kysely } from "kysely";

import { HttpError } from "../http/HttpError.js";
import type { Login } from "../login/openLogin.js";
import { InvalidFieldError, readBytes32 } from "@poco-marketplace/sdk/protocol/field.js";
import { OrderKind } from "@poco-marketplace/sdk/protocol/order.js";
import type { Categories } from "./categories.js";
import type { CountCache } from "./countCache.js";
import { findDeal, searchDeals } from "./dealSearch.js";
import { explainQuery } from "./explaining.js";
import { readOrderFilter } from "./orderFilter.js";
import { toPublished } from "./orderRecord.js";
import { findOrder, searchOrders } from "./orderSearch.js";
import { publishOrder, type Publishing } from "./publishing.js";
import { textOf, type Listed, type Query } from "./query.js";
import { countAll, priceHistory } from "./statistics.js";
import type { MarketTables } from "./tables.js";
import { readUnpublication, unpublishOrders } from "./unpublishing.js";

/** The dependencies of the market's routes. */
export interface Market extends Publishing {
  readonly chainId: number;
  readonly version: string;
  readonly database: Kysely<MarketTables>;
  readonly counts: CountCache;
  readonly login: Login;
  readonly categories: Categories;
  /** Waits briefly until the book has all blocks; after that, the book answers even without the chain. */
  readonly keepUp: () => Promise<void>;
}

/** Adds all routes of the market. */
export function addRoutes(server: FastifyInstance, market: Market): void {
  server.addHook("preValidation", (request, _reply, done) => {
    done(wrongChain(market.chainId, request.query as Query));
  });
  server.get("/version", () => ({ ok: true, version: market.version }));
  server.get("/challenge", ({ query }) => {
    return { ok: true, data: market.login.challenge(textOf(query as Query, "address")) };
  });
  for (const kind of Object.values(OrderKind)) addOrderRoutes(server, market, kind);
  addDealRoutes(server, market);
  server.get("/explain", async ({ query }) => {
    await market.keepUp();
    return { ok: true, ...(await explainQuery(market, query as Query)) };
  });
}

function addOrderRoutes(server: FastifyInstance, market: Market, kind: OrderKind): void {
  const { chainId, database, counts, login, keepUp } = market;
  const path = `/${kind}orders`;
  server.get(path, async ({ query }) => {
    await keepUp();
    const found = await searchOrders(market, readOrderFilter(kind, query as Query));
    return answer("orders", { ...found, entries: found.entries.map((row) => toPublished(row, chainId)) });
  });
  server.get(`${path}/:hash`, async ({ params }) => {
    const hash = hashIn(params);
    await keepUp();
    const row = await findOrder(database, { kind, hash });
    if (row === undefined) throw new HttpError(404, `There is no ${kind} order ${hash} in the book.`);
    return { ok: true, ...toPublished(row, chainId) };
  });
  server.post(path, async ({ headers, body }) => {
    const publisher = await login.authenticate(headers.authorization);
    const row = await publishOrder(market, kind, { body, publisher });
    counts.clear();
    return { ok: true, published: toPublished(row, chainId) };
  });
  server.put(path, async ({ headers, body }) => {
    const publisher = await login.authenticate(headers.authorization);
    const unpublished = await unpublishOrders(database, kind, { wish: readUnpublication(kind, body), publisher });
    counts.clear();
    return { ok: true, unpublished };
  });
}

function addDealRoutes(server: FastifyInstance, { database, catchUp, keepUp, categories }: Market): void {
  server.get("/deals", async ({ query }) => {
    // Clients send this right after their transaction, and only once.
    await catchUp();
    return answer("deals", await searchDeals(database, query as Query));
  });
  server.get("/deals/:hash", async ({ params }) => {
    const id = hashIn(params);
    await catchUp();
    const deal = await findDeal(database, id);
    if (deal === undefined) throw new HttpError(404, `There is no deal ${id}.`);
    return { ok: true, ...deal };
  });
  server.get("/categories", async () => {
    const all = await categories.all();
    return { ok: true, categories: all, count: all.length };
  });
  server.get("/categories/:id", async ({ params }) => {
    const { id } = params as { id: string };
    const category = (await categories.all()).find(({ catid }) => String(catid) === id);
    if (category === undefined) throw new HttpError(404, `There is no category ${id.slice(0, 80)}.`);
    return { ok: true, ...category };
  });
  server.get("/ohlc", async ({ query }) => {
    await keepUp();
    return { ok: true, ohlc: await priceHistory(database, query as Query) };
  });
  server.get("/metrics", async () => {
    await keepUp();
    return { ok: true, ...(await countAll(database)) };
  });
}

function answer(name: "orders" | "deals", { entries, count, nextPage }: Listed<unknown>) {
  return { ok: true, [name]: entries, count, ...(nextPage !== undefined && { nextPage }) };
}

function hashIn(params: unknown): string {
  return readBytes32("hash", (params as { hash: string }).hash);
}

/** Returns an error if the query names another chain. */
function wrongChain(chainId: number, query: Query): Error | undefined {
  const asked = query["chainId"];
  if (asked === undefined || asked === String(chainId)) return undefined;
  return new InvalidFieldError("chainId", asked, `${chainId}, the chain of this market`);
}
