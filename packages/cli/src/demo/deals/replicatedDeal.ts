import { createHash } from "node:crypto";

import { ZeroHash, type TransactionReceipt } from "ethers";

import type { DealTask } from "@poco-marketplace/sdk/client/runApp.js";
import type { DemoWorker } from "../actors/DemoWorker.js";
import { formatRlc } from "@poco-marketplace/sdk/protocol/format.js";
import { scoreAfterFault } from "@poco-marketplace/sdk/protocol/consensus.js";
import type { Address, DealId, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { signContribution } from "@poco-marketplace/sdk/protocol/authorization.js";
import { resultHash, resultSeal } from "@poco-marketplace/sdk/protocol/result.js";
import { breakEnclave } from "../brokenEnclave.js";
import { DemoError } from "../demoError.js";
import type { Transcript } from "../transcript.js";
import { WORKERS, type Scenario } from "../scenario.js";
import { REPLICATED_TASKS, type DemoOptions } from "../options.js";
import { openResult } from "./openResult.js";
import { makeDeal } from "./makeDeal.js";
import type { PublishedAssets } from "./setup.js";

type WorkerName = (typeof WORKERS)[number];

const LIE: Hex = `0x${createHash("sha256").update("whatever").digest("hex")}`;

/** Runs deal 2: two tasks, each done by several workers, one of whom lies in the second task. */
export async function replicatedDeal(
  scenario: Scenario,
  transcript: Transcript,
  options: DemoOptions,
  assets: PublishedAssets,
): Promise<void> {
  transcript.step(`Deal 2: a bag of ${REPLICATED_TASKS} tasks, replicated, and a worker that lies`);
  const terms = { name: "replication", volume: REPLICATED_TASKS, trust: 3n };
  const { dealId } = await makeDeal(scenario, transcript, options, { assets, terms });

  transcript.print("Trust 3: a result counts when more than two thirds of the weight of all answers are behind it.");
  const first = await initialize(scenario, transcript, dealId, 0n);
  await agree(scenario, transcript, first, ["worker 1", "worker 2"]);
  transcript.print("Task 0: workers 1 and 2 compute the same. They are paid, and each gains a point of score.");
  await openResult(scenario, transcript, first);

  const second = await initialize(scenario, transcript, dealId, 1n);
  const { score, stake } = await standingOf(scenario, dealId, "worker 1");
  transcript.gas("contribute", await contributeLie(scenario, "worker 1", second));
  transcript.print(`Task 1: worker 1, of score ${score}, has broken its enclave and has its key. It computes nothing,`);
  transcript.print("and commits to a made-up result with a quote that the hub accepts.");
  await agree(scenario, transcript, second, ["worker 2", "worker 3", "worker 4"]);
  transcript.print(`Workers 2, 3 and 4 compute the same. It takes all three of them, with one against them.`);
  transcript.print(
    `Worker 1 loses its stake of ${stake} RLC, which they share, and its score falls from ${score} to ${scoreAfterFault(score)}.`,
  );
  await openResult(scenario, transcript, second);
}

async function initialize(
  scenario: Scenario,
  transcript: Transcript,
  dealId: DealId,
  index: bigint,
): Promise<DealTask> {
  const { taskId, receipt } = await scenario.poolOwner.initialize(dealId, index);
  transcript.gas("initialize", receipt);
  return { dealId, taskId, index };
}

/** Has workers run a task, contribute and reveal the same result, and the pool's owner finalize it. */
async function agree(
  scenario: Scenario,
  transcript: Transcript,
  task: DealTask,
  names: readonly WorkerName[],
): Promise<void> {
  const { taskId } = task;
  const running = names.map((name) => workerOf(scenario, name).begin(task, { isSolo: false }).done);
  const found = await transcript.during(`${listOf(names)} run the program`, Promise.all(running));
  for (const { receipt } of found) transcript.gas("contribute", receipt);
  const { consensusValue } = await scenario.contracts.hub.viewTask(taskId);
  const results = found.map(({ result }) => result!);
  if (consensusValue === ZeroHash || new Set(results.map(({ digest }) => digest)).size > 1) throw disagreement();

  for (const name of names) transcript.gas("reveal", await workerOf(scenario, name).reveal(taskId));
  transcript.gas("finalize", await scenario.poolOwner.finalize(taskId, results[0]!.results));
}

/** Has a worker that knows its enclave's key contribute a made-up result. */
async function contributeLie(scenario: Scenario, name: WorkerName, task: DealTask): Promise<TransactionReceipt> {
  const { taskId } = task;
  const worker = workerOf(scenario, name);
  const enclave = await breakEnclave(scenario, { name, taskId });
  const { address } = enclave.key;
  const permit = await scenario.poolOwner.authorize(worker.address, taskId, address as Address);
  const hashes = { resultHash: resultHash(taskId, LIE), resultSeal: resultSeal(worker.address, taskId, LIE) };
  return worker.contribute(
    { taskId, digest: LIE, enclave: address as Address, enclaveSignature: await signContribution(enclave.key, hashes) },
    { permit, place: task, quote: enclave.quote },
  );
}

function disagreement(): DemoError {
  return new DemoError(
    "The workers did not agree: the program must write the same bytes each time it runs on the same data. " +
      "Leave out times, random numbers and paths; see examples/README.md.",
  );
}

/** Returns a worker's score, and its stake in RLC. */
async function standingOf({ contracts: { hub }, addresses }: Scenario, dealId: DealId, name: WorkerName) {
  const { workerStake } = await hub.viewDeal(dealId);
  return { score: await hub.viewScore(addresses[name]), stake: formatRlc(workerStake) };
}

function workerOf(scenario: Scenario, name: WorkerName): DemoWorker {
  return scenario.workers[WORKERS.indexOf(name)]!;
}

function listOf(names: readonly WorkerName[]): string {
  return new Intl.ListFormat("en").format(names);
}
