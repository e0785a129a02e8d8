import { ZeroAddress } from "ethers";

import { OrderKind } from "@poco-marketplace/sdk/protocol/order.js";
import { addressOf, addressOrAny, flagOf, hashOf, numberOf, pageOf, type PageRequest, type Query } from "./query.js";

/** The columns by which orders are looked up. */
export type Place = "app" | "dataset" | "workerpool" | "requester";

/** Which orders of one kind are wanted. Addresses are in lower case. */
export interface OrderQuery {
  readonly kind: OrderKind;
  /** For each column that is looked at: the addresses that it may have, none of which is `any`. */
  readonly places: { readonly [Column in Place]?: readonly string[] };
  /** The owner of the asset. */
  readonly signer?: string | undefined;
  readonly beneficiary?: string | undefined;
  readonly category?: number | undefined;
  /** Bits that the order's tag must have, as 32 bytes. */
  readonly minTag?: string | undefined;
  /** The only bits that the order's tag may have, as 32 bytes. */
  readonly maxTag?: string | undefined;
  /** Tasks that must be left. */
  readonly minVolume?: number | undefined;
  readonly minTrust?: number | undefined;
  readonly maxTrust?: number | undefined;
  readonly bulkOnly: boolean;
  readonly page: PageRequest;
}

/** What restricts the orders of each kind; the rest is what they are about. */
const RESTRICTIONS: { readonly [Kind in OrderKind]: readonly Place[] } = {
  app: ["dataset", "workerpool", "requester"],
  dataset: ["app", "workerpool", "requester"],
  workerpool: ["app", "dataset", "requester"],
  request: ["workerpool"],
};

const PLACES: readonly Place[] = ["app", "dataset", "workerpool", "requester"];

/**
 * Reads which orders a client wants.
 *
 * What an order is about is looked at when it is given and not `any`. A restriction that is not given must be zero,
 * which lets everybody in; `any` lets all orders through; an address those that let it in, or with `is…Strict` only
 * those that name it.
 *
 * @throws {@link InvalidFieldError}, {@link HttpError} when a value makes no sense; names that are not known are passed
 * over.
 */
export function readOrderFilter(kind: OrderKind, query: Query): OrderQuery {
  const owner = kind === OrderKind.REQUEST ? undefined : addressOf(query, `${kind}Owner`);
  const places = PLACES.map((place) => [place, admitted(kind, place, query)]).filter(([, any]) => any !== undefined);
  return {
    kind,
    places: Object.fromEntries(places) as OrderQuery["places"],
    signer: owner,
    beneficiary: kind === OrderKind.REQUEST ? addressOf(query, "beneficiary") : undefined,
    category: numberOf(query, "category"),
    minTag: hashOf(query, "minTag"),
    maxTag: hashOf(query, "maxTag"),
    minVolume: numberOf(query, "minVolume"),
    minTrust: numberOf(query, "minTrust"),
    maxTrust: numberOf(query, "maxTrust"),
    bulkOnly: flagOf(query, "bulkOnly"),
    page: pageOf(query),
  };
}

/** The addresses that an order may have there; nothing for all. */
function admitted(kind: OrderKind, place: Place, query: Query): readonly string[] | undefined {
  const address = addressOrAny(query, place);
  const isStrict = flagOf(query, `is${place[0]!.toUpperCase()}${place.slice(1)}Strict`);
  if (address === "any") return undefined;
  if (!RESTRICTIONS[kind].includes(place)) return address === undefined ? undefined : [address];
  if (address === undefined) return [ZeroAddress];
  return isStrict ? [address] : [address, ZeroAddress];
}
