import { ZeroAddress } from "ethers";

import { OrderKind } from "@poco-marketplace/sdk/protocol/order.js";
import { addressOf, addressOrAny, flagOf, hashOf, numberOf, pageOf, type PageRequest, type Query } from "./query.js";

/** The columns by which orders are looked up. */
export type Place = "app" | "dataset" | "workerpool" | "requester";

/** A query for orders of one kind. Addresses are in lower case. */
export interface OrderQuery {
  readonly kind: OrderKind;
  /** The addresses that a column may have; a column that is missing here may have any. */
  readonly places: { readonly [Column in Place]?: readonly string[] };
  /** The owner of the asset. */
  readonly signer?: string | undefined;
  readonly beneficiary?: string | undefined;
  readonly category?: number | undefined;
  /** Bits that the tag of the order must have, as 32 bytes. */
  readonly minTag?: string | undefined;
  /** The only bits that the tag of the order may have, as 32 bytes. */
  readonly maxTag?: string | undefined;
  /** The minimum number of remaining tasks. */
  readonly minVolume?: number | undefined;
  readonly minTrust?: number | undefined;
  readonly maxTrust?: number | undefined;
  readonly bulkOnly: boolean;
  readonly page: PageRequest;
}

/** The columns that restrict the orders of each kind; the others are the order's subject. */
const RESTRICTIONS: { readonly [Kind in OrderKind]: readonly Place[] } = {
  app: ["dataset", "workerpool", "requester"],
  dataset: ["app", "workerpool", "requester"],
  workerpool: ["app", "dataset", "requester"],
  request: ["workerpool"],
};

const PLACES: readonly Place[] = ["app", "dataset", "workerpool", "requester"];

/**
 * Reads a client's query for orders.
 *
 * The subject of an order (such as the app of an app order) is compared if it is given and not `any`. A restriction
 * that is not given must be zero, which admits everyone; `any` admits all orders; an address admits orders that are
 * restricted to it or to nobody, or with `is…Strict` only those that name it.
 *
 * @throws {@link InvalidFieldError}, {@link HttpError} when a value is invalid; unknown names are ignored.
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

/** Returns the addresses that a column may have; undefined for any. */
function admitted(kind: OrderKind, place: Place, query: Query): readonly string[] | undefined {
  const address = addressOrAny(query, place);
  const isStrict = flagOf(query, `is${place[0]!.toUpperCase()}${place.slice(1)}Strict`);
  if (address === "any") return undefined;
  if (!RESTRICTIONS[kind].includes(place)) return address === undefined ? undefined : [address];
  if (address === undefined) return [ZeroAddress];
  return isStrict ? [address] : [address, ZeroAddress];
}
