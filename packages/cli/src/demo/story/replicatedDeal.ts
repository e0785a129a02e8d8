import { createHash } from "node:crypto";

import { ZeroHash } from "ethers";

import type { Worker } from "../actors/Worker.js";
import { formatRlc } from "@poco-marketplace/sdk/protocol/amount.js";
import { scoreAfterFault } from "@poco-marketplace/sdk/protocol/consensus.js";
import type { DealId, Hex, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import { DemoError } from "../demoError.js";
import type { Journal } from "../journal.js";
import { WORKERS, type Stage } from "../stage.js";
import { REPLICATED_TASKS, type Wish } from "../wish.js";
import { deliver } from "./deliver.js";
import { match } from "./match.js";
import type { Offer } from "./setting.js";

type WorkerName = (typeof WORKERS)[number];

/** A task, by its place in the deal. */
interface ReplicatedTask {
  readonly dealId: DealId;
  readonly taskId: TaskId;
  readonly index: bigint;
}

const LIE: Hex = `0x${createHash("sha256").update("whatever").digest("hex")}`;

/** Deal 2: two tasks, each done by several workers. In the second one of them lies. */
export async function replicatedDeal(stage: Stage, journal: Journal, wish: Wish, offer: Offer): Promise<void> {
  journal.step(`Deal 2: a bag of ${REPLICATED_TASKS} tasks, replicated, and a worker that lies`);
  const terms = { name: "replication", volume: REPLICATED_TASKS, trust: 3n };
  const { dealId } = await match(stage, journal, wish, { offer, terms });

  journal.tell("Trust 3: a result counts when more than two thirds of the weight of all answers are behind it.");
  const first = await initialize(stage, journal, dealId, 0n);
  await agree(stage, journal, first, ["worker 1", "worker 2"]);
  journal.tell("Task 0: workers 1 and 2 compute the same. They are paid, and each gains a point of score.");
  await deliver(stage, journal, first);

  const second = await initialize(stage, journal, dealId, 1n);
  const { score, stake } = await standingOf(stage, dealId, "worker 1");
  await contribute(stage, journal, { task: second, name: "worker 1", digest: LIE });
  journal.tell(`Task 1: worker 1, of score ${score}, computes nothing and commits to a made-up result.`);
  await agree(stage, journal, second, ["worker 2", "worker 3", "worker 4"]);
  journal.tell(`Workers 2, 3 and 4 compute the same. It takes all three of them, with one against them.`);
  journal.tell(
    `Worker 1 loses its stake of ${stake} RLC, which they share, and its score falls from ${score} to ${scoreAfterFault(score)}.`,
  );
  await deliver(stage, journal, second);
}

async function initialize(stage: Stage, journal: Journal, dealId: DealId, index: bigint): Promise<ReplicatedTask> {
  const { taskId, receipt } = await stage.scheduler.initialize(dealId, index);
  journal.gas("initialize", receipt);
  return { dealId, taskId, index };
}

/** Workers run a task, commit to what they found, reveal it, and the scheduler completes the task. */
async function agree(
  stage: Stage,
  journal: Journal,
  task: ReplicatedTask,
  names: readonly WorkerName[],
): Promise<void> {
  const { taskId } = task;
  const found = [];
  for (const name of names) {
    const done = await journal.during(`${name} runs the program`, workerOf(stage, name).run(taskId));
    await contribute(stage, journal, { task, name, digest: done.digest });
    found.push({ name, done });
  }
  const { consensusValue } = await stage.contracts.hub.viewTask(taskId);
  if (consensusValue === ZeroHash || new Set(found.map(({ done }) => done.digest)).size > 1) throw disagreement();

  for (const { name, done } of found) {
    journal.gas("reveal", await workerOf(stage, name).reveal(taskId, done.digest));
  }
  journal.gas("finalize", await stage.scheduler.finalize(taskId, found[0]!.done.results));
}

async function contribute(
  stage: Stage,
  journal: Journal,
  { task: { taskId }, name, digest }: { task: ReplicatedTask; name: WorkerName; digest: Hex },
): Promise<void> {
  const worker = workerOf(stage, name);
  const permit = await stage.scheduler.authorize(await worker.address(), taskId);
  journal.gas("contribute", await worker.contribute(taskId, digest, permit));
}

function disagreement(): DemoError {
  return new DemoError(
    "The workers did not agree: the program must write the same bytes each time it runs on the same data. " +
      "Leave out times, random numbers and paths; see examples/README.md.",
  );
}

/** A worker's score, and its stake in RLC. */
async function standingOf({ contracts: { hub }, addresses }: Stage, dealId: DealId, name: WorkerName) {
  const { workerStake } = await hub.viewDeal(dealId);
  return { score: await hub.viewScore(addresses[name]), stake: formatRlc(workerStake) };
}

function workerOf(stage: Stage, name: WorkerName): Worker {
  return stage.workers[WORKERS.indexOf(name)]!;
}
