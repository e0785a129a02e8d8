import type { Call } from "./chain.js";
import type { Needs, Write } from "./floor.js";
import type { Market } from "./market.js";
import type { Work } from "./work.js";

/** Where a scenario plays: a market as `scene.ts` sets it, and those who work in it. */
export interface Stage {
  readonly market: Market;
  readonly work: Work;
}

/** One call that is measured, told once for both systems. */
export interface Scenario {
  readonly name: string;
  /** What the call finds that differs from the usual state of `scene.ts`. */
  readonly setting: string;
  /** Our gas may be at most this part of the peer's; 1 unless said otherwise. */
  readonly bar?: number;
  /** What no implementation can do without, beside calldata and events. */
  readonly needs: Needs;
  /** Leads up to the call, which is the last thing it does, and answers with it. */
  readonly play: (stage: Stage) => Promise<Call>;
}

/** A slot that holds something else afterwards. */
export const changed = (fact: string): Write => ({ fact, slot: "changed" });
/** A slot that held nothing before. */
export const added = (fact: string): Write => ({ fact, slot: "new" });

/** Whom locking a price changes: payer, scheduler and the hub itself, whose balance is all that is frozen. */
export const LOCKS: readonly Write[] = ["the payer's account", "the scheduler's account", "the hub's balance"].map(
  changed,
);
