import { readFileSync } from "node:fs";

import { Wallet } from "ethers";

import { answerChallenge } from "@poco-marketplace/sdk/login/answerChallenge.js";
import type { SignedPart } from "@poco-marketplace/sdk/login/challenge.js";
import { GIVEN_UP } from "@poco-marketplace/sdk/wire/scheduler.js";
import type { Address, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import { UsageError } from "../commandLine.js";
import { NETWORK_FILE, readJson } from "../endpoints.js";

/** What the workerpool says of a worker's part in a task. */
export interface Replicate {
  readonly worker: Address;
  readonly status: string;
  readonly exitCode: number | null;
  /** What the workerpool tells anybody about it, as why it failed. */
  readonly notes: readonly string[];
}

/** What a worker printed. */
export interface WorkerLog {
  readonly worker: Address;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a worker said with a status. */
export interface WorkerCause {
  readonly worker: Address;
  readonly status: string;
  readonly cause: string;
}

/** The workerpool's view of a task; the lists are empty where it tells nothing. */
export interface PoolStory {
  readonly replicates: readonly Replicate[];
  /** What workers said in words, which is for the requester too. */
  readonly causes: readonly WorkerCause[];
  readonly logs: readonly WorkerLog[];
  /** Why the workerpool tries no more, if so. */
  readonly givenUp?: string;
  /** Why there are no logs. */
  readonly noLogs?: string;
}

/** Who asks, to be shown logs. */
export type Reader = Wallet | undefined;

/** The key of a file, or of the account of the network's file that asked for the task. */
export function readerOf(
  requester: Address,
  { key, network }: { key: string | undefined; network: string | undefined },
): Reader {
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
  { chainId, workerpool, taskId, reader }: { chainId: bigint; workerpool: Address; taskId: TaskId; reader: Reader },
): Promise<PoolStory | undefined> {
  const found = await get<{ apiUrl: string }>(new URL(`/${chainId}/workerpools/${workerpool}`, compass));
  if (found === undefined) return undefined;
  const task = await get<TaskReply>(new URL(`/tasks/${taskId}`, found.apiUrl));
  if (task === undefined) return undefined;
  const replicates = task.replicates.map((reply) => ({
    worker: reply.walletAddress,
    status: reply.currentStatus,
    exitCode: reply.appExitCode ?? null,
    notes: (reply.statusUpdateList ?? []).flatMap(({ cause }) => cause ?? []),
  }));
  const cause = givenUp(task);
  const told = { replicates, ...(cause !== undefined && { givenUp: cause }) };
  if (reader === undefined)
    return { ...told, causes: [], logs: [], noLogs: "Logs are shown to the requester only: give --key FILE." };
  return { ...told, ...(await readLogs(found.apiUrl, { chainId, taskId, reader })) };
}

interface TaskReply {
  readonly dateStatusList?: readonly { readonly date: string; readonly cause?: string }[];
  readonly replicates: readonly Reply[];
}

/** Why the workerpool tries no more, unless a worker was at it since. */
function givenUp({ dateStatusList = [], replicates }: TaskReply): string | undefined {
  const { date = "", cause = "" } = dateStatusList.at(-1) ?? {};
  if (!cause.startsWith(GIVEN_UP)) return undefined;
  const updates = replicates.flatMap(({ statusUpdateList = [] }) => statusUpdateList);
  const isTriedAgain = updates.some((update) => update.date !== undefined && update.date > date);
  return isTriedAgain ? undefined : cause.slice(GIVEN_UP.length);
}

interface Reply {
  readonly walletAddress: Address;
  readonly currentStatus: string;
  readonly appExitCode?: number | null;
  readonly statusUpdateList?: readonly { readonly date?: string; readonly cause?: string }[];
}

async function readLogs(
  apiUrl: string,
  { chainId, taskId, reader }: { chainId: bigint; taskId: TaskId; reader: Wallet },
): Promise<Omit<PoolStory, "replicates" | "givenUp">> {
  const url = new URL("/tasks/logs/challenge", apiUrl);
  url.search = new URLSearchParams({ chainId: String(chainId), address: reader.address }).toString();
  const challenge = await get<SignedPart | { data: SignedPart }>(url);
  if (challenge === undefined) return { causes: [], logs: [], noLogs: "The workerpool provides no logs." };
  const authorization = await answerChallenge(reader, "data" in challenge ? challenge.data : challenge);
  const answer = await get<{ computeLogsList: Line[]; causes?: CauseLine[] }>(
    new URL(`/tasks/${taskId}/logs`, apiUrl),
    { authorization },
  );
  if (answer === undefined)
    return { causes: [], logs: [], noLogs: `The workerpool does not show the logs to ${reader.address}.` };
  return {
    causes: (answer.causes ?? []).map(({ walletAddress, status, cause }) => ({ worker: walletAddress, status, cause })),
    logs: answer.computeLogsList.map(({ walletAddress, ...streams }) => ({ worker: walletAddress, ...streams })),
  };
}

interface Line {
  readonly walletAddress: Address;
  readonly stdout: string;
  readonly stderr: string;
}

interface CauseLine {
  readonly walletAddress: Address;
  readonly status: string;
  readonly cause: string;
}

/** What a service answers; nothing if it does not, or does not want to. */
async function get<Answer>(url: URL, headers: Record<string, string> = {}): Promise<Answer | undefined> {
  try {
    const answer = await fetch(url, { headers, signal: AbortSignal.timeout(10_000) });
    return answer.ok ? ((await answer.json()) as Answer) : undefined;
  } catch {
    return undefined;
  }
}

function readKey(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}.`, { cause: error });
  }
}
