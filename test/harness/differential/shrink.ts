/** Makes a failing sequence as short as it gets. */
import { shorten } from "../shorten.js";
import { type Difference, type Pair, replay } from "./run.js";
import type { Sequence, Step } from "./sequence.js";

/** A shorter sequence on which the systems still differ, and the difference. */
export interface Shrunk {
  readonly sequence: Sequence;
  readonly difference: Difference;
}

/**
 * Removes calls, many at once and then one by one, as long as the systems still differ; then the orders that no call
 * uses any more.
 *
 * @param difference - The difference on `sequence`.
 */
export function shrink(pair: Pair, sequence: Sequence, difference: Difference): Promise<Shrunk> {
  return shrinkWith((shorter) => replay(pair, shorter), sequence, difference);
}

/** The same, with any function that tells whether and where a sequence fails. */
export async function shrinkWith(
  failureOf: (sequence: Sequence) => Promise<Difference | undefined>,
  { orders, steps }: Sequence,
  difference: Difference,
): Promise<Shrunk> {
  let last = difference;
  const left = await shorten(steps.slice(0, difference.step + 1), async (shorter) => {
    const failure = await failureOf({ orders, steps: shorter });
    if (failure === undefined) return undefined;
    last = failure;
    return shorter.slice(0, failure.step + 1);
  });
  return { sequence: { orders: mentionedIn(orders, left), steps: left }, difference: last };
}

function mentionedIn(orders: Sequence["orders"], steps: readonly Step[]): Sequence["orders"] {
  const text = JSON.stringify(steps, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
  return Object.fromEntries(Object.entries(orders).filter(([label]) => text.includes(JSON.stringify(label))));
}
