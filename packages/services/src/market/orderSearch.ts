import { sql, type Kysely } from "kysely";

import type { OrderKind } from "@poco-marketplace/sdk/protocol/order.js";
import type { Tag } from "@poco-marketplace/sdk/protocol/tag.js";
import type { CountCache } from "./countCache.js";
import type { OrderQuery } from "./orderFilter.js";
import { tagBits, type OrderRow } from "./orderRecord.js";
import { listed, type Listed } from "./query.js";
import type { MarketTables } from "./tables.js";

/** The book of orders, and its cache of counts. */
export interface Book {
  readonly database: Kysely<MarketTables>;
  /** Cached numbers of orders by filter. */
  readonly counts: CountCache;
}

/**
 * Searches open orders, cheapest first, then oldest. Requests are sorted in the opposite direction: those that pay a
 * workerpool the most come first.
 */
export async function searchOrders({ database, counts }: Book, filter: OrderQuery): Promise<Listed<OrderRow>> {
  const { page, ...wanted } = filter;
  const { index, size } = page;
  const found = matching(database, filter);
  const count = await counts.get(JSON.stringify(wanted), async () => {
    const counted = await found.select(sql<number>`count(*)`.as("count")).executeTakeFirstOrThrow();
    return counted.count;
  });
  const from = index * size;
  const ordered = found.orderBy("rank").orderBy("sequence");
  if (from >= count) return listed([], count, page);
  // An index alone finds the beginning of a page, however far it is; rows are read from there on.
  const start =
    from === 0 ? undefined : await ordered.select(["rank", "sequence"]).limit(1).offset(from).executeTakeFirst();
  if (from > 0 && start === undefined) return listed([], count, page);
  const first = ordered
    .selectAll()
    .$if(start !== undefined, (query) =>
      query.where((eb) => eb(eb.refTuple("rank", "sequence"), ">=", eb.tuple(start!.rank, start!.sequence))),
    )
    .limit(size);
  const rows = await database
    .selectFrom(first.as("found"))
    .innerJoin("order_content", "order_content.hash", "found.hash")
    .selectAll("found")
    .select(["order_content.fields", "order_content.published_at"])
    .orderBy("found.rank")
    .orderBy("found.sequence")
    .execute();
  return listed(rows, count, page);
}

/** Finds an order by its kind and hash, open or not. */
export async function findOrder(
  database: Kysely<MarketTables>,
  { kind, hash }: { kind: OrderKind; hash: string },
): Promise<OrderRow | undefined> {
  return database
    .selectFrom("published_order")
    .innerJoin("order_content", "order_content.hash", "published_order.hash")
    .selectAll("published_order")
    .select(["order_content.fields", "order_content.published_at"])
    .where("published_order.hash", "=", hash)
    .where("kind", "=", kind)
    .executeTakeFirst();
}

function matching(database: Kysely<MarketTables>, filter: OrderQuery) {
  let found = database
    .selectFrom("published_order")
    // Literals, here and for `bulk` below, let the planner see that a partial index applies.
    .where("status", "=", sql.lit("open"))
    .where("kind", "=", filter.kind);
  for (const [place, admitted] of Object.entries(filter.places)) {
    const column = place as keyof OrderQuery["places"];
    found = admitted.length === 1 ? found.where(column, "=", admitted[0]!) : found.where(column, "in", admitted);
  }
  const { signer, beneficiary, category, minVolume, minTrust, maxTrust, minTag, maxTag } = filter;
  if (signer !== undefined) found = found.where("signer", "=", signer);
  if (beneficiary !== undefined) found = found.where("beneficiary", "=", beneficiary);
  if (category !== undefined) found = found.where("category", "=", category);
  // Every open order has at least one remaining task.
  if (minVolume !== undefined && minVolume > 1) found = found.where("remaining", ">=", minVolume);
  if (minTrust !== undefined) found = found.where("trust", ">=", minTrust);
  if (maxTrust !== undefined) found = found.where("trust", "<=", maxTrust);
  if (filter.bulkOnly) found = found.where("bulk", "=", sql.lit(true));
  // The "and" of two bit strings is never above either, so ">=" means that all bits remain. With "=", the planner would
  // assume that hardly any order matches, and sort all orders instead of reading them in the index's order.
  if (minTag !== undefined) {
    const asked = bitsOf(minTag);
    found = found.where(sql<boolean>`${sql.ref("tag")} & ${asked} >= ${asked}`);
  }
  if (maxTag !== undefined) {
    const allowed = bitsOf(maxTag);
    found = found.where(sql<boolean>`${sql.ref("tag")} & ${allowed} >= ${sql.ref("tag")}`);
  }
  return found;
}

function bitsOf(tag: string) {
  return sql`cast(${tagBits(tag as Tag)} as bit(256))`;
}
