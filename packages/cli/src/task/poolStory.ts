import { readFileSync } from "node:fs";

import { Wallet } from "ethers";

import { DirectoryClient } from "@poco-marketplace/sdk/client/directory.js";
import { SchedulerClient, type TaskCause, type TaskLog } from "@poco-marketplace/sdk/client/scheduler.js";
import { ServiceError } from "@poco-marketplace/sdk/client/serviceConnection.js";
import type { Address, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import { UsageError } from "../commandLine.js";
import { readJson } from "../endpoints.js";
import { findNetworkFile, NETWORK_FILE } from "../networkFile.js";

/** A worker's part in a task, as the command prints it. */
export interface ReplicateStory {
  readonly worker: Address;
  readonly status: string;
  readonly exitCode: number | null;
  /** The workerpool's public notes, such as the cause of a failure. */
  readonly notes: readonly string[];
}

/** The workerpool's view of a task. Lists are empty if the scheduler discloses nothing. */
export interface PoolStory {
  readonly replicates: readonly ReplicateStory[];
  /** The causes of failures in the workers' words, which only the requester may read. */
  readonly causes: readonly TaskCause[];
  readonly logs: readonly TaskLog[];
  /** The reason why the workerpool has given up, if it has. */
  readonly givenUp?: string;
  /** The reason why there are no logs. */
  readonly noLogs?: string;
}

/** The wallet that logs in to the scheduler to read logs, if there is one. */
export type LogReader = Wallet | undefined;

/** Returns the wallet of the key file, else that of the requester if its key is in the network's file. */
export function readerOf(
  requester: Address,
  { key, network }: { key: string | undefined; network: string | undefined },
): LogReader {
  if (key !== undefined) return new Wallet(readKey(key));
  try {
    const { accounts } = readJson(network ?? findNetworkFile() ?? NETWORK_FILE) as {
      accounts: { address: string; privateKey: string }[];
    };
    const own = accounts.find(({ address }) => address.toLowerCase() === requester.toLowerCase());
    return own === undefined ? undefined : new Wallet(own.privateKey);
  } catch {
    return undefined;
  }
}

/** Queries the scheduler that the compass names for a workerpool; returns `undefined` if either does not know. */
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
  const shared = { replicates, causes: [], logs: [], ...(task.givenUp !== undefined && { givenUp: task.givenUp }) };
  if (reader === undefined) return { ...shared, noLogs: "Logs are shown to the requester only: give --key FILE." };
  const logs = await orNothing(scheduler.logs(taskId));
  return logs === undefined
    ? { ...shared, noLogs: `The workerpool does not show the logs to ${reader.address}.` }
    : { ...shared, ...logs };
}

/** Returns a service's answer, or `undefined` if it does not answer or refuses. */
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
