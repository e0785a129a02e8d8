import { ZeroAddress, type Log, type LogDescription } from "ethers";

import type { Contracts } from "@poco-marketplace/sdk/chain/contracts.js";
import { readClassicDeal } from "@poco-marketplace/sdk/chain/deals.js";
import { readTeeBroker } from "@poco-marketplace/sdk/chain/teeBroker.js";
import { formatRlc } from "@poco-marketplace/sdk/protocol/format.js";
import { dealDeadlines } from "@poco-marketplace/sdk/protocol/category.js";
import type { Address, DealId, Hex, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import { decodeResultLink } from "@poco-marketplace/sdk/protocol/result.js";
import { ContributionStatus, TaskStatus } from "@poco-marketplace/sdk/protocol/status.js";
import { diagnose, type Diagnosis } from "./diagnosis.js";
import { readShownQuote, type ShownQuote } from "./shownQuote.js";

/** An event in a task's history, with a sentence that describes it. */
export interface TaskEvent {
  /** The name of the hub's event. */
  readonly name: string;
  /** Unix seconds. */
  readonly at: bigint;
  readonly transaction: Hex;
  readonly sentence: string;
}

/** An amount that an account received or lost for a task. */
export interface Payout {
  readonly what: "Reward" | "Seize";
  readonly account: Address;
  /** In nRLC. */
  readonly amount: bigint;
}

/** A worker's contribution, and the enclave that it came from. */
export interface ContributionStory {
  readonly worker: Address;
  /** The address of the worker's enclave, if there was one. */
  readonly enclave?: Address;
  /** The contract that verified the enclave's quote, if the hub has one as TEE broker now. */
  readonly verifiedBy?: Address;
  /** The content of that quote, if it can be read from the transaction. */
  readonly quote?: ShownQuote;
  /** Whether the contribution was wrong, or was dropped when the task was reopened. */
  readonly isRejected: boolean;
}

/** The state and history of a task on chain. */
export interface TaskStory {
  readonly taskId: TaskId;
  readonly dealId: DealId;
  /** The index of the task in its deal. */
  readonly index: bigint;
  readonly status: keyof typeof TaskStatus;
  readonly app: Address;
  /** The zero address without a dataset. */
  readonly dataset: Address;
  readonly workerpool: Address;
  readonly requester: Address;
  /** The account that is refunded if the task fails. */
  readonly sponsor: Address;
  /** The timestamp of the latest block. */
  readonly now: bigint;
  /** Unix seconds. */
  readonly deadlines: { readonly contribution: bigint; readonly reveal: bigint; readonly final: bigint };
  readonly timeline: readonly TaskEvent[];
  readonly contributions: readonly ContributionStory[];
  readonly payouts: readonly Payout[];
  /** The storage and location of a completed task's result; the raw bytes if they are not a link. */
  readonly result?: string;
  readonly diagnosis: Diagnosis;
}

/** The chain has no such task. */
export class UnknownTaskError extends Error {
  override readonly name = "UnknownTaskError";

  constructor(taskId: TaskId) {
    super(
      `No task ${taskId} was initialized: check the id and the chain; or, if its deal is new, give its deal ` +
        "and index.",
    );
  }
}

/** A task's id, optionally with its deal and index, which also identify a task that is not initialized. */
export type TaskName =
  { readonly taskId: TaskId } | { readonly taskId: TaskId; readonly dealId: DealId; readonly index: bigint };

/** The hub's events of a task, whose id is their first indexed argument. */
const EVENTS = [
  "TaskInitialize",
  "TaskContribute",
  "TaskConsensus",
  "TaskReveal",
  "TaskReopen",
  "TaskFinalize",
  "TaskClaimed",
] as const;

/**
 * Reads the state and history of a task.
 *
 * @param fromBlock - The first block to search for events, such as the block of the hub's deployment.
 * @throws UnknownTaskError if the task is not initialized and its deal is not given, or the deal does not exist
 */
export async function readTaskStory(contracts: Contracts, name: TaskName, fromBlock = 0): Promise<TaskStory> {
  const { hub } = contracts;
  const { taskId } = name;
  const task = await hub.viewTask(taskId);
  const isBegun = task.status !== TaskStatus.UNSET;
  if (!isBegun && !("dealId" in name)) throw new UnknownTaskError(taskId);
  const dealId = isBegun ? (task.dealid as DealId) : (name as { dealId: DealId }).dealId;
  const deal = await readClassicDeal(hub, dealId);
  if (deal === undefined) throw new UnknownTaskError(taskId);

  const [{ workClockTimeRef }, logs, newest] = await Promise.all([
    hub.viewCategory(deal.category),
    readLogs(contracts, { taskId, fromBlock }),
    hub.runner!.provider!.getBlock("latest"),
  ]);
  const workers = task.contributors as Address[];
  const contributions = await readContributions(contracts, { taskId, status: task.status, workers, logs });
  const timeline = await describeEvents(contracts, logs);
  const { contributionDeadline, finalDeadline } = dealDeadlines({ startTime: deal.startTime, workClockTimeRef });
  const diagnosis = diagnose(
    {
      status: task.status as TaskStatus,
      contributionDeadline,
      revealDeadline: task.revealDeadline,
      finalDeadline,
      trust: deal.trust,
      contributions: contributions.filter(({ isRejected }) => !isRejected).length,
      winners: task.winnerCounter,
      revealed: task.revealCounter,
      agreed: task.winnerCounter > 0n,
      reopened: logs.some(({ event }) => event.name === "TaskReopen"),
      sponsor: deal.sponsor,
    },
    BigInt(newest!.timestamp),
  );
  return {
    taskId,
    dealId,
    index: isBegun ? task.idx : (name as { index: bigint }).index,
    status: nameOf(task.status),
    app: deal.app.address,
    dataset: deal.dataset?.address ?? (ZeroAddress as Address),
    workerpool: deal.workerpool.address,
    requester: deal.requester,
    sponsor: deal.sponsor,
    now: BigInt(newest!.timestamp),
    deadlines: { contribution: contributionDeadline, reveal: task.revealDeadline, final: finalDeadline },
    timeline,
    contributions,
    payouts: await readPayouts(contracts, taskId, logs),
    ...(task.status === TaskStatus.COMPLETED && { result: describeResult(task.results as Hex) }),
    diagnosis,
  };
}

/** A log of the hub, decoded. */
interface LoggedEvent {
  readonly log: Log;
  readonly event: LogDescription;
}

async function readLogs(
  { hub }: Contracts,
  { taskId, fromBlock }: { taskId: TaskId; fromBlock: number },
): Promise<LoggedEvent[]> {
  const topics = EVENTS.map((name) => hub.interface.getEvent(name).topicHash);
  const address = await hub.getAddress();
  const logs = await hub.runner!.provider!.getLogs({ address, fromBlock, topics: [topics, taskId] });
  return logs.map((log) => ({ log, event: hub.interface.parseLog(log)! }));
}

async function readContributions(
  { hub }: Contracts,
  {
    taskId,
    status: taskStatus,
    workers,
    logs,
  }: { taskId: TaskId; status: bigint; workers: readonly Address[]; logs: readonly LoggedEvent[] },
): Promise<ContributionStory[]> {
  const broker = await readTeeBroker(hub);
  return Promise.all(
    workers.map(async (worker) => {
      const { status, enclaveChallenge } = await hub.viewContribution(taskId, worker);
      const isWrong = taskStatus === TaskStatus.COMPLETED && status !== ContributionStatus.PROVED;
      const isRejected = isWrong || status === ContributionStatus.REJECTED;
      if (enclaveChallenge === ZeroAddress) return { worker, isRejected };
      const enclave = enclaveChallenge as Address;
      // If the task was reopened, the worker's last contribution counts.
      const contributed = logs.findLast(
        ({ event }) => event.name === "TaskContribute" && event.args["worker"] === worker,
      );
      const quote = await readShownQuote(hub, { taskId, worker }, contributed?.log);
      const verifiedBy = broker?.registry === undefined ? {} : { verifiedBy: broker.address };
      return { worker, enclave, isRejected, ...verifiedBy, ...(quote !== undefined && { quote }) };
    }),
  );
}

async function describeEvents({ hub }: Contracts, logs: readonly LoggedEvent[]): Promise<TaskEvent[]> {
  const provider = hub.runner!.provider!;
  const blocks = new Map(
    await Promise.all(
      [...new Set(logs.map(({ log }) => log.blockNumber))].map(
        async (number) => [number, (await provider.getBlock(number))!.timestamp] as const,
      ),
    ),
  );
  return logs.map(({ log, event }) => ({
    name: event.name,
    at: BigInt(blocks.get(log.blockNumber)!),
    transaction: log.transactionHash as Hex,
    sentence: sentenceOf(event),
  }));
}

function sentenceOf({ name, args }: LogDescription): string {
  const { worker, workerpool, results } = args.toObject() as { worker: string; workerpool: string; results: Hex };
  switch (name as (typeof EVENTS)[number]) {
    case "TaskInitialize":
      return `workerpool ${workerpool} initialized the task`;
    case "TaskContribute":
      return `worker ${worker} contributed`;
    case "TaskConsensus":
      return "workers agree";
    case "TaskReveal":
      return `worker ${worker} revealed its result`;
    case "TaskReopen":
      return "nobody revealed in time: the task was reopened";
    case "TaskFinalize":
      return `finalized: ${describeResult(results)}`;
    case "TaskClaimed":
      return "claimed: the price is refunded";
  }
}

/** Reads rewards and losses that refer to this task from the transactions of its events. */
async function readPayouts({ hub }: Contracts, taskId: TaskId, logs: readonly LoggedEvent[]): Promise<Payout[]> {
  const provider = hub.runner!.provider!;
  const address = (await hub.getAddress()).toLowerCase();
  const transactions = [...new Set(logs.map(({ log }) => log.transactionHash))];
  const receipts = await Promise.all(transactions.map((hash) => provider.getTransactionReceipt(hash)));
  return receipts
    .flatMap((receipt) => receipt!.logs)
    .filter((log) => log.address.toLowerCase() === address)
    .flatMap((log) => {
      const event = hub.interface.parseLog(log);
      if (event === null || (event.name !== "Reward" && event.name !== "Seize")) return [];
      const { owner, amount, ref } = event.args.toObject() as { owner: Address; amount: bigint; ref: Hex };
      return ref === taskId && amount > 0n ? [{ what: event.name, account: owner, amount }] : [];
    });
}

function describeResult(results: Hex): string {
  try {
    const { storage, location } = decodeResultLink(results);
    return `${storage} ${location}`;
  } catch {
    return results;
  }
}

function nameOf(status: bigint): keyof typeof TaskStatus {
  return (Object.keys(TaskStatus) as (keyof typeof TaskStatus)[]).find((name) => TaskStatus[name] === status)!;
}

/** Describes a payout in a sentence. */
export function describePayout({ what, account, amount }: Payout): string {
  return what === "Reward"
    ? `${account} received ${formatRlc(amount)} RLC`
    : `${account} paid ${formatRlc(amount)} RLC`;
}
