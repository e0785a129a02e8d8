import { ZeroAddress } from "ethers";

import type { AnyOrder } from "@poco-marketplace/services/market/orderRecord.js";
import type { Address, Hex, OrderKind } from "@poco-marketplace/sdk/protocol/index.js";

/** The volume of dataset orders for bulk. */
export const BULK = 2n ** 53n - 1n;

/** An order of the book, and how it stands with it. */
export interface Entry {
  readonly entry: AnyOrder;
  readonly hash: Hex;
  readonly signer: Address;
  readonly consumed: bigint;
  readonly isOpen: boolean;
}

/** What restricts the orders of each kind. */
const RESTRICTIONS: Record<OrderKind, readonly string[]> = {
  app: ["dataset", "workerpool", "requester"],
  dataset: ["app", "workerpool", "requester"],
  workerpool: ["app", "dataset", "requester"],
  request: ["workerpool"],
};

/** docs/reference/services.md section 2.1, order by order. */
export function isWanted(
  { entry: { kind, order }, signer, consumed, isOpen }: Entry,
  query: Record<string, string>,
): boolean {
  if (!isOpen) return false;
  const fields = order as unknown as Record<string, string>;
  for (const place of ["app", "dataset", "workerpool", "requester"]) {
    const wanted = query[place];
    const isRestriction = RESTRICTIONS[kind].includes(place);
    const value = (isRestriction ? fields[`${place}restrict`] : undefined) ?? fields[place]!;
    if (wanted === "any") continue;
    if (isRestriction) {
      const isStrict = query[`is${place[0]!.toUpperCase()}${place.slice(1)}Strict`] === "true";
      if (wanted === undefined && value !== ZeroAddress) return false;
      if (wanted !== undefined && !same(value, wanted) && (isStrict || value !== ZeroAddress)) return false;
    } else if (wanted !== undefined && !same(value, wanted)) return false;
  }
  const owner = query[`${kind}Owner`];
  if (owner !== undefined && kind !== "request" && !same(owner, signer)) return false;
  const { beneficiary, category, minTrust, maxTrust, minTag, maxTag, minVolume } = query;
  if (beneficiary !== undefined && !same(beneficiary, fields["beneficiary"]!)) return false;
  if (category !== undefined && BigInt(category) !== BigInt(fields["category"]!)) return false;
  if (minTrust !== undefined && BigInt(fields["trust"]!) < BigInt(minTrust)) return false;
  if (maxTrust !== undefined && BigInt(fields["trust"]!) > BigInt(maxTrust)) return false;
  const tag = BigInt(order.tag);
  if (minTag !== undefined && (tag & BigInt(minTag)) !== BigInt(minTag)) return false;
  if (maxTag !== undefined && (tag | BigInt(maxTag)) !== BigInt(maxTag)) return false;
  if (minVolume !== undefined && order.volume - consumed < BigInt(minVolume)) return false;
  if (query["bulkOnly"] === "true" && !(fields["datasetprice"] === (0n as unknown) && order.volume >= BULK - 1n))
    return false;
  return true;
}

function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** The cheapest first, of requests the best paying first; then the oldest, which the book has first. */
export function inOrder(kind: OrderKind, entries: readonly Entry[]): Hex[] {
  const price = ({ entry }: Entry) => {
    const fields = entry.order as unknown as Record<string, bigint>;
    return kind === "request" ? -fields["workerpoolmaxprice"]! : fields[`${kind}price`]!;
  };
  return entries.toSorted((a, b) => Number(price(a) - price(b))).map(({ hash }) => hash);
}
