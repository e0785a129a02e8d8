import { readFileSync } from "node:fs";

import { Wallet } from "ethers";

import { DirectoryClient } from "@poco-marketplace/sdk/client/directory.js";
import { SchedulerClient, type TaskCause, type TaskLog } from "@poco-marketplace/sdk/client/scheduler.js";
import { ServiceError } from "@poco-marketplace/sdk/client/serviceConnection.js";
import type { Address, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import { UsageError } from "../commandLine.js";
import { NETWORK_FILE, readJson } from "../endpoints.js";

/** A worker's part in a task, as the command prints it. */
export interface ReplicateStory {
  readonly worker: Address;
  readonly status: string;
  readonly exitCode: number | null;
  /** What the workerpool tells anybody about it, as why it failed. */
  readonly notes: readonly string[];
}

/** The workerpool's view of a task; the lists are empty where it tells nothing. */
export interface PoolStory {
  readonly replicates: readonly ReplicateStory[];
  /** What workers said in words, which is for the requester too. */
  readonly causes: readonly TaskCause[];
  readonly logs: readonly TaskLog[];
  /** Why the workerpool tries no more, if so. */
  readonly givenUp?: string;
  /** Why there are no logs. */
  readonly noLogs?: string;
}

/** Who asks, to be shown logs. */
export type LogReader = Wallet | undefined;

/** The key of a file, or of the account of the network's file that asked for the task. */
export function readerOf(
  requester: Address,
  { key, network }: { key: string | undefined; network: string | undefined },
): LogReader {
  if (key !== undefined) return new Wallet(readKey(key));
  try {
    const { accounts } = readJson(network ?? NETWORK_FILE) as { accounts: { address: string; privateKey: string }[] };
    const own = accounts.find(({ address }) => address.toLowerCase() === requester.toLowerCase());
    return own === undefined ? undefined : new Wallet(own.privateKey);
  } catch {
    return undefined;
  }
}

/** Asks the scheduler of a workerpool, which the compass knows; nothing if either does not. */
export async function askPool(
  compass: string,
  { chainId, workerpool, taskId, reader }: { chainId: bigint; workerpool: Address; taskId: TaskId; reader: LogReader },
): Promise<PoolStory | undefined> {
  const url = await orNothing(new DirectoryClient(compass, { chainId }).schedulerOf(workerpool));
  if (url === undefined) return undefined;
  const scheduler = new SchedulerClient(url, { chainId, ...(reader !== undefined && { signer: reader }) });
  const task = await orNothing(scheduler.task(taskId));
  if (task === undefined) return undefined;
  const replicates = task.replicates.map(({ worker, status, exitCode, updates }) => ({
    worker,
    status,
    exitCode,
    notes: updates.flatMap(({ cause }) => cause ?? []),
  }));
  const told = { replicates, causes: [], logs: [], ...(task.givenUp !== undefined && { givenUp: task.givenUp }) };
  if (reader === undefined) return { ...told, noLogs: "Logs are shown to the requester only: give --key FILE." };
  const logs = await orNothing(scheduler.logs(taskId));
  return logs === undefined
    ? { ...told, noLogs: `The workerpool does not show the logs to ${reader.address}.` }
    : { ...told, ...logs };
}

/** What a service answers; nothing if it does not, or does not want to. */
async function orNothing<Answer>(answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ServiceError) return undefined;
    throw error;
  }
}

function readKey(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}.`, { cause: error });
  }
}
