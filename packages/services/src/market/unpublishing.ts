import type { Kysely } from "kysely";

import { HttpError } from "../http/HttpError.js";
import { InvalidFieldError, readAddress, readBytes32, readObject } from "@poco-marketplace/sdk/protocol/field.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { OrderKind } from "@poco-marketplace/sdk/protocol/order.js";
import type { MarketTables } from "./tables.js";

/** The orders that an account takes out of the book. Hashes and addresses are in lower case. */
export type Unpublication =
  | { readonly target: "unpublish_orderHash"; readonly hash: string }
  /** The newest, or all, of the orders about this asset or of this requester. */
  | { readonly target: "unpublish_last" | "unpublish_all"; readonly place: string };

/**
 * Reads which orders to unpublish: `{target, orderHash}`, or `{target, app}` and the like.
 *
 * @throws {@link InvalidFieldError}
 */
export function readUnpublication(kind: OrderKind, body: unknown): Unpublication {
  const fields = readObject("body", body);
  const target = fields["target"];
  if (target === "unpublish_orderHash") return { target, hash: readBytes32("orderHash", fields["orderHash"]) };
  if (target === "unpublish_last" || target === "unpublish_all") {
    const name = placeOf(kind);
    const value = fields[name];
    return { target, place: readAddress(name, typeof value === "string" ? value.toLowerCase() : value).toLowerCase() };
  }
  throw new InvalidFieldError("target", target, "unpublish_orderHash, unpublish_last or unpublish_all");
}

/**
 * Takes orders out of the book. They stay valid on chain until they are closed there.
 *
 * @returns The hashes of the orders that were unpublished.
 * @throws {@link HttpError} 403 for an order of another account, 404 if there is none
 */
export async function unpublishOrders(
  database: Kysely<MarketTables>,
  kind: OrderKind,
  { wish, publisher }: { wish: Unpublication; publisher: Address },
): Promise<string[]> {
  return database.transaction().execute(async (transaction) => {
    let found = transaction.selectFrom("published_order").select(["hash", "signer"]).where("kind", "=", kind);
    if (wish.target === "unpublish_orderHash") found = found.where("hash", "=", wish.hash);
    else {
      found = found
        .where(placeOf(kind), "=", wish.place)
        .where("signer", "=", publisher.toLowerCase())
        .where("status", "=", "open");
    }
    if (wish.target === "unpublish_last") found = found.orderBy("sequence", "desc").limit(1);
    const orders = await found.execute();
    if (orders.length === 0) throw new HttpError(404, nothingFound(kind, wish, publisher));
    const others = orders.find(({ signer }) => signer !== publisher.toLowerCase());
    if (others !== undefined) {
      throw new HttpError(403, `The order ${others.hash} is of ${others.signer}, but ${publisher} logged in.`);
    }
    const hashes = orders.map(({ hash }) => hash);
    await transaction.deleteFrom("published_order").where("hash", "in", hashes).execute();
    await transaction.deleteFrom("order_content").where("hash", "in", hashes).execute();
    return hashes;
  });
}

function placeOf(kind: OrderKind): "app" | "dataset" | "workerpool" | "requester" {
  return kind === OrderKind.REQUEST ? "requester" : kind;
}

function nothingFound(kind: OrderKind, wish: Unpublication, publisher: Address): string {
  if (wish.target === "unpublish_orderHash") return `There is no ${kind} order ${wish.hash} in the book.`;
  return `There is no open ${kind} order of ${publisher} for ${placeOf(kind)} ${wish.place} in the book.`;
}
