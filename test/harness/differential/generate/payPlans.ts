/** Plans for dividing money: boundaries of the kitty, and prices that no ratio divides evenly. */
import type { Memory } from "./memory.js";
import { CLOCK, conclude, contribution, make, must, open, type Plan, push, solo, stepOf, type Steps } from "./plan.js";
import type { Random } from "../../random.js";

/** Stakes that go to the kitty: around its least draw (1e9), ten times that, where a tenth is more, and odd ones. */
const STAKES = [1n, 3n, 500_000_000n, 999_999_999n, 1_000_000_000n, 1_000_000_001n, 9_999_999_999n].concat([
  10_000_000_000n,
  10_000_000_001n,
  10_020_000_019n,
  30_000_000_007n,
]);
const PRICES = [1n, 99n, 101n];
const REWARD_RATIOS = [0n, 1n, 33n, 99n, 100n];
/** Workers of weight 2 each; the trust needs all three. */
const THREE = ["worker4", "worker5", "worker6"] as const;
const TRUST = 8n;

/** The ways to pay for a task. */
const WAYS: Readonly<Record<string, (random: Random, memory: Memory, price: bigint) => Steps>> = {
  *"one worker"(random, memory, price) {
    const task = yield* open(random, memory, { price });
    yield* must("accepted", solo(memory, task, THREE[0]));
  },
  *boost(random, memory, price) {
    const deal = yield* make(random, memory, { price, boost: true });
    yield* must("accepted", push(memory, deal, THREE[0]));
  },
  *"three workers"(random, memory, price) {
    const task = yield* open(random, memory, { price, trust: TRUST });
    for (const worker of THREE) yield* must("accepted", contribution(memory, task, worker));
    yield* conclude(memory, task);
  },
};

/** The plans: one for each amount in the kitty and each way to draw on it, twice in a row. */
export const KITTY_PLANS: readonly Plan[] = STAKES.flatMap((stake) =>
  Object.entries(WAYS).map(([way, pay]) => ({
    name: `a kitty of ${stake}, ${way}`,
    *begin(random: Random, memory: Memory) {
      yield* abandon(random, memory, stake);
      yield* pay(random, memory, 101n);
      yield* pay(random, memory, 0n);
    },
  })),
);

/** The plans: one for each price and reward ratio; each pays in every way. */
export const ROUNDING_PLANS: readonly Plan[] = PRICES.flatMap((price) =>
  REWARD_RATIOS.map((ratio) => ({
    name: `a price of ${price}, of which the pool keeps ${ratio} %`,
    *begin(random: Random, memory: Memory) {
      const policy = stepOf(memory, "scheduler", "changePolicy", 30n, ratio);
      yield* must("accepted", { ...policy, to: "pool1" });
      for (const pay of Object.values(WAYS)) yield* pay(random, memory, price);
    },
  })),
);

/** Makes a task that is claimed without work, so that the kitty holds its pool's stake. */
function* abandon(random: Random, memory: Memory, stake: bigint): Steps {
  const { ref, deal } = yield* open(random, memory, { price: priceFor(stake) });
  memory.now = deal.at + 10 * CLOCK;
  yield* must("accepted", stepOf(memory, "stranger", "claim", { task: ref }));
}

/** The least price for which 30 %, rounded down, is `stake`. */
export function priceFor(stake: bigint): bigint {
  return (stake * 10n + 2n) / 3n;
}
