import { toUtf8String } from "ethers";

import { readClassicDeal } from "../chain/deals.js";
import { formatMoment } from "../protocol/format.js";
import { decryptResult } from "../protect/resultEncryption.js";
import { unzip } from "../protect/zip.js";
import { dealDeadlines } from "../protocol/category.js";
import type { Address, Hex } from "../protocol/ids.js";
import { callbackDigest, decodeResultLink, directoryDigest, fileDigest } from "../protocol/result.js";
import { TaskStatus } from "../protocol/status.js";
import type { Clients } from "./connectClients.js";
import type { DealTask } from "./runApp.js";
import { SchedulerClient } from "./scheduler.js";
import { sleep } from "./sleep.js";

/** Milliseconds between two requests for the state of a task. */
const INTERVAL = 2_000;
/** The output folder of apps, as in the paths that they write. */
const OUTPUT = "iexec_out";

/** The result of a completed task, as recorded on chain. */
export interface CompletedTask {
  /** The link to the result. */
  readonly results: Hex;
  /** The digest that workers agreed on. */
  readonly resultDigest: Hex;
  /** The data that the callback contract receives; empty if there is none. */
  readonly resultsCallback: Hex;
}

/**
 * A task that will not have a result.
 *
 * @example
 * ```ts
 * try {
 *   await waitForTask(clients, task);
 * } catch (error) {
 *   if (error instanceof TaskFailedError) console.log(`${error.task.taskId} failed: ${error.message}`);
 * }
 * ```
 */
export class TaskFailedError extends Error {
  override readonly name = "TaskFailedError";
  readonly task: DealTask;

  constructor(task: DealTask, why: string) {
    super(`Task ${task.taskId} has no result: ${why}.`);
    this.task = task;
  }
}

/**
 * A result that differs from what workers agreed on, or that cannot be checked.
 *
 * @example
 * ```ts
 * try {
 *   await fetchResult(clients, task);
 * } catch (error) {
 *   if (error instanceof WrongResultError) console.log(error.message);
 * }
 * ```
 */
export class WrongResultError extends Error {
  override readonly name = "WrongResultError";

  constructor(task: DealTask, why: string) {
    super(
      `What was fetched as the result of task ${task.taskId} is not it: ${why}. Fetch it again, from another gateway.`,
    );
  }
}

/** A decrypted result. */
export interface TaskResult {
  /** The files that the app wrote, by path. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /**
   * The path of the file or folder that workers agreed on; undefined if they agreed on the data for a callback
   * contract.
   */
  readonly verifiedPath?: string;
  /** The data that the callback contract receives, if there is one. */
  readonly callbackData?: Hex;
}

/** The clients that tell the state of a task: the hub and, through the directory, the scheduler of the workerpool. */
export type TaskClients = Pick<Clients, "contracts"> & Partial<Pick<Clients, "directory">>;

/**
 * Waits until a task is completed. The wait ends when its workerpool gives up, or at its final deadline on the chain's
 * clock.
 *
 * @param options - The milliseconds between two requests, by default 2,000; a signal that ends the wait.
 * @throws {@link TaskFailedError} where it failed, was given up, or was not completed in time
 * @example
 * ```ts
 * const { results } = await waitForTask(clients, task);
 * ```
 */
export async function waitForTask(
  clients: TaskClients,
  task: DealTask,
  { pollMs = INTERVAL, signal }: { readonly pollMs?: number; readonly signal?: AbortSignal } = {},
): Promise<CompletedTask> {
  const { hub } = clients.contracts;
  const deal = await readClassicDeal(hub, task.dealId);
  if (deal === undefined) throw new TaskFailedError(task, `the hub knows no deal ${task.dealId}; check the network`);
  const { startTime, category, sponsor, workerpool } = deal;
  const { workClockTimeRef } = await hub.viewCategory(category);
  const { finalDeadline } = dealDeadlines({ startTime, workClockTimeRef });
  for (;;) {
    signal?.throwIfAborted();
    // The clock is read first: a task that is not completed at the deadline cannot be completed any more.
    const now = BigInt((await hub.runner!.provider!.getBlock("latest"))!.timestamp);
    const { status, results, resultDigest, resultsCallback } = await hub.viewTask(task.taskId);
    if (status === TaskStatus.COMPLETED) {
      return { results: results as Hex, resultDigest: resultDigest as Hex, resultsCallback: resultsCallback as Hex };
    }
    if (status === TaskStatus.FAILED) {
      throw new TaskFailedError(task, `it failed, and ${sponsor} got its price back; ask its scheduler why`);
    }
    if (now >= finalDeadline) {
      const call = status === TaskStatus.UNSET ? "initializeAndClaimArray" : "claim";
      const advice = `call ${call}, and ${sponsor} gets its price back`;
      throw new TaskFailedError(task, `it was not completed before ${formatMoment(finalDeadline)}; ${advice}`);
    }
    const cause = await whyGivenUp(clients, task, workerpool.address);
    if (cause !== undefined) {
      const advice = `from ${formatMoment(finalDeadline)} on anyone can call claim, and ${sponsor} gets its price back`;
      throw new TaskFailedError(task, `its workerpool has given up (${cause}); ${advice}`);
    }
    await sleep(pollMs, signal);
  }
}

/** Returns the reason why a workerpool gave up; undefined if it did not, or does not say. */
async function whyGivenUp(
  { contracts, directory }: TaskClients,
  { taskId }: DealTask,
  workerpool: Address,
): Promise<string | undefined> {
  try {
    const url = await directory?.schedulerOf(workerpool);
    if (url === undefined) return undefined;
    return (await new SchedulerClient(url, { chainId: contracts.domain.chainId }).task(taskId))?.givenUp;
  } catch {
    // Only the chain decides how a task ended: a service that does not answer, or not as it should, is ignored.
    return undefined;
  }
}

/**
 * Fetches the result of a task: waits for it, downloads it, decrypts it with the beneficiary's key, and checks that it
 * is what workers agreed on.
 *
 * @param options - The beneficiary's private key, if the deal asked for encryption; the options of {@link waitForTask}.
 * @throws {@link TaskFailedError}; {@link WrongResultError}; {@link ServiceError}; {@link NotAnEncryptedResultError} or {@link WrongResultKeyError} where it does
 * not open with this key
 * @example
 * ```ts
 * const { files } = await fetchResult(clients, task, { privateKey });
 * const text = new TextDecoder().decode(files.get("result.txt"));
 * ```
 */
export async function fetchResult(
  clients: TaskClients & Pick<Clients, "store">,
  task: DealTask,
  options: { readonly privateKey?: string; readonly pollMs?: number; readonly signal?: AbortSignal } = {},
): Promise<TaskResult> {
  const { privateKey, signal } = options;
  const { results, resultDigest, resultsCallback } = await waitForTask(clients, task, options);
  const hasCallback = resultsCallback !== "0x";
  if (hasCallback && callbackDigest(resultsCallback) !== resultDigest) {
    throw new WrongResultError(task, `the callback data have another digest than ${resultDigest}`);
  }
  const { storage, location } = decodeResultLink(results);
  if (location === undefined || !location.startsWith("/ipfs/")) {
    if (hasCallback) return { files: new Map(), callbackData: resultsCallback };
    throw new WrongResultError(task, `it is in ${storage} at ${location ?? "no location"}, not at /ipfs/<cid>`);
  }
  const archive = await clients.store.download(location, signal === undefined ? {} : { signal });
  const files = await unzip(privateKey === undefined ? archive : await decryptResult(archive, privateKey));
  if (hasCallback) return { files, callbackData: resultsCallback };
  return { files, verifiedPath: verifiedPath(task, files, resultDigest) };
}

/** Returns the path in the app's output that has the digest: docs/reference/services.md section 5. */
function verifiedPath(task: DealTask, files: ReadonlyMap<string, Uint8Array>, digest: Hex): string {
  const path = statedPath(task, files);
  const file = files.get(path);
  const prefix = path === "" ? "" : `${path}/`;
  const entries = [...files]
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, content]) => ({ name: name.slice(prefix.length), content }));
  if (file === undefined && entries.length === 0) throw new WrongResultError(task, `it has nothing at "${path}"`);
  const found = file === undefined ? directoryDigest(entries) : fileDigest(file);
  if (found === digest) return path;
  throw new WrongResultError(task, `the digest of "${path}" is ${found}, and workers agreed on ${digest}`);
}

function statedPath(task: DealTask, files: ReadonlyMap<string, Uint8Array>): string {
  const computed = files.get("computed.json");
  if (computed === undefined)
    throw new WrongResultError(task, "it has no computed.json, which says what its digest is of");
  let fields: Record<string, unknown>;
  try {
    fields = Object(JSON.parse(toUtf8String(computed))) as Record<string, unknown>;
  } catch {
    throw new WrongResultError(task, "its computed.json is not JSON");
  }
  const path = fields["deterministic-output-path"];
  if (typeof path !== "string")
    throw new WrongResultError(task, "its computed.json names no deterministic-output-path");
  // The app's path is relative to its output folder, whose place on the worker does not matter.
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  return parts.slice(parts.lastIndexOf(OUTPUT) + 1).join("/");
}
