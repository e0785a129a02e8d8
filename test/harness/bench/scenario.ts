import type { Call } from "./chain.js";
import type { Needs, Write } from "./floor.js";
import type { Market } from "./market.js";
import type { Work } from "./work.js";

/** The stage of a scenario: a market in the state of `scene.ts`, and its workers. */
export interface Stage {
  readonly market: Market;
  readonly work: Work;
}

/** One measured call, described once for both systems. */
export interface Scenario {
  readonly name: string;
  /** The differences from the usual state of `scene.ts`. */
  readonly setting: string;
  /** The largest allowed ratio of our gas to the peer's; 1 by default. */
  readonly bar?: number;
  /** The needs of every implementation besides calldata and events. */
  readonly needs: Needs;
  /** Prepares the call, makes it last, and returns it. */
  readonly play: (stage: Stage) => Promise<Call>;
}

/** A slot whose value changes and was not zero. */
export const changed = (fact: string): Write => ({ fact, slot: "changed" });
/** A slot that was zero. */
export const added = (fact: string): Write => ({ fact, slot: "new" });

/** The slots that locking a price changes: those of the payer, the scheduler, and the hub, whose balance is all that is frozen. */
export const LOCKS: readonly Write[] = ["the payer's account", "the scheduler's account", "the hub's balance"].map(
  changed,
);
