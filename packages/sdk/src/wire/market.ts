import type { UintInput } from "../protocol/field.js";
import type { Address, Hex } from "../protocol/ids.js";

/** An account, or `any` for orders with any restriction or none. */
export type AddressOrAny = Address | "any";

/**
 * A filter for open orders of a kind. The subject of an order (`app` of app orders, `requester` of requests) is
 * compared if it is given. A restriction that is not given must be absent: use `any` to include restricted orders.
 * docs/reference/market.md has the details.
 */
export interface OrderFilter {
  readonly app?: AddressOrAny;
  readonly dataset?: AddressOrAny;
  readonly workerpool?: AddressOrAny;
  readonly requester?: AddressOrAny;
  /** Whether to exclude orders that admit every app, and return only those that name the given one. */
  readonly isAppStrict?: boolean;
  readonly isDatasetStrict?: boolean;
  readonly isWorkerpoolStrict?: boolean;
  readonly isRequesterStrict?: boolean;
  readonly appOwner?: Address;
  readonly datasetOwner?: Address;
  readonly workerpoolOwner?: Address;
  readonly beneficiary?: Address;
  readonly category?: UintInput;
  /** Bits that the tag must have, as 32 bytes. */
  readonly minTag?: Hex;
  /** The only bits that the tag may have, as 32 bytes. */
  readonly maxTag?: Hex;
  /** The minimum number of remaining tasks. */
  readonly minVolume?: UintInput;
  readonly minTrust?: UintInput;
  readonly maxTrust?: UintInput;
  /** Whether to return only dataset orders that are free and of unlimited volume. */
  readonly bulkOnly?: boolean;
}

/** A filter for deals. */
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

/** The requested page of a long list. */
export interface PageFilter {
  /** The index of the page, from 0. */
  readonly pageIndex?: number;
  /** From 10 to 1,000; 20 by default. */
  readonly pageSize?: number;
}

/** Converts a filter to the query of a request. */
export function marketQuery(filter: (OrderFilter | DealFilter) & PageFilter): Record<string, string> {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}
