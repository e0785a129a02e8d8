/** Makes a failing sequence as short as it gets. */
import { type Difference, type Pair, replay } from "./run.js";
import type { Sequence, Step } from "./sequence.js";

/** A shorter sequence on which the systems still part, and how. */
export interface Shrunk {
  readonly sequence: Sequence;
  readonly difference: Difference;
}

/**
 * Leaves out calls, many at once and then one by one, as long as the systems still part; then the orders that are left
 * without a call.
 *
 * @param difference - Where they part in `sequence`.
 */
export function shrink(pair: Pair, sequence: Sequence, difference: Difference): Promise<Shrunk> {
  return shrinkWith((shorter) => replay(pair, shorter), sequence, difference);
}

/** The same, with whatever tells whether and where a sequence fails. */
export async function shrinkWith(
  failureOf: (sequence: Sequence) => Promise<Difference | undefined>,
  { orders, steps }: Sequence,
  difference: Difference,
): Promise<Shrunk> {
  let [left, last] = [steps.slice(0, difference.step + 1), difference];
  for (let size = Math.ceil(left.length / 2); ;) {
    let gone = false;
    for (let from = Math.max(0, left.length - size); from >= 0; from -= size) {
      const shorter = left.toSpliced(from, size);
      const failure = shorter.length === left.length ? undefined : await failureOf({ orders, steps: shorter });
      if (failure === undefined) continue;
      [left, last, gone] = [shorter.slice(0, failure.step + 1), failure, true];
    }
    if (size === 1 && !gone) break;
    if (size > 1) size = Math.ceil(size / 2);
  }
  return { sequence: { orders: mentionedIn(orders, left), steps: left }, difference: last };
}

function mentionedIn(orders: Sequence["orders"], steps: readonly Step[]): Sequence["orders"] {
  const text = JSON.stringify(steps, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
  return Object.fromEntries(Object.entries(orders).filter(([label]) => text.includes(JSON.stringify(label))));
}
