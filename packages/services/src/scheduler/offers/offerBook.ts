import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { OrderKind, type SignedWorkerpoolOrder } from "@poco-marketplace/sdk/protocol/order.js";
import { orderToJson, parseSignedOrder } from "@poco-marketplace/sdk/protocol/orderForm.js";
import type { PoolDatabase } from "../tables.js";

/** An order that the pool signed, and that nobody closed. */
export interface BookedOffer {
  readonly hash: Hex;
  readonly order: SignedWorkerpoolOrder;
  readonly isPublished: boolean;
}

/**
 * Every order that the pool signed, written down before anybody else sees it: a signature is good until the order is used up
 * or closed on chain, whatever the market or the process forgets.
 */
export type OfferBook = ReturnType<typeof openOfferBook>;

export function openOfferBook(database: PoolDatabase) {
  const change = (hash: Hex, values: { is_open?: boolean; is_published?: boolean }) =>
    database.updateTable("offer").set(values).where("hash", "=", hash).execute();

  return {
    async add(hash: Hex, order: SignedWorkerpoolOrder): Promise<void> {
      const row = { hash, fields: JSON.stringify(orderToJson(order)), is_open: true, is_published: false };
      await database.insertInto("offer").values(row).execute();
    },

    /** The orders of a pool that are open as far as is known, the oldest first. */
    async open(workerpool: Address): Promise<BookedOffer[]> {
      const rows = await database.selectFrom("offer").selectAll().where("is_open", "=", true).orderBy("id").execute();
      return rows
        .map(({ hash, fields, is_published: isPublished }) => {
          return { hash, order: parseSignedOrder(OrderKind.WORKERPOOL, JSON.parse(fields)), isPublished };
        })
        .filter(({ order }) => order.workerpool === workerpool);
    },

    markPublished: (hash: Hex) => change(hash, { is_published: true }),
    /** The order is used up, or closed on chain. */
    markClosed: (hash: Hex) => change(hash, { is_open: false }),
  };
}
