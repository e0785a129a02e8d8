/**
 * How long the market takes to answer, with 100,000 orders in its book: `npm run bench:market`, on PGlite or, with
 * `DATABASE_URL`, on PostgreSQL. `-- --orders N --queries N` for other sizes.
 *
 * Orders are written straight into the database, without signatures. Answers are measured through HTTP routes and JSON, but
 * without a network in between.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { ZeroAddress, toBeHex } from "ethers";
import type { FastifyInstance } from "fastify";

import type { Manifest } from "../../src/config/manifest.js";
import { openDatabase, type DatabaseLocation } from "../../src/database/openDatabase.js";
import { insertOrders, type AnyOrder } from "../../src/market/orderRecord.js";
import { openMarketService } from "../../src/market/service.js";
import { marketDefinition, type MarketTables } from "../../src/market/tables.js";
import { buildOrder, parseTag, type Address, type Hex, type OrderKind } from "../../src/protocol.js";
import { freshDatabase } from "../database/databases.js";
import { addressOf } from "../fixtures/addresses.js";
import { seededRandom } from "../fixtures/random.js";

const { values } = parseArgs({
  // Mocha imports every file here.
  args: import.meta.main ? process.argv.slice(2) : [],
  options: { orders: { type: "string", default: "100000" }, queries: { type: "string", default: "2000" } },
});
const ORDERS = Number(values.orders);
const QUERIES = Number(values.queries);
/** How many orders one statement writes. */
const BATCH = 1_000;
/** How many clients ask at once when answers per second are measured. */
const CLIENTS = 8;

const { pick, between } = seededRandom(1n);
const below = (limit: number): number => Number(between(0n, BigInt(limit) - 1n));
const nobody = ZeroAddress as Address;
const oneOf = (many: number, base: number): Address => addressOf(base + below(many) + 1);
const app = () => oneOf(2_000, 0x1_0000_0000);
const dataset = () => oneOf(30_000, 0x2_0000_0000);
const workerpool = () => oneOf(200, 0x3_0000_0000);
const person = () => oneOf(5_000, 0x4_0000_0000);
const TEE = parseTag(["tee", "tdx"]);
const rarely = (place: () => Address) => (below(10) === 0 ? place() : nobody);

/** Six in ten are of datasets, most of them grants to one app, as people who protect data make them. */
function randomOrder(): AnyOrder {
  const volume = pick([1n, 100n, 1_000_000n]);
  const level = { category: BigInt(below(5)), trust: BigInt(below(4)) };
  const kind: OrderKind = pick([
    "dataset",
    "dataset",
    "dataset",
    "dataset",
    "dataset",
    "dataset",
    "app",
    "workerpool",
    "workerpool",
    "request",
  ]);
  const price = between(0n, 1_000n) * 1_000_000n;
  const orders = {
    app: () => buildOrder("app", { app: app(), appprice: price, volume, tag: TEE, requesterrestrict: rarely(person) }),
    dataset: () => {
      const isBulk = below(4) === 0;
      return buildOrder("dataset", {
        dataset: dataset(),
        datasetprice: isBulk ? 0n : price,
        volume: isBulk ? 2n ** 53n - 1n : volume,
        tag: TEE,
        apprestrict: app(),
        requesterrestrict: below(2) === 0 ? person() : nobody,
      });
    },
    workerpool: () => {
      const terms = {
        workerpool: workerpool(),
        workerpoolprice: price,
        volume,
        tag: TEE,
        requesterrestrict: rarely(person),
      };
      return buildOrder("workerpool", { ...level, ...terms });
    },
    request: () => {
      const terms = {
        app: app(),
        workerpoolmaxprice: price,
        requester: person(),
        volume,
        workerpool: rarely(workerpool),
      };
      return buildOrder("request", { ...level, ...terms });
    },
  };
  return { kind, order: { ...orders[kind](), sign: `0x${"11".repeat(65)}` } } as unknown as AnyOrder;
}

/** What clients ask: `iexec` for a book, and `@iexec/dataprotector` for grants. */
const QUESTIONS: Readonly<Record<string, () => string>> = {
  "orders of an app": () => `/apporders?app=${app()}&minTag=${TEE}`,
  "grants of a dataset to an app and a user": () =>
    `/datasetorders?dataset=${dataset()}&app=${app()}&isAppStrict=true&requester=${person()}`,
  "all grants of a dataset": () => `/datasetorders?dataset=${dataset()}&app=any&isAppStrict=true&requester=any`,
  "all grants to an app and a user": () =>
    `/datasetorders?dataset=any&app=${app()}&isAppStrict=true&requester=${person()}&bulkOnly=true`,
  "all grants": () => "/datasetorders?dataset=any&app=any&isAppStrict=true&requester=any",
  "all grants for bulk": () => "/datasetorders?dataset=any&app=any&requester=any&bulkOnly=true",
  "cheapest pools of a category": () =>
    `/workerpoolorders?category=0&app=${app()}&requester=${person()}&minTag=${TEE}&minVolume=1`,
  "all pools": () => "/workerpoolorders",
  "orders of a pool": () => `/workerpoolorders?workerpool=${workerpool()}`,
  "requests of a category": () => "/requestorders?category=1",
  "requests of a requester": () => `/requestorders?requester=${person()}&workerpool=any`,
  "a page far into all grants": () =>
    `/datasetorders?dataset=any&app=any&requester=any&pageSize=100&pageIndex=${below(Math.floor(ORDERS / 200))}`,
};

async function fill(location: DatabaseLocation): Promise<void> {
  const database = await openDatabase<MarketTables>(location, marketDefinition);
  for (let first = 0; first < ORDERS; first += BATCH) {
    const entries = Array.from({ length: Math.min(BATCH, ORDERS - first) }, (_, index) => ({
      entry: randomOrder(),
      hash: toBeHex(first + index + 1, 32) as Hex,
      signer: person(),
      presigned: false,
      consumed: 0n,
      status: "open" as const,
    }));
    await insertOrders(database, entries);
  }
  await database.destroy();
}

async function ask(server: FastifyInstance, url: string): Promise<number> {
  const start = performance.now();
  const answer = await server.inject(url);
  if (answer.statusCode !== 200) throw new Error(`${url}: ${answer.body}`);
  return performance.now() - start;
}

function share(times: readonly number[], part: number): string {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!.toFixed(1).padStart(7);
}

function report(what: string, times: readonly number[]): void {
  console.log(`${what.padEnd(42)}${share(times, 0.5)} ${share(times, 0.95)} ${share(times, 1)}`);
}

async function measure(server: FastifyInstance): Promise<void> {
  const questions = Object.entries(QUESTIONS);
  console.log(`${"milliseconds".padEnd(42)} median     p95     max`);
  const all: number[] = [];
  for (const [what, url] of questions) {
    await ask(server, url());
    const times: number[] = [];
    for (let asked = 0; asked < QUERIES / questions.length; asked++) times.push(await ask(server, url()));
    report(what, times);
    all.push(...times);
  }
  report("all of them, as often each", all);

  let left = QUERIES;
  const start = performance.now();
  const client = async () => {
    while (left-- > 0) await ask(server, pick(questions)[1]());
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  const seconds = (performance.now() - start) / 1_000;
  console.log(`${(QUERIES / seconds).toFixed(0)} answers per second to ${CLIENTS} clients at once`);
}

async function main(): Promise<void> {
  const onServer = process.env["DATABASE_URL"] !== undefined;
  const fresh = onServer ? await freshDatabase() : undefined;
  const folder = await mkdtemp(join(tmpdir(), "poco-bench-"));
  const location = fresh?.location ?? { folder };
  try {
    const start = performance.now();
    await fill(location);
    const seconds = ((performance.now() - start) / 1_000).toFixed(0);
    console.log(`${ORDERS} orders on ${onServer ? "PostgreSQL" : "PGlite"}, written in ${seconds} s`);
    // No chain is followed: none of these questions needs one.
    const server = await openMarketService({ rpc: "http://127.0.0.1:9", deployment: NOWHERE, database: location });
    try {
      await measure(server);
    } finally {
      await server.close();
    }
  } finally {
    await fresh?.remove();
    await rm(folder, { recursive: true });
  }
}

const NOWHERE: Manifest = {
  network: "nowhere",
  chainId: 31_337,
  block: 0,
  strategy: "basic",
  native: false,
  abi: { version: "0.0.0", hash: toBeHex(0, 32) as Hex },
  poco: addressOf(1),
  token: addressOf(2),
  appRegistry: addressOf(3),
  datasetRegistry: addressOf(4),
  workerpoolRegistry: addressOf(5),
  facets: {},
};

if (import.meta.main) await main();
