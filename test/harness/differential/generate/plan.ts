/** The words of plans: steps that lead to a boundary, each of which must come out as it is meant to. */
import { DifferentialError } from "../DifferentialError.js";
import type { Played } from "../run.js";
import type { Argument, Step, TaskRef } from "../sequence.js";
import { drawPlainOrders } from "./market.js";
import type { KnownDeal, KnownTask, Memory } from "./memory.js";
import type { Random } from "../../random.js";

/** Steps that follow from what the ones before have done; takes how each went, and returns something in the end. */
export type Steps<Result = void> = Generator<Step, Result, Played>;

/** The beginning of a sequence that reaches one boundary on purpose. */
export interface Plan {
  readonly name: string;
  readonly begin: (random: Random, memory: Memory) => Steps;
}

/** The clock of the category that plans use, in seconds. */
export const CLOCK = 300;
/** What plans have workers find. */
const TRUTH = "truth";

/** What a plan wants of a deal; trust 1, one task, `matchOrders` if it does not say. */
interface Terms {
  readonly price?: bigint;
  readonly trust?: bigint;
  readonly volume?: bigint;
  readonly boost?: true;
}

/** Does a step that must be accepted, or refused; otherwise the plan would miss what it is for. */
export function* must(expected: "accepted" | "refused", step: Step): Steps {
  const { ours } = yield step;
  const actual = ours.ok ? "accepted" : "refused";
  if (actual !== expected) throw new DifferentialError(`A plan wants ${step.call} ${expected}, and it was ${actual}.`);
}

/** What becomes of a call that is allowed until just before a deadline. */
export function before(offset: number): "accepted" | "refused" {
  return offset < 0 ? "accepted" : "refused";
}

/** What becomes of a call that is allowed from a deadline on. */
export function from(offset: number): "accepted" | "refused" {
  return offset < 0 ? "refused" : "accepted";
}

/** A step that `who` takes now, at the hub. */
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

/** Makes a deal and opens its first task. */
export function* open(random: Random, memory: Memory, terms: Terms = {}): Steps<KnownTask> {
  const { request, first } = yield* make(random, memory, terms);
  yield* must("accepted", stepOf(memory, "stranger", "initialize", { deal: [request, first] }, first));
  return memory.tasks.get([request, first, first].join(" "))!;
}

/** A contribution without an enclave, to which the scheduler agrees. */
export function contribution(memory: Memory, { ref, deal }: KnownTask, worker: string, finding = TRUTH): Step {
  const found = [
    { resultHash: finding, task: ref },
    { seal: finding, task: ref, worker },
  ] as const;
  return stepOf(memory, worker, "contribute", { task: ref }, ...found, "nobody", "0x", leave(worker, ref, deal));
}

/** The same, ending the task. */
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

/** The scheduler's last word. */
export function finalize(memory: Memory, { ref, deal }: KnownTask): Step {
  return stepOf(memory, deal.scheduler, "finalize", { task: ref }, "0x7b7d", "0x");
}

/** Those who contributed what won. */
export function winnersOf({ found, winner }: KnownTask): readonly string[] {
  return [...found].filter(([, finding]) => finding === winner).map(([worker]) => worker);
}

/** All winners reveal, and the task is finalized. */
export function* conclude(memory: Memory, task: KnownTask): Steps {
  for (const worker of winnersOf(task)) yield* must("accepted", reveal(memory, task, worker));
  yield* must("accepted", finalize(memory, task));
}

function leave(worker: string, task: TaskRef, { scheduler }: KnownDeal): Argument {
  return { leave: worker, task, enclave: "nobody", by: scheduler };
}
