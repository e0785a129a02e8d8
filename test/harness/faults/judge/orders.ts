import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import type { Violation } from "./violation.js";

/** An order as it was published, and its state on chain. */
export interface PublishedOrder {
  readonly kind: string;
  readonly hash: Hex;
  readonly volume: bigint;
  /** The volume that is consumed according to the hub. */
  readonly consumed: bigint;
}

/** An order as the market has it. */
export interface MarketOrder {
  readonly status: string;
  readonly remaining: number;
}

/** Checks that no order of a solvent signer was lost: the market has each with its remaining volume. */
export function judgeOrders(published: readonly PublishedOrder[], market: ReadonlyMap<Hex, MarketOrder>): Violation[] {
  return published.flatMap(({ kind, hash, volume, consumed }): Violation[] => {
    const law = "orders";
    const known = market.get(hash);
    if (known === undefined) return [{ law, what: `the market lost ${kind} order ${hash}` }];
    const left = volume - consumed;
    const status = left > 0n ? "open" : "filled";
    if (known.status === status && BigInt(known.remaining) === left) return [];
    return [
      {
        law,
        what: `the market has ${kind} order ${hash} as ${known.status} with ${known.remaining}, not ${status} with ${left}`,
      },
    ];
  });
}
