import { sql, type Kysely } from "kysely";

import { addressOrAny, hashOf, listed, numberOf, pageOf, type Listed, type Query } from "./query.js";
import type { MarketTables } from "./tables.js";

/** A deal in an answer to clients. */
export type WireDeal = Readonly<Record<string, unknown>>;

/** Columns by the names that queries use for them. */
const PLACES = {
  app: "app",
  dataset: "dataset",
  workerpool: "workerpool",
  requester: "requester",
  appOwner: "app_owner",
  datasetOwner: "dataset_owner",
  workerpoolOwner: "workerpool_owner",
} as const;
const HASHES = {
  apporderHash: "app_hash",
  datasetorderHash: "dataset_hash",
  workerpoolorderHash: "workerpool_hash",
  requestorderHash: "request_hash",
} as const;

/** Searches the deals that match a query, newest first. */
export async function searchDeals(database: Kysely<MarketTables>, query: Query): Promise<Listed<WireDeal>> {
  const page = pageOf(query);
  let found = database.selectFrom("deal");
  for (const [name, column] of Object.entries(PLACES)) {
    const address = addressOrAny(query, name);
    if (address !== undefined && address !== "any") found = found.where(column, "=", address);
  }
  for (const [name, column] of Object.entries(HASHES)) {
    const hash = hashOf(query, name);
    if (hash !== undefined) found = found.where(column, "=", hash);
  }
  const category = numberOf(query, "category");
  if (category !== undefined) found = found.where("category", "=", BigInt(category));

  const { count } = await found.select(sql<number>`count(*)`.as("count")).executeTakeFirstOrThrow();
  const deals = await found
    .select("details")
    .orderBy("block", "desc")
    .orderBy("log", "desc")
    .limit(page.size)
    .offset(page.index * page.size)
    .execute();
  return listed(
    deals.map(({ details }) => details),
    count,
    page,
  );
}

/** Finds a deal by its id. */
export async function findDeal(database: Kysely<MarketTables>, id: string): Promise<WireDeal | undefined> {
  const found = await database.selectFrom("deal").select("details").where("id", "=", id).executeTakeFirst();
  return found?.details;
}
