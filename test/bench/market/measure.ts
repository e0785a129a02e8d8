import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { toBeHex } from "ethers";
import type { FastifyInstance } from "fastify";
import { network } from "hardhat";

import { openDatabase, type DatabaseLocation } from "@poco-marketplace/services/database/openDatabase.js";
import { insertOrders } from "@poco-marketplace/services/market/orderRecord.js";
import { openMarketService } from "@poco-marketplace/services/market/service.js";
import { MARKET_DATABASE, type MarketTables } from "@poco-marketplace/services/market/tables.js";
import type { Hex } from "@poco-marketplace/sdk/protocol/index.js";
import { freshDatabase } from "../../database/databases.js";
import { serveChain } from "../../fixtures/chainServer.js";
import { UNDEPLOYED } from "../../fixtures/undeployedManifest.js";
import { quantile } from "../quantile.js";
import { person, pick, questionsOf, randomOrder } from "./book.js";

/** How long answers took, in milliseconds, and what processor time of this process each took. */
export interface Times {
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly maxMs: number;
  /** With PGlite the database's too; a PostgreSQL server has processes of its own. */
  readonly processorMs: number;
}

/** A market with many orders in its book, measured. */
export interface MarketFigures {
  readonly orders: number;
  readonly database: "PGlite" | "PostgreSQL";
  readonly questions: Readonly<Record<string, Times>>;
  /** All questions together, as often each. */
  readonly all: Times;
  /** To {@link CLIENTS} clients at once. */
  readonly answersPerSecond: number;
}

/** How many clients ask at once when answers per second are measured. */
export const CLIENTS = 8;
/** How many orders one statement writes. */
const BATCH = 1_000;

/** Fills a book, and asks it what clients ask. */
export async function measureMarket(
  { orders, queries }: { orders: number; queries: number },
  say: (line: string) => void,
): Promise<MarketFigures> {
  const onServer = process.env["DATABASE_URL"] !== undefined;
  const fresh = onServer ? await freshDatabase() : undefined;
  const folder = await mkdtemp(join(tmpdir(), "poco-bench-"));
  const location = fresh?.location ?? { folder };
  try {
    await fill(location, orders, say);
    // Whoever asks waits for the chain's newest block, as always.
    const chain = await serveChain(await network.create());
    const server = await openMarketService({ rpc: chain.url, deployment: UNDEPLOYED, database: location });
    try {
      const database = onServer ? "PostgreSQL" : "PGlite";
      return { orders, database, ...(await askAll(server, questionsOf(orders), { queries, say })) };
    } finally {
      await server.close();
      await chain.close();
    }
  } finally {
    await fresh?.remove();
    await rm(folder, { recursive: true });
  }
}

/** Writes a book. */
export async function fill(location: DatabaseLocation, orders: number, say: (line: string) => void): Promise<void> {
  const database = await openDatabase<MarketTables>(location, MARKET_DATABASE);
  for (let first = 0; first < orders; first += BATCH) {
    const entries = Array.from({ length: Math.min(BATCH, orders - first) }, (_, index) => ({
      entry: randomOrder(),
      hash: toBeHex(first + index + 1, 32) as Hex,
      signer: person(),
      presigned: false,
      consumed: 0n,
      status: "open" as const,
    }));
    await insertOrders(database, entries);
    say(`${first + entries.length} of ${orders} orders are in the book`);
  }
  await database.destroy();
}

type Questions = ReturnType<typeof questionsOf>;

async function askAll(
  server: FastifyInstance,
  questions: Questions,
  { queries, say }: { queries: number; say: (line: string) => void },
) {
  const all: number[] = [];
  let processorMs = 0;
  const times: Record<string, Times> = {};
  const each = Math.ceil(queries / Object.keys(questions).length);
  for (const [what, url] of Object.entries(questions)) {
    await ask(server, url());
    const taken: number[] = [];
    const before = process.cpuUsage();
    for (let asked = 0; asked < each; asked++) {
      taken.push(await ask(server, url()));
      say(`${what}: ${asked + 1} of ${each}`);
    }
    const { user, system } = process.cpuUsage(before);
    processorMs += (user + system) / 1000;
    times[what] = summary(taken, (user + system) / 1000);
    all.push(...taken);
  }
  return {
    questions: times,
    all: summary(all, processorMs),
    answersPerSecond: await askAtOnce(server, questions, queries),
  };
}

async function askAtOnce(server: FastifyInstance, questions: Questions, queries: number): Promise<number> {
  let left = queries;
  const start = performance.now();
  const client = async () => {
    while (left-- > 0) await ask(server, pick(Object.values(questions))());
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return queries / ((performance.now() - start) / 1_000);
}

async function ask(server: FastifyInstance, url: string): Promise<number> {
  const start = performance.now();
  const answer = await server.inject(url);
  if (answer.statusCode !== 200) throw new Error(`${url}: ${answer.body}`);
  return performance.now() - start;
}

function summary(times: readonly number[], processorMs: number): Times {
  return {
    medianMs: quantile(times, 0.5),
    p95Ms: quantile(times, 0.95),
    maxMs: quantile(times, 1),
    processorMs: processorMs / times.length,
  };
}
