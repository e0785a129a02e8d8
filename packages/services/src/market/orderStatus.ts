import { sql, type Kysely } from "kysely";

import { OrderKind } from "@poco-marketplace/sdk/protocol/order.js";
import type { MarketTables, OrderStatus } from "./tables.js";

/** The orders whose status may have changed, by hash, asset or account. All are in lower case. */
export interface Touched {
  readonly hashes: ReadonlySet<string>;
  readonly assets: ReadonlySet<string>;
  readonly accounts: ReadonlySet<string>;
}

/** The maximum number of values in one statement. */
const AT_ONCE = 1_000;

/**
 * Recomputes order statuses from the indexed chain state: closed before consumed before dead before open, so
 * that an order whose owner gets the stake or the asset back is open again.
 */
export async function refreshStatus(database: Kysely<MarketTables>, touched: Touched): Promise<void> {
  for (const hashes of slices(touched.hashes)) await standing(database).where("hash", "in", hashes).execute();
  for (const assets of slices(touched.assets)) await standing(database).where("asset", "in", assets).execute();
  for (const accounts of slices(touched.accounts)) {
    await standing(database).where("signer", "in", accounts).where("stake", ">", 0n).execute();
  }
}

function standing(database: Kysely<MarketTables>) {
  return database.updateTable("published_order").set((eb) => {
    const closed = eb.exists(
      eb.selectFrom("closure").select("block").whereRef("closure.order_hash", "=", "published_order.hash"),
    );
    const presigned = eb.exists(
      eb.selectFrom("presignature").select("block").whereRef("presignature.order_hash", "=", "published_order.hash"),
    );
    const owner = eb
      .selectFrom("ownership")
      .select("owner")
      .whereRef("ownership.asset", "=", "published_order.asset")
      .orderBy("ownership.block", "desc")
      .orderBy("ownership.log", "desc")
      .limit(1);
    const free = eb
      .selectFrom("balance")
      .select("balance.amount")
      .whereRef("balance.account", "=", "published_order.signer");
    const remaining = sql<bigint>`cast(${eb.ref("published_order.remaining")} as numeric)`;

    const isSold = eb.and([
      eb("published_order.kind", "!=", OrderKind.REQUEST),
      eb(owner, "is distinct from", eb.ref("published_order.signer")),
    ]);
    const isUnsigned = eb.and([eb("published_order.presigned", "=", true), eb.not(presigned)]);
    const isUnfunded = eb(eb.fn.coalesce(free, sql<bigint>`0`), "<", eb("published_order.stake", "*", remaining));
    const status = sql<OrderStatus>`case
      when ${closed} then 'canceled'
      when ${eb.ref("published_order.remaining")} <= 0 then 'filled'
      when ${eb.or([isSold, isUnsigned, isUnfunded])} then 'dead'
      else 'open'
    end`;
    return { status };
  });
}

function slices(values: ReadonlySet<string>): string[][] {
  const all = [...values];
  const count = Math.ceil(all.length / AT_ONCE);
  return Array.from({ length: count }, (_, index) => all.slice(index * AT_ONCE, (index + 1) * AT_ONCE));
}
