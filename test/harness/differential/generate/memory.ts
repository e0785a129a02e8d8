/** Facts that a generator remembers beyond the situation: tasks, owners and settings, so that most calls make sense. */
import { eventOf } from "../describe.js";
import { WORKERS } from "../names.js";
import type { DealRef, Expression, OrderSpec, Step, TaskRef } from "../sequence.js";
import { type MadeDeal, ordersOf, type Situation } from "../situation.js";
import type { Outcome } from "../world.js";

/** A classic task and its progress. */
export interface KnownTask {
  readonly ref: TaskRef;
  readonly deal: KnownDeal;
  status: "active" | "revealing" | "over";
  /** The result of each contributor. */
  readonly found: Map<string, string>;
  /** The result of the consensus, and the deadline to reveal it. */
  winner?: string;
  revealDeadline: number;
  readonly revealed: Set<string>;
}

/** A deal, with the parts of its orders and of the time of matching that matter to workers. */
export interface KnownDeal extends MadeDeal {
  readonly scheduler: string;
  readonly tee: boolean;
  readonly callback: boolean;
  readonly trust: bigint;
  readonly clock: number;
}

/** The whole memory of a generator. */
export interface Memory {
  readonly orders: Record<string, OrderSpec>;
  readonly situation: Situation;
  readonly deals: KnownDeal[];
  readonly tasks: Map<string, KnownTask>;
  /** Tasks that were initialized, classic or boost. */
  readonly begun: Set<string>;
  readonly owners: Readonly<Record<string, string>>;
  broker: string;
  readonly clocks: number[];
  now: number;
}

/** The number of tasks of a larger bag that are ever used. */
const EDGE = 4n;
/** The five initial categories of every hub. */
const CLOCKS = [300, 1_200, 3_600, 10_800, 36_000];

/** The memory at the start. */
export function freshMemory(orders: Record<string, OrderSpec>, situation: Situation): Memory {
  return {
    orders,
    situation,
    deals: [],
    tasks: new Map(),
    begun: new Set(),
    owners: situation.owners,
    broker: "nobody",
    clocks: [...CLOCKS],
    now: 0,
  };
}

/** Records the effects of an accepted step. */
export function remember(memory: Memory, step: Step, outcome: Outcome): void {
  if (!outcome.ok) return;
  const labels = ordersOf(step);
  if (labels !== undefined) return rememberDeal(memory, labels);
  const events = outcome.logs.map(eventOf);
  const { call, args, from } = step;
  switch (call) {
    case "initialize":
      return rememberTask(memory, args[0] as { deal: readonly [string, bigint] }, args[1] as bigint);
    case "initializeArray":
      return (args[0] as { deal: readonly [string, bigint] }[]).forEach((deal, index) =>
        rememberTask(memory, deal, (args[1] as bigint[])[index]!),
      );
    case "pushResultBoost":
    case "claimBoost":
      return void memory.begun.add([...(args[0] as { deal: DealRef }).deal, args[1] as bigint].join(" "));
    case "contribute":
      return rememberContribution(memory, from, args[1] as { resultHash: string; task: TaskRef }, events);
    case "reveal":
      return void taskOf(memory, args[0])?.revealed.add(from);
    case "reopen":
      return rememberReopening(taskOf(memory, args[0]));
    case "claim":
    case "finalize":
    case "contributeAndFinalize":
      return end(memory, args[0]);
    case "claimArray":
      return (args[0] as Expression[]).forEach((task) => end(memory, task));
    case "setTeeBroker":
      return void (memory.broker = args[0] as string);
    case "createCategory":
      return void memory.clocks.push(Number(args[2]));
  }
}

function rememberDeal(memory: Memory, labels: readonly string[]): void {
  const { orders, situation, owners, clocks } = memory;
  const made = [...situation.deals.values()].at(-1)!;
  const [app, dataset, pool, request] = labels.map((label) => orders[label]!.fields);
  const tee = [app, dataset, request].some((fields) => BigInt(fields!["tag"] ?? 0n) % 2n === 1n);
  memory.deals.push({
    ...made,
    scheduler: owners[String(pool!["workerpool"])]!,
    tee,
    callback: request!["callback"] !== undefined,
    trust: BigInt(request!["trust"] ?? 0n),
    clock: clocks[Number(request!["category"] ?? 0n)]!,
  });
}

function rememberTask(
  { begun, deals, tasks }: Memory,
  { deal: [request, first] }: { deal: readonly [string, bigint] },
  index: bigint,
) {
  const deal = deals.find((made) => made.request === request && made.first === first)!;
  const ref = [request, first, index] as const;
  begun.add(ref.join(" "));
  tasks.set(ref.join(" "), { ref, deal, status: "active", found: new Map(), revealDeadline: 0, revealed: new Set() });
}

function rememberContribution(
  memory: Memory,
  worker: string,
  { resultHash, task }: { resultHash: string; task: TaskRef },
  events: readonly string[],
): void {
  const known = memory.tasks.get(task.join(" "))!;
  known.found.set(worker, resultHash);
  if (!events.includes("TaskConsensus")) return;
  known.status = "revealing";
  known.winner = resultHash;
  known.revealDeadline = memory.now + 2 * known.deal.clock;
}

function rememberReopening(task: KnownTask | undefined): void {
  if (task === undefined) return;
  task.status = "active";
  delete task.winner;
}

function end(memory: Memory, task: unknown): void {
  const known = taskOf(memory, task);
  if (known !== undefined) known.status = "over";
}

function taskOf({ tasks }: Memory, argument: unknown): KnownTask | undefined {
  return tasks.get((argument as { task: TaskRef }).task.join(" "));
}

/** The indexes of the first tasks of a deal that were not initialized. */
export function freshIndexes({ begun }: Memory, { request, first, size, boost }: KnownDeal): bigint[] {
  const start = boost ? 0n : first;
  return Array.from({ length: Number(size < EDGE ? size : EDGE) }, (_, index) => start + BigInt(index)).filter(
    (index) => !begun.has(`${request} ${first} ${index}`),
  );
}

/** The workers that have not contributed to a task. */
export function idleWorkers({ found }: KnownTask): readonly string[] {
  return WORKERS.filter((worker) => !found.has(worker));
}
