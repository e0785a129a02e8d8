import { getAddress } from "ethers";
import type { Insertable, Kysely, Selectable } from "kysely";

import { consentsToBulk } from "@poco-marketplace/sdk/protocol/bulk.js";
import { InvalidFieldError } from "@poco-marketplace/sdk/protocol/field.js";
import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { OrderKind, type OrderOf, type Signed } from "@poco-marketplace/sdk/protocol/order.js";
import { orderToJson } from "@poco-marketplace/sdk/protocol/orderForm.js";
import { poolStake } from "@poco-marketplace/sdk/protocol/stake.js";
import { requiresTee, withoutFramework, type Tag } from "@poco-marketplace/sdk/protocol/tag.js";
import { ORDER_TYPES, ORDER_TYPE_NAMES } from "@poco-marketplace/sdk/protocol/typedData.js";
import type { MarketTables, OrderStatus } from "./tables.js";
import { MAX_WIRE_NUMBER } from "./wireNumber.js";

/** A signed order and its kind. */
export type AnyOrder = { readonly [Kind in OrderKind]: { kind: Kind; order: Signed<OrderOf[Kind]> } }[OrderKind];

/** A row of an order in the book. */
export type OrderRow = Selectable<MarketTables["published_order"] & MarketTables["order_content"]>;

/** An order to insert into the book, and its state. */
export interface OrderEntry {
  readonly entry: AnyOrder;
  readonly hash: Hex;
  readonly signer: string;
  /** Whether the order is valid only because its owner presigned it on chain. */
  readonly presigned: boolean;
  /** The number of tasks that deals have used. */
  readonly consumed: bigint;
  readonly status: OrderStatus;
}

/** An order in an answer to clients. */
export interface WireOrder {
  readonly orderHash: string;
  readonly chainId: number;
  readonly order: Readonly<Record<string, string | number>>;
  readonly signer: string;
  readonly status: string;
  /** The number of remaining tasks. */
  readonly remaining: number;
  /** In ISO 8601. */
  readonly publicationTimestamp: string;
  /** Whether a dataset order allows bulk use; only on dataset orders. */
  readonly bulk?: boolean;
}

/**
 * Refuses an order that the book cannot hold: one with a number that JSON would round, with a volume of zero, or with a
 * tag that names an enclave framework without requiring enclaves.
 *
 * @throws {@link InvalidFieldError}
 */
export function checkBookable({ kind, order }: AnyOrder): void {
  const type = ORDER_TYPE_NAMES[kind];
  for (const [field, value] of Object.entries(order)) {
    if (typeof value !== "bigint" || value <= MAX_WIRE_NUMBER) continue;
    const expected = `at most 2^53 - 1 (${MAX_WIRE_NUMBER}): the market's answers carry it as a JSON number`;
    throw new InvalidFieldError(`${type}.${field}`, value, expected);
  }
  if (order.volume === 0n) throw new InvalidFieldError(`${type}.volume`, 0n, "at least 1");
  if (withoutFramework(order.tag) !== order.tag && !requiresTee(order.tag)) {
    throw new InvalidFieldError(`${type}.tag`, order.tag, "bit 0 (tee) too, since it names a framework of enclaves");
  }
}

/**
 * Returns the stake that the signer must have free in the hub for each remaining task, in nRLC. Source:
 * docs/reference/protocol.md section 5.
 */
export function stakePerTask({ kind, order }: AnyOrder): bigint {
  if (kind === OrderKind.WORKERPOOL) return poolStake(order.workerpoolprice);
  if (kind === OrderKind.REQUEST) return order.appmaxprice + order.datasetmaxprice + order.workerpoolmaxprice;
  return 0n;
}

/** Inserts orders into the book, oldest first. */
export async function insertOrders(database: Kysely<MarketTables>, entries: readonly OrderEntry[]): Promise<void> {
  await database.insertInto("published_order").values(entries.map(toRow)).execute();
  const contents = entries.map(({ hash, entry }) => ({ hash, fields: JSON.stringify(orderToJson(entry.order)) }));
  await database.insertInto("order_content").values(contents).execute();
}

function toRow({
  entry,
  hash,
  signer,
  presigned,
  consumed,
  status,
}: OrderEntry): Insertable<MarketTables["published_order"]> {
  const { kind, order } = entry;
  return {
    hash,
    kind,
    ...placesOf(entry),
    signer: signer.toLowerCase(),
    rank: rankOf(entry),
    volume: Number(order.volume),
    consumed: Number(consumed),
    stake: stakePerTask(entry),
    tag: tagBits(order.tag),
    category: "category" in order ? Number(order.category) : null,
    trust: "trust" in order ? Number(order.trust) : null,
    bulk: entry.kind === OrderKind.DATASET && consentsToBulk(entry.order),
    presigned,
    status,
  };
}

/** Converts a tag to the database's bit string. */
export function tagBits(tag: Tag): string {
  return BigInt(tag).toString(2).padStart(256, "0");
}

/** Converts an order of the book for a client. */
export function toPublished(row: OrderRow, chainId: number): WireOrder {
  return {
    orderHash: row.hash,
    chainId,
    order: numbersOf(row.kind, row.fields),
    signer: getAddress(row.signer),
    status: row.status,
    remaining: row.status === "canceled" ? 0 : row.remaining,
    publicationTimestamp: row.published_at.toISOString(),
    ...(row.kind === OrderKind.DATASET && { bulk: row.bulk }),
  };
}

type Places = Pick<OrderRow, "asset" | "app" | "dataset" | "workerpool" | "requester" | "beneficiary">;

/** Returns the addresses by which an order is searched: its subject, and its restrictions. */
function placesOf({ kind, order }: AnyOrder): Places {
  const nobody = { beneficiary: null };
  switch (kind) {
    case OrderKind.APP: {
      const { app, datasetrestrict: dataset, workerpoolrestrict: workerpool, requesterrestrict: requester } = order;
      return inLowerCase({ asset: app, app, dataset, workerpool, requester, ...nobody });
    }
    case OrderKind.DATASET: {
      const { dataset, apprestrict: app, workerpoolrestrict: workerpool, requesterrestrict: requester } = order;
      return inLowerCase({ asset: dataset, app, dataset, workerpool, requester, ...nobody });
    }
    case OrderKind.WORKERPOOL: {
      const { workerpool, apprestrict: app, datasetrestrict: dataset, requesterrestrict: requester } = order;
      return inLowerCase({ asset: workerpool, app, dataset, workerpool, requester, ...nobody });
    }
    case OrderKind.REQUEST: {
      const { app, dataset, workerpool, requester, beneficiary } = order;
      return inLowerCase({ asset: null, app, dataset, workerpool, requester, beneficiary });
    }
  }
}

function inLowerCase(places: Places): Places {
  const entries = Object.entries(places).map(([name, place]: [string, string | null]) => [
    name,
    place?.toLowerCase() ?? null,
  ]);
  return Object.fromEntries(entries) as Places;
}

function rankOf({ kind, order }: AnyOrder): number {
  switch (kind) {
    case OrderKind.APP:
      return Number(order.appprice);
    case OrderKind.DATASET:
      return Number(order.datasetprice);
    case OrderKind.WORKERPOOL:
      return Number(order.workerpoolprice);
    case OrderKind.REQUEST:
      // Subtracting from 0 avoids -0.
      return 0 - Number(order.workerpoolmaxprice);
  }
}

function numbersOf(kind: OrderKind, fields: OrderRow["fields"]): Record<string, string | number> {
  const uints = new Set<string>(
    ORDER_TYPES[ORDER_TYPE_NAMES[kind]].filter(({ type }) => type === "uint256").map(({ name }) => name),
  );
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, uints.has(name) ? Number(value) : value]),
  );
}
