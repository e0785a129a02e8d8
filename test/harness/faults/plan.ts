import { randomOf, type Random } from "../random.js";
import type { Fault } from "./inject/faults.js";

/** What is to happen in a run. */
export interface Plan {
  readonly index: number;
  readonly fault: Fault;
  /** When, after the deals were made, in milliseconds. */
  readonly strikeAfter: number;
  /** How long the app takes, in milliseconds. */
  readonly appTakes: number;
  /** Further choices. */
  readonly random: Random;
}

/** Tasks are under way for about as long, in milliseconds. */
const LATEST_STRIKE = 3_000;
const LONGEST_APP = 1_500;

/** What happens in a run follows from the seed and its index: each round of as many runs as there are faults has all of them. */
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
    strikeAfter: random.between(0, LATEST_STRIKE),
    appTakes: random.between(0, LONGEST_APP),
    random,
  };
}
