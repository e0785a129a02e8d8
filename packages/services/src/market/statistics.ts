import { sql, type Kysely } from "kysely";

import { InvalidFieldError } from "@poco-marketplace/sdk/protocol/field.js";
import { numberOf, textOf, type Query } from "./query.js";
import type { MarketTables } from "./tables.js";
import { wireNumber } from "./wireNumber.js";

/** The prices of a period: what workerpools charged per task, in nRLC. */
export interface Candle {
  /** The beginning of the period, in unix seconds. */
  readonly time: number;
  readonly open: number | string;
  readonly high: number | string;
  readonly low: number | string;
  readonly close: number | string;
  /** The number of tasks sold. */
  readonly volume: number | string;
}

const INTERVALS = { hour: 3_600, day: 86_400 } as const;
/** The maximum number of periods in an answer. */
const MOST_CANDLES = 500;

/** Returns the prices of a category's tasks by hour or day (`interval`, day if it is missing), newest last. */
export async function priceHistory(database: Kysely<MarketTables>, query: Query): Promise<Candle[]> {
  const category = numberOf(query, "category");
  if (category === undefined) throw new InvalidFieldError("category", category, "the index of a category");
  const name = textOf(query, "interval") ?? "day";
  if (!Object.hasOwn(INTERVALS, name)) throw new InvalidFieldError("interval", name, "hour or day");
  const seconds = sql.lit(INTERVALS[name as keyof typeof INTERVALS]);
  const rows = await database
    .selectFrom("deal")
    .select([
      sql<number>`started_at / ${seconds} * ${seconds}`.as("time"),
      sql<bigint>`(array_agg(workerpool_price order by block, log))[1]`.as("open"),
      sql<bigint>`max(workerpool_price)`.as("high"),
      sql<bigint>`min(workerpool_price)`.as("low"),
      sql<bigint>`(array_agg(workerpool_price order by block desc, log desc))[1]`.as("close"),
      sql<bigint>`sum(volume)`.as("volume"),
    ])
    .where("category", "=", BigInt(category))
    .groupBy("time")
    .orderBy("time", "desc")
    .limit(MOST_CANDLES)
    .execute();
  return rows.toReversed().map(({ time, open, high, low, close, volume }) => ({
    time,
    open: wireNumber(open),
    high: wireNumber(high),
    low: wireNumber(low),
    close: wireNumber(close),
    volume: wireNumber(volume),
  }));
}

/** The numbers of orders in the book and of deals. */
export interface Metrics {
  /** Orders by kind and status. */
  readonly orders: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly deals: number;
}

/** Counts orders and deals. */
export async function countAll(database: Kysely<MarketTables>): Promise<Metrics> {
  const counts = await database
    .selectFrom("published_order")
    .select(["kind", "status", sql<number>`count(*)`.as("count")])
    .groupBy(["kind", "status"])
    .execute();
  const { deals } = await database
    .selectFrom("deal")
    .select(sql<number>`count(*)`.as("deals"))
    .executeTakeFirstOrThrow();
  const orders: Record<string, Record<string, number>> = {};
  for (const { kind, status, count } of counts) orders[kind] = { ...orders[kind], [status]: count };
  return { orders, deals };
}
