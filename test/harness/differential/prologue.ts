/** The history before every sequence: enough replicated work that the weights of workers differ. */
import { DifferentialError } from "./DifferentialError.js";
import { BEGINNING, type Pair, startRun } from "./run.js";
import type { OrderSpec, Step, TaskRef } from "./sequence.js";

/** Tasks that worker1 did with each of two others. It ends with score 27 (weight 8), the others with 15 (4) and 12 (3). */
const TASKS = [...Array<string>(15).fill("worker2"), ...Array<string>(12).fill("worker3")];
/** The trust of these tasks: one worker alone does not reach it while they gather scores, and both together do. */
const TRUST = 4n;
const DAY = 86_400;

const ORDERS: Readonly<Record<string, OrderSpec>> = {
  app: { kind: "app", fields: { app: "app1", volume: 27n }, by: "appOwner" },
  none: { kind: "dataset", fields: {} },
  pool: { kind: "workerpool", fields: { workerpool: "pool1", volume: 27n, trust: TRUST }, by: "scheduler" },
  request: {
    kind: "request",
    fields: { app: "app1", workerpool: "pool1", requester: "requester", volume: 27n, trust: TRUST },
    by: "requester",
  },
};

/** Runs the history on both systems. */
export async function playPrologue(pair: Pair): Promise<void> {
  const run = await startRun(pair, ORDERS, { beginning: BEGINNING - DAY });
  for (const step of steps()) {
    const { difference, ours } = await run.play(step);
    if (difference !== undefined || !ours.ok) {
      throw new DifferentialError(
        `Before any sequence begins, ${step.call} goes wrong: ${JSON.stringify(difference)}.`,
      );
    }
  }
}

function* steps(): Generator<Step> {
  yield stepOf("stranger", "matchOrders", ...["app", "none", "pool", "request"].map((order) => ({ order })));
  const indexes = TASKS.map((_, index) => BigInt(index));
  const deals = indexes.map(() => ({ deal: ["request", 0n] as const }));
  yield stepOf("stranger", "initializeArray", deals, indexes);
  for (const [index, partner] of TASKS.entries()) {
    const task: TaskRef = ["request", 0n, BigInt(index)];
    const workers = [partner, "worker1"];
    for (const worker of workers) {
      const leave = { leave: worker, task, enclave: "nobody", by: "scheduler" };
      const found = [
        { resultHash: "true", task },
        { seal: "true", task, worker },
      ] as const;
      yield stepOf(worker, "contribute", { task }, ...found, "nobody", "0x", leave);
    }
    for (const worker of workers) yield stepOf(worker, "reveal", { task }, { digest: "true" });
    yield stepOf("scheduler", "finalize", { task }, "0x", "0x");
  }
}

function stepOf(from: string, call: string, ...args: Step["args"]): Step {
  return { at: 0, from, to: "hub", call, args };
}
