import { InvalidFieldError, readUint } from "../field.js";
import type { OrderKind } from "../order.js";

/** The most tasks of a boost deal. */
export const MAX_BOOST_VOLUME = 65_535n;

/** How much an order is good for and how much of it was used, in tasks. */
export interface OrderVolume {
  /** The order's own volume. */
  readonly volume: bigint;
  /** `viewConsumed` of the order's hash. */
  readonly consumed: bigint;
}

/** The volumes of a deal's orders; `dataset` is left out when the deal has none. */
export type DealVolumes = { readonly [Kind in Exclude<OrderKind, "dataset">]: OrderVolume } & {
  readonly dataset?: OrderVolume | undefined;
};

/**
 * What is left of an order, in tasks.
 *
 * @throws {@link InvalidFieldError} when more was consumed than there ever was, which the hub never lets happen.
 * @example
 * ```ts
 * remainingVolume({ volume: 10n, consumed: 4n }); // → 6n
 * ```
 */
export function remainingVolume({ volume, consumed }: OrderVolume): bigint {
  if (readUint("consumed", consumed) > readUint("volume", volume)) {
    throw new InvalidFieldError("consumed", consumed, `at most the order's volume, ${volume}`);
  }
  return volume - consumed;
}

/**
 * How many tasks a match of these orders buys: the least that is left of any of them. 0 means that they do not match.
 *
 * Source: docs/reference/protocol.md section 5, step 8; `computeDealVolume` answers the same on chain.
 *
 * @throws {@link InvalidFieldError} as {@link remainingVolume}.
 * @example
 * ```ts
 * dealVolume({
 *   app: { volume: MAX_UINT256, consumed: 0n },
 *   workerpool: { volume: 10n, consumed: 4n },
 *   request: { volume: 100n, consumed: 0n },
 * }); // → 6n
 * ```
 */
export function dealVolume({ app, dataset, workerpool, request }: DealVolumes): bigint {
  const volumes = [app, workerpool, request, ...(dataset === undefined ? [] : [dataset])];
  return volumes.map(remainingVolume).reduce((least, volume) => (volume < least ? volume : least));
}

/**
 * How many tasks a boost match of these orders buys: as {@link dealVolume}, and 65,535 at most.
 *
 * @throws {@link InvalidFieldError} as {@link remainingVolume}.
 * @example
 * ```ts
 * const plenty = { volume: MAX_UINT256, consumed: 0n };
 * boostDealVolume({ app: plenty, workerpool: plenty, request: plenty }); // → 65_535n
 * ```
 */
export function boostDealVolume(volumes: DealVolumes): bigint {
  const volume = dealVolume(volumes);
  return volume < MAX_BOOST_VOLUME ? volume : MAX_BOOST_VOLUME;
}
