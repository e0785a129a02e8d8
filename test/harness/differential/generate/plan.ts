/** The building blocks of plans: steps that lead to a boundary, each of which must have the intended outcome. */
import { DifferentialError } from "../DifferentialError.js";
import type { Played } from "../run.js";
import type { Argument, Step, TaskRef } from "../sequence.js";
import { drawPlainOrders } from "./market.js";
import type { KnownDeal, KnownTask, Memory } from "./memory.js";
import type { Random } from "../../random.js";

/** Steps that depend on those before; a step yields its outcome, and the generator returns a value at the end. */
export type Steps<Result = void> = Generator<Step, Result, Played>;

/** The beginning of a sequence, which leads to one boundary. */
export interface Plan {
  readonly name: string;
  readonly begin: (random: Random, memory: Memory) => Steps;
}

/** The clock of the category that plans use, in seconds. */
export const CLOCK = 300;
/** The results of workers in plans. */
const TRUTH = "truth";

/** The terms of a plan's deal; by default trust 1, one task, `matchOrders`. */
interface Terms {
  readonly price?: bigint;
  readonly trust?: bigint;
  readonly volume?: bigint;
  readonly boost?: true;
}

/** Makes a step that must be accepted, or refused; otherwise the plan would miss its boundary. */
export function* must(expected: "accepted" | "refused", step: Step): Steps {
  const { ours } = yield step;
  const actual = ours.ok ? "accepted" : "refused";
  if (actual !== expected) throw new DifferentialError(`A plan wants ${step.call} ${expected}, and it was ${actual}.`);
}

/** The outcome, `offset` seconds after a deadline, of a call that is allowed only before it. */
export function before(offset: number): "accepted" | "refused" {
  return offset < 0 ? "accepted" : "refused";
}

/** The outcome, `offset` seconds after a deadline, of a call that is allowed from it on. */
export function from(offset: number): "accepted" | "refused" {
  return offset < 0 ? "refused" : "accepted";
}

/** A step that `who` makes now, at the hub. */
export function stepOf({ now }: Memory, who: string, call: string, ...args: readonly Argument[]): Step {
  return { at: now, from: who, to: "hub", call, args };
}

/** Makes a deal without a dataset. */
export function* make(random: Random, memory: Memory, terms: Terms): Steps<KnownDeal> {
  const { price = 101n, trust = 1n, volume = 1n, boost } = terms;
  const orders = drawPlainOrders(random, memory, { price, trust, volume }).map((order) => ({ order }));
  yield* must("accepted", stepOf(memory, "stranger", boost ? "matchOrdersBoost" : "matchOrders", ...orders));
  return memory.deals.at(-1)!;
}

/** Makes a deal and initializes its first task. */
export function* open(random: Random, memory: Memory, terms: Terms = {}): Steps<KnownTask> {
  const { request, first } = yield* make(random, memory, terms);
  yield* must("accepted", stepOf(memory, "stranger", "initialize", { deal: [request, first] }, first));
  return memory.tasks.get([request, first, first].join(" "))!;
}

/** A contribution without an enclave, which the scheduler authorizes. */
export function contribution(memory: Memory, { ref, deal }: KnownTask, worker: string, finding = TRUTH): Step {
  const found = [
    { resultHash: finding, task: ref },
    { seal: finding, task: ref, worker },
  ] as const;
  return stepOf(memory, worker, "contribute", { task: ref }, ...found, "nobody", "0x", leave(worker, ref, deal));
}

/** The same, which finalizes the task too. */
export function solo(memory: Memory, { ref, deal }: KnownTask, worker: string): Step {
  const proof = ["nobody", "0x", leave(worker, ref, deal)] as const;
  return stepOf(memory, worker, "contributeAndFinalize", { task: ref }, { digest: TRUTH }, "0x7b7d", "0x", ...proof);
}

/** The result of the first task of a boost deal. */
export function push(memory: Memory, deal: KnownDeal, worker: string): Step {
  const ref = [deal.request, deal.first, 0n] as const;
  const proof = [leave(worker, ref, deal), "nobody", "0x"] as const;
  return stepOf(memory, worker, "pushResultBoost", { deal: [deal.request, deal.first] }, 0n, "0x7b7d", "0x", ...proof);
}

/** A winner's reveal. */
export function reveal(memory: Memory, { ref, winner = TRUTH }: KnownTask, worker: string): Step {
  return stepOf(memory, worker, "reveal", { task: ref }, { digest: winner });
}

/** The scheduler's call of `finalize`. */
export function finalize(memory: Memory, { ref, deal }: KnownTask): Step {
  return stepOf(memory, deal.scheduler, "finalize", { task: ref }, "0x7b7d", "0x");
}

/** The workers that contributed the winning result. */
export function winnersOf({ found, winner }: KnownTask): readonly string[] {
  return [...found].filter(([, finding]) => finding === winner).map(([worker]) => worker);
}

/** Reveals for all winners, and finalizes the task. */
export function* conclude(memory: Memory, task: KnownTask): Steps {
  for (const worker of winnersOf(task)) yield* must("accepted", reveal(memory, task, worker));
  yield* must("accepted", finalize(memory, task));
}

function leave(worker: string, task: TaskRef, { scheduler }: KnownDeal): Argument {
  return { leave: worker, task, enclave: "nobody", by: scheduler };
}
