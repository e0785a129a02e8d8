import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Pseudo-random choices that are the same for the same seed. */
export interface Random {
  /** Whole numbers from `min` to `max`, both included. */
  readonly between: (min: number, max: number) => number;
  readonly pick: <Item>(items: readonly Item[]) => Item;
  /** An item, by its weight. */
  readonly weighted: <Item>(items: readonly (readonly [weight: number, item: Item])[]) => Item;
  /** True in this percentage of cases. */
  readonly percent: (cases: number) => boolean;
}

/** Creates the choices of one sequence of a run. */
export function randomOf(seed: number, sequence: number): Random {
  const generator = xoroshiro128plus(Math.imul(seed, 0x9e3779b1) ^ Math.imul(sequence + 1, 0x85ebca6b));
  const between = (min: number, max: number) => uniformInt(generator, min, max);
  // The first numbers of neighboring seeds are alike.
  for (let skipped = 0; skipped < 8; skipped++) between(0, 1);
  return {
    between,
    pick: (items) => items[between(0, items.length - 1)]!,
    weighted(items) {
      const total = items.reduce((sum, [weight]) => sum + weight, 0);
      let left = between(1, total);
      for (const [weight, item] of items) {
        left -= weight;
        if (left <= 0) return item;
      }
      return items.at(-1)![1];
    },
    percent: (cases) => between(1, 100) <= cases,
  };
}
