import type { UintInput } from "../protocol/field.js";
import type { Address, Hex } from "../protocol/ids.js";

/** An account, or `any` for all orders, whomever they are restricted to. */
export type AddressOrAny = Address | "any";

/**
 * Which open orders of a kind are wanted. What an order is about (`app` of app orders, `requester` of requests) filters if it
 * is given; of its restrictions, one that is not given must be absent: say `any` for orders that are restricted to
 * somebody, too. docs/reference/market.md has all of it.
 */
export interface OrderFilter {
  readonly app?: AddressOrAny;
  readonly dataset?: AddressOrAny;
  readonly workerpool?: AddressOrAny;
  readonly requester?: AddressOrAny;
  /** Only orders that name the app that is given, none that admit everyone. */
  readonly isAppStrict?: boolean;
  readonly isDatasetStrict?: boolean;
  readonly isWorkerpoolStrict?: boolean;
  readonly isRequesterStrict?: boolean;
  readonly appOwner?: Address;
  readonly datasetOwner?: Address;
  readonly workerpoolOwner?: Address;
  readonly beneficiary?: Address;
  readonly category?: UintInput;
  /** Bits that the tag must have, 32 bytes. */
  readonly minTag?: Hex;
  /** The only bits that the tag may have, 32 bytes. */
  readonly maxTag?: Hex;
  /** Tasks that must be left. */
  readonly minVolume?: UintInput;
  readonly minTrust?: UintInput;
  readonly maxTrust?: UintInput;
  /** Only free dataset orders of endless volume. */
  readonly bulkOnly?: boolean;
}

/** Which deals are wanted. */
export interface DealFilter {
  readonly app?: AddressOrAny;
  readonly dataset?: AddressOrAny;
  readonly workerpool?: AddressOrAny;
  readonly requester?: AddressOrAny;
  readonly appOwner?: Address;
  readonly datasetOwner?: Address;
  readonly workerpoolOwner?: Address;
  readonly apporderHash?: Hex;
  readonly datasetorderHash?: Hex;
  readonly workerpoolorderHash?: Hex;
  readonly requestorderHash?: Hex;
  readonly category?: UintInput;
}

/** Which part of a long list is wanted. */
export interface PageFilter {
  /** From 0. */
  readonly pageIndex?: number;
  /** From 10 to 1,000; 20 unless told. */
  readonly pageSize?: number;
}

/** A filter as the query of a request. */
export function marketQuery(filter: (OrderFilter | DealFilter) & PageFilter): Record<string, string> {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}
