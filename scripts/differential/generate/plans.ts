/** How some sequences begin: on purpose where chance alone rarely gets. */
import { WORKERS } from "../names.js";
import type { Step } from "../sequence.js";
import { drawPlainOrders } from "./market.js";
import type { KnownDeal, Memory } from "./memory.js";
import type { Random } from "./random.js";
import { contributionOf } from "./work.js";

/** Stakes that go to the kitty: around its least draw (1e9), ten times that, where a tenth is more, and odd ones. */
const STAKES = [1n, 3n, 500_000_000n, 999_999_999n, 1_000_000_000n, 1_000_000_001n, 9_999_999_999n].concat([
  10_000_000_000n,
  10_000_000_001n,
  10_020_000_019n,
  30_000_000_007n,
]);
const CLOCK = 300;

/** A beginning, or none: steps that follow from what the ones before have done. */
export function planOf(random: Random, memory: Memory): Iterator<Step, void> {
  const plan = random.weighted<(random: Random, memory: Memory) => Iterator<Step, void>>([
    [50, nothing],
    [20, fillKitty],
    [30, replicate],
  ]);
  return plan(random, memory);
}

function* nothing(): Generator<Step, void> {}

/** A deal that nobody works on, so that its pool's stakes fill the kitty; then one that draws on it. */
function* fillKitty(random: Random, memory: Memory): Generator<Step, void> {
  const price = (random.pick(STAKES) * 10n + 2n) / 3n;
  const abandoned = yield* make(memory, drawPlainOrders(random, memory, { price, trust: 1n, volume: 1n }));
  if (abandoned === undefined) return;
  yield initialize(memory, abandoned, 0n);
  memory.now += 10 * CLOCK + random.between(-1, 1);
  yield step(memory, "stranger", "claim", { task: taskOf(abandoned, 0n) });
  if (random.percent(50)) return yield* replicate(random, memory);
  const terms = { price: random.pick([0n, 1n, 101n, 10_001n]), trust: 1n, volume: 3n };
  const deal = yield* make(memory, drawPlainOrders(random, memory, terms));
  if (deal === undefined) return;
  for (const index of [0n, 1n, 2n]) {
    yield initialize(memory, deal, index);
    const task = memory.tasks.get(taskOf(deal, index).join(" "));
    if (task === undefined) return;
    yield { at: memory.now, ...contributionOf(random, memory, task, "contributeAndFinalize") };
  }
}

/** A task that workers of mixed scores answer until some are believed, who then reveal, or most of them. */
function* replicate(random: Random, memory: Memory): Generator<Step, void> {
  const trust = random.percent(50) ? BigInt(random.between(2, 9)) : BigInt(random.between(2, 50));
  const terms = { price: BigInt(random.between(0, 2_000)), trust, volume: 1n };
  const deal = yield* make(memory, drawPlainOrders(random, memory, terms));
  if (deal === undefined) return;
  yield initialize(memory, deal, 0n);
  const ref = taskOf(deal, 0n);
  const task = memory.tasks.get(ref.join(" "));
  if (task === undefined) return;
  const order = [...WORKERS].map((worker) => ({ worker, rank: random.between(0, 1_000) }));
  for (const { worker } of order.toSorted((a, b) => a.rank - b.rank)) {
    if (task.status !== "active") break;
    const finding = random.percent(70) ? "other" : "lie";
    const leave = { leave: worker, task: ref, enclave: "nobody", by: deal.scheduler };
    const found = [
      { resultHash: finding, task: ref },
      { seal: finding, task: ref, worker },
    ] as const;
    yield step(memory, worker, "contribute", { task: ref }, ...found, "nobody", "0x", leave);
  }
  const winners = [...task.found].filter(([, finding]) => finding === task.winner).map(([worker]) => worker);
  for (const worker of winners) {
    if (random.percent(88)) yield step(memory, worker, "reveal", { task: ref }, { digest: task.winner! });
  }
  if (task.winner !== undefined && task.revealed.size < winners.length) {
    memory.now = Math.max(memory.now, task.revealDeadline + random.between(-1, 1));
  }
  yield step(
    memory,
    deal.scheduler,
    task.revealed.size === 0 ? "reopen" : "finalize",
    ...closing(task.revealed.size, ref),
  );
}

function closing(revealed: number, task: ReturnType<typeof taskOf>): Step["args"] {
  return revealed === 0 ? [{ task }] : [{ task }, "0x7b7d", "0x"];
}

/** Matches orders; the deal, if one was made. */
function* make(memory: Memory, labels: readonly string[]): Generator<Step, KnownDeal | undefined> {
  const before = memory.deals.length;
  yield step(memory, "stranger", "matchOrders", ...labels.map((order) => ({ order })));
  return memory.deals.length > before ? memory.deals.at(-1) : undefined;
}

function initialize(memory: Memory, { request, first }: KnownDeal, index: bigint): Step {
  return step(memory, "stranger", "initialize", { deal: [request, first] }, first + index);
}

function taskOf({ request, first }: KnownDeal, index: bigint): readonly [string, bigint, bigint] {
  return [request, first, first + index];
}

function step({ now }: Memory, from: string, call: string, ...args: Step["args"]): Step {
  return { at: now, from, to: "hub", call, args };
}
