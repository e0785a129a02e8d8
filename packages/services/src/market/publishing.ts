import { ZeroAddress, getAddress } from "ethers";
import type { Kysely, Transaction } from "kysely";

import { readAssetOwner } from "@poco-marketplace/sdk/chain/assets.js";
import type { Contracts } from "@poco-marketplace/sdk/chain/contracts.js";
import { HttpError } from "../http/HttpError.js";
import { formatRlc } from "@poco-marketplace/sdk/protocol/format.js";
import { readObject } from "@poco-marketplace/sdk/protocol/field.js";
import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import type { AssetKind } from "@poco-marketplace/sdk/protocol/matching/mismatch.js";
import { OrderKind } from "@poco-marketplace/sdk/protocol/order.js";
import { parseSignedOrder } from "@poco-marketplace/sdk/protocol/orderForm.js";
import { sameAddress } from "@poco-marketplace/sdk/protocol/matching/restriction.js";
import { recoverSigner } from "@poco-marketplace/sdk/protocol/signature.js";
import { hashOrder } from "@poco-marketplace/sdk/protocol/typedData.js";
import { checkBookable, insertOrders, type AnyOrder, type OrderRow } from "./orderRecord.js";
import { findOrder } from "./orderSearch.js";
import { refreshStatus } from "./orderStatus.js";
import type { MarketTables } from "./tables.js";
import { consumedOf } from "./watcher.js";

/** The dependencies of publishing. */
export interface Publishing {
  readonly database: Kysely<MarketTables>;
  readonly contracts: Contracts;
  /** Waits until all blocks up to the newest one are in the database. */
  readonly catchUp: () => Promise<void>;
  /** Returns the number of categories. */
  readonly countCategories: () => Promise<bigint>;
}

/** The signer of an order, and how the signature is verified. */
interface Authority {
  readonly hash: Hex;
  readonly signer: Address;
  readonly presigned: boolean;
}

/**
 * Publishes an order if it can be matched now. An order that is already open is left as it is.
 *
 * @param body - `{order}`, the order in its wire format.
 * @param publisher - The account that logged in.
 * @throws {@link InvalidFieldError}, {@link HttpError}: 403 for an order of another account, 422 for one that could not
 * be matched.
 */
export async function publishOrder(
  market: Publishing,
  kind: OrderKind,
  { body, publisher }: { body: unknown; publisher: Address },
): Promise<OrderRow> {
  const order = parseSignedOrder(kind, readObject("body", body)["order"]);
  const entry = { kind, order } as AnyOrder;
  checkBookable(entry);
  await market.catchUp();
  await checkCategory(market, entry);
  const signer = await checkOwner(market, entry, publisher);
  const authority = await checkSignature(market, entry, signer);

  return market.database.transaction().execute(async (transaction) => {
    const published = await findOrder(transaction, { kind, hash: authority.hash });
    if (published === undefined) await insert(transaction, entry, authority);
    const row = (await findOrder(transaction, { kind, hash: authority.hash }))!;
    if (row.status !== "open") throw new HttpError(422, await whyNot(transaction, row));
    return row;
  });
}

async function insert(transaction: Transaction<MarketTables>, entry: AnyOrder, authority: Authority): Promise<void> {
  const { hash } = authority;
  const consumed = await consumedOf(transaction, entry.kind, hash);
  await insertOrders(transaction, [{ entry, ...authority, consumed, status: "dead" }]);
  await refreshStatus(transaction, { hashes: new Set([hash]), assets: new Set(), accounts: new Set() });
}

async function checkCategory({ countCategories }: Publishing, { order }: AnyOrder): Promise<void> {
  if (!("category" in order)) return;
  const count = await countCategories();
  if (order.category < count) return;
  throw new HttpError(422, `There is no category ${order.category}: the hub has ${count}, counted from 0.`);
}

/**
 * Checks that the asset of the order is registered and belongs to the publisher, or that the publisher is the
 * requester.
 */
async function checkOwner(market: Publishing, { kind, order }: AnyOrder, publisher: Address): Promise<Address> {
  if (kind === OrderKind.REQUEST) {
    await ownerOf(market, OrderKind.APP, order.app);
    if (order.dataset !== ZeroAddress) await ownerOf(market, OrderKind.DATASET, order.dataset);
    if (sameAddress(order.requester, publisher)) return order.requester;
    throw new HttpError(
      403,
      `The order is for requester ${order.requester}, but ${publisher} logged in to publish it.`,
    );
  }
  const asset = kind === OrderKind.APP ? order.app : kind === OrderKind.DATASET ? order.dataset : order.workerpool;
  const owner = await ownerOf(market, kind, asset);
  if (sameAddress(owner, publisher)) return owner;
  throw new HttpError(403, `The ${kind} ${asset} belongs to ${owner}, but ${publisher} logged in to publish it.`);
}

async function ownerOf({ database, contracts }: Publishing, kind: AssetKind, asset: Address): Promise<Address> {
  const owner = await readAssetOwner(contracts, kind, asset);
  if (owner === undefined) throw new HttpError(422, `The ${kind} ${asset} is not in the hub's registry.`);
  const known = await database
    .selectFrom("ownership")
    .select("owner")
    .where("asset", "=", asset.toLowerCase())
    .execute();
  if (known.length === 0) await rememberInherited(database, asset, owner);
  return owner;
}

/** Stores the current owner of an asset of an older registry, whose logs are not followed. */
async function rememberInherited(database: Kysely<MarketTables>, asset: Address, owner: Address): Promise<void> {
  await database
    .insertInto("ownership")
    .values({ asset: asset.toLowerCase(), block: 0, log: 0, owner: owner.toLowerCase() })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function checkSignature(
  { contracts: { hub, domain } }: Publishing,
  { kind, order }: AnyOrder,
  signer: Address,
): Promise<Authority> {
  const hash = hashOrder(kind, order, domain);
  const recovered = recoverSigner(hash, order.sign);
  if (recovered !== undefined && sameAddress(recovered, signer)) return { hash, signer, presigned: false };
  // The signer may be a contract, or an account with both key and code: only the hub can tell whether the signature is
  // valid.
  if (await hub.verifySignature(signer, hash, order.sign)) return { hash, signer, presigned: false };
  if (await hub.verifyPresignature(signer, hash)) return { hash, signer, presigned: true };
  throw new HttpError(422, `The order (hash ${hash}) is neither signed nor presigned by ${signer}.`);
}

/** Explains why an order of the book cannot be matched, and what would help. */
async function whyNot(database: Kysely<MarketTables>, row: OrderRow): Promise<string> {
  if (row.status === "canceled") return `The order ${row.hash} was closed by its owner: sign another one.`;
  if (row.status === "filled") return `Nothing is left of the order ${row.hash}: all ${row.volume} tasks are used.`;
  const account = await database
    .selectFrom("balance")
    .select("amount")
    .where("account", "=", row.signer)
    .executeTakeFirst();
  const free = account?.amount ?? 0n;
  const needed = row.stake * BigInt(row.remaining);
  if (free >= needed) return `The order ${row.hash} is no longer signed by the owner of what it is about.`;
  const signer = getAddress(row.signer);
  return (
    `${signer} must have ${formatRlc(needed)} RLC free in the hub for the ${row.remaining} tasks of the order ` +
    `(${formatRlc(row.stake)} RLC each), and has ${formatRlc(free)}: deposit ${formatRlc(needed - free)} RLC, ` +
    "or sign an order of a smaller volume."
  );
}
