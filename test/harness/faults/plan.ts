import { randomOf, type Random } from "../random.js";
import type { Fault } from "./inject/faults.js";

/** The plan of a run. */
export interface Plan {
  readonly index: number;
  readonly fault: Fault;
  /** The time of the fault after the deals were made, in milliseconds. */
  readonly injectAfter: number;
  /** The duration of the app, in milliseconds. */
  readonly appTakes: number;
  /** Random values for further choices. */
  readonly random: Random;
}

/** The approximate duration of tasks, in milliseconds. */
const LATEST_STRIKE = 3_000;
const LONGEST_APP = 1_500;

/** The plan of a run, from the seed and its index: each round of as many runs as there are faults has all of them. */
export function planRun(seed: number, index: number, faults: readonly Fault[]): Plan {
  const round = Math.floor(index / faults.length);
  const shuffle = randomOf(seed, -1 - round);
  const deck = [...faults];
  for (let i = deck.length - 1; i > 0; i--) {
    const j = shuffle.between(0, i);
    [deck[i], deck[j]] = [deck[j]!, deck[i]!];
  }
  const random = randomOf(seed, index);
  return {
    index,
    fault: deck[index % faults.length]!,
    injectAfter: random.between(0, LATEST_STRIKE),
    appTakes: random.between(0, LONGEST_APP),
    random,
  };
}
