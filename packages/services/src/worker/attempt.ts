import { dataLength, ZeroAddress } from "ethers";

import type { SecretsClient } from "@poco-marketplace/sdk/client/secrets.js";
import { ServiceError } from "@poco-marketplace/sdk/client/serviceConnection.js";
import type { Authorization } from "@poco-marketplace/sdk/protocol/authorization.js";
import { FINAL_DEADLINE_RATIO } from "@poco-marketplace/sdk/protocol/category.js";
import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { parseParams, type DealParams } from "@poco-marketplace/sdk/protocol/params.js";
import { formatTag } from "@poco-marketplace/sdk/protocol/tag.js";
import { encodeResultLink, isStorable, MAX_RESULT_BYTES } from "@poco-marketplace/sdk/protocol/result.js";
import type { ReplicateStatus, TaskAssignment } from "@poco-marketplace/sdk/wire/scheduler.js";
import { sessionRequestOf } from "@poco-marketplace/sdk/wire/sessionRequest.js";
import type { ImageProgress } from "@poco-marketplace/enclave/image/imageCache.js";
import { EnclaveFailedError, type AttestedEnclave } from "@poco-marketplace/enclave/runtime/attestedEnclave.js";
import type { EnclaveResult } from "@poco-marketplace/enclave/task/enclave.js";
import type { ProgramLogs } from "@poco-marketplace/enclave/task/program.js";
import type { WorkerContext } from "./context.js";
import { AppRefusedError } from "./enclavePool.js";
import { handledLater } from "@poco-marketplace/sdk/handledLater.js";
import type { WorkerDeal } from "./hubCalls.js";
import type { Proof } from "./proof.js";
import { readPublishedApp } from "./publishedApp.js";
import { uploadResult } from "./resultUpload.js";
import { retryWhile } from "./retry.js";
import { StatusReporter } from "./statusReporter.js";
import { fetchTaskFiles, type TaskFiles } from "./taskFiles.js";

type SessionAnswer = Awaited<ReturnType<SecretsClient["openSession"]>>;

/** The input of a task's enclave. */
interface PreparedTask {
  readonly deal: WorkerDeal;
  readonly params: DealParams;
  readonly enclave: AttestedEnclave;
  readonly permit: Authorization;
  readonly files: TaskFiles;
}

/** The failure of an attempt, with the status to report to the scheduler. */
class AttemptFailure extends Error {
  override readonly name = "AttemptFailure";
  readonly status: ReplicateStatus;

  constructor(status: ReplicateStatus, cause: Error) {
    super(cause.message, { cause });
    this.status = cause instanceof AppRefusedError ? "APP_REFUSED" : status;
  }
}

/** The time for which an unreachable secret service is retried, in milliseconds. */
const ABSENCE_MS = 30_000;
/** The least time for which the data for a reveal is kept, in seconds; a task of a long category may take longer. */
const KEEP_SECONDS = 30 * 86_400;

/**
 * Runs a task from its app's download to the contribution, and reports each step to the scheduler. Failures are
 * reported too, never thrown.
 */
export async function runAttempt(
  assignment: TaskAssignment,
  context: WorkerContext,
  signal: AbortSignal,
): Promise<void> {
  await new Attempt(assignment, context, signal).run();
}

/** One attempt at a task. Its methods stand in the order in which they are called. */
class Attempt {
  readonly #assignment: TaskAssignment;
  readonly #context: WorkerContext;
  readonly #signal: AbortSignal;
  readonly #reporter: StatusReporter;
  /** When the time of the category began, on the clock of `performance.now()`. */
  #startedAt = performance.now();

  constructor(assignment: TaskAssignment, context: WorkerContext, signal: AbortSignal) {
    this.#assignment = assignment;
    this.#context = context;
    this.#signal = signal;
    this.#reporter = new StatusReporter(assignment, context.scheduler, signal);
  }

  /** Runs all steps, and reports a failure. */
  async run(): Promise<void> {
    try {
      await this.#takeSteps();
      await this.#reporter.flush();
    } catch (error) {
      if (this.#signal.aborted) return;
      await this.#reportFailure(error as Error);
    }
  }

  async #takeSteps(): Promise<void> {
    const { hub, runner, fetching } = this.#context;
    const { dealId, index } = this.#assignment;
    this.#reporter.report("STARTING");
    const deal = await hub.deal(dealId);
    const params = await orFailure("FAILED", this.#checkedParams(deal));

    this.#reporter.report("APP_DOWNLOADING");
    const options = { ...fetching, signal: this.#signal };
    // The files are fetched while the enclave starts.
    const download = handledLater(
      orFailure("DATA_DOWNLOAD_FAILED", fetchTaskFiles({ deal, params, index: BigInt(index) }, runner, options)),
    );
    const { enclave, prewarm, end } = await orFailure("APP_DOWNLOAD_FAILED", this.#startEnclave(deal));
    this.#signal.addEventListener("abort", () => void enclave.stop(), { once: true });
    try {
      this.#reporter.report("APP_DOWNLOADED");
      const permit = await this.#authorize(enclave);
      // The hub is asked before the computation, so that nothing is computed that it would refuse, and again with the
      // result.
      const proving = handledLater(this.#prove(enclave, permit));
      const files = await download;
      this.#reporter.report("DATA_DOWNLOADED");
      await proving;

      this.#reporter.report("COMPUTING");
      const computing = this.#compute({ deal, params, enclave, permit, files });
      const result = await orFailure("COMPUTE_FAILED", computing).finally(prewarm);
      const results = await orFailure("RESULT_UPLOAD_FAILED", this.#deliver(result, deal));
      await this.#contribute(result, results, await this.#prove(enclave, permit));
    } finally {
      await end();
    }
  }

  /** Returns the deal's parameters if this worker can run the task. */
  async #checkedParams(deal: WorkerDeal): Promise<DealParams> {
    const { hub, account } = this.#context;
    if (deal.params === undefined) {
      throw new Error(`The params of deal ${deal.id} cannot be read: their bytes are not UTF-8. Make another deal.`);
    }
    if (formatTag(deal.tag).includes("gpu")) {
      throw new AppRefusedError(
        "The deal asks for a graphics card (bit 8 of its tag), and this worker has none for apps: choose another pool, or a tag without it.",
      );
    }
    const params = parseParams(deal.params);
    const { resultStorageProvider: provider = "ipfs" } = params;
    if (provider !== "ipfs") {
      throw new Error(`The deal wants its result at ${provider}: results are put into IPFS only, ask for that.`);
    }
    const free = this.#assignment.isSolo ? deal.workerStake : await hub.free();
    if (free < deal.workerStake) {
      throw new Error(
        `Worker ${account.address} has ${free} nRLC free in escrow, and the deal asks for a stake of ${deal.workerStake}: deposit more.`,
      );
    }
    return params;
  }

  async #startEnclave(deal: WorkerDeal) {
    const { runner, enclaves, account, fetching } = this.#context;
    const app = await readPublishedApp(deal.app, runner);
    const owner = { worker: account.address as Address, taskId: this.#assignment.taskId };
    return enclaves.acquire(app, owner, { ...fetching, signal: this.#signal, onProgress: (at) => this.#report(at) });
  }

  /** Reports how far an image is. The time of the category does not begin before it is there. */
  #report({ step, done, total }: ImageProgress): void {
    this.#startedAt = performance.now();
    this.#reporter.download({ done: step === "download" ? done : total + done, total: 2 * total });
  }

  /** Asks the scheduler for the permit to contribute, from within this enclave if the deal requires one. */
  async #authorize({ identity: { binding, quote } }: AttestedEnclave): Promise<Authorization> {
    const { scheduler, account } = this.#context;
    const { taskId, attempt, isTee } = this.#assignment;
    const evidence = { enclave: binding.enclave, encryptionKey: hex(binding.encryptionKey), quote: hex(quote) };
    const { sign } = await scheduler.authorize(taskId, { attempt, ...(isTee && evidence) }, this.#signal);
    const enclave = isTee ? binding.enclave : (ZeroAddress as Address);
    return { worker: account.address as Address, taskId, enclave, sign };
  }

  /** Returns the authorization for the hub, after a check that the hub would accept it now. */
  async #prove(enclave: AttestedEnclave, permit: Authorization): Promise<Proof> {
    const { prover, log } = this.#context;
    const { taskId, dealId, index, isTee } = this.#assignment;
    if (!isTee) return { sign: permit.sign };
    try {
      return await prover.prove(permit, { dealId, index: BigInt(index) }, enclave.identity.quote);
    } catch (error) {
      log.warn({ task: taskId, err: error }, "enclave not proven on chain");
      throw new AttemptFailure(this.#contributionFailure(), error as Error);
    }
  }

  /** Runs the task in the enclave, with its secrets if there are any, and reports the app's output. */
  async #compute({ deal, params, enclave, permit, files }: PreparedTask): Promise<EnclaveResult> {
    const { taskId, dealId, index, seconds } = this.#assignment;
    const secondsLeft = seconds - (performance.now() - this.#startedAt) / 1000;
    const opened = await this.#openSession(enclave, permit);
    const alarm = setTimeout(() => void enclave.stop(), Math.max(secondsLeft, 0) * 1000);
    try {
      const result = await enclave.run(
        {
          taskId,
          dealId,
          index: BigInt(index),
          botFirst: deal.botFirst,
          botSize: deal.botSize,
          worker: permit.worker,
          ...files,
          ...(params.args !== undefined && { args: params.args }),
        },
        opened === undefined ? {} : { session: opened.session },
      );
      this.#reporter.report("COMPUTED", { exitCode: 0 });
      this.#reporter.logs(withWithheld(result.logs, opened?.withheld));
      return result;
    } catch (error) {
      if (error instanceof EnclaveFailedError && error.logs !== undefined) {
        this.#reporter.logs(withWithheld(error.logs, opened?.withheld));
      }
      throw error;
    } finally {
      clearTimeout(alarm);
    }
  }

  /** Returns the sealed secrets of the task, if there are any. A service that is away is retried for half a minute. */
  async #openSession({ identity }: AttestedEnclave, { sign }: Authorization): Promise<SessionAnswer | undefined> {
    const { sms, account } = this.#context;
    if (!this.#assignment.isTee || sms === undefined) return undefined;
    const request = sessionRequestOf(identity, sign);
    return retryWhile(() => sms.openSession(request, account), {
      isPassing: isAway,
      forMs: ABSENCE_MS,
      signal: this.#signal,
    });
  }

  /** Stores the result where the deal wants it, and returns the link to it that goes on chain. */
  async #deliver({ archive, callbackData }: EnclaveResult, { callback }: WorkerDeal): Promise<Hex> {
    if (callback !== ZeroAddress) return callbackLink(callback, callbackData);
    this.#reporter.report("RESULT_UPLOADING");
    const cid = await uploadResult(this.#context.ipfsNode, archive, this.#signal);
    this.#reporter.report("RESULT_UPLOADED");
    return encodeResultLink({ storage: "ipfs", location: `/ipfs/${cid}` });
  }

  /** Sends the result to the hub: all of it if one worker suffices, otherwise this worker's part in a consensus. */
  async #contribute(result: EnclaveResult, results: Hex, { sign, verdict }: Proof): Promise<void> {
    const { hub } = this.#context;
    const { taskId, isTee, isSolo } = this.#assignment;
    const { digest, callbackData } = result;
    const contribution = {
      taskId,
      digest,
      authorization: sign,
      enclave: isTee ? result.enclave : (ZeroAddress as Address),
      enclaveSignature: isTee ? result.enclaveSignature : ("0x" as const),
    };
    const cause = verdict === undefined ? {} : { cause: verdict };
    if (isSolo) {
      this.#reporter.report("CONTRIBUTE_AND_FINALIZE_ONGOING", cause);
      const ending = hub.contributeAndFinalize(contribution, { results, callbackData: callbackData ?? "0x" });
      await orFailure(this.#contributionFailure(), ending);
      this.#reporter.report("CONTRIBUTE_AND_FINALIZE_DONE");
    } else {
      await this.#keepResult(result, results);
      this.#reporter.report("CONTRIBUTING", cause);
      await orFailure(this.#contributionFailure(), hub.contribute(contribution));
      this.#reporter.report("CONTRIBUTED");
    }
  }

  /** Stores what the reveal needs, and sends the scheduler what finalizing needs, before anything is on chain. */
  async #keepResult({ digest, callbackData }: EnclaveResult, results: Hex): Promise<void> {
    const { reveals, scheduler } = this.#context;
    const { taskId, attempt, seconds } = this.#assignment;
    const keptFor = Math.max(KEEP_SECONDS, Number(FINAL_DEADLINE_RATIO) * seconds);
    await reveals.write(taskId, { digest, until: Math.floor(Date.now() / 1000) + keptFor });
    await this.#reporter.flush();
    const result = { attempt, digest, results, ...(callbackData !== undefined && { callbackData }) };
    await scheduler.result(taskId, result, this.#signal);
  }

  /** Returns the status of a worker that cannot contribute. */
  #contributionFailure(): ReplicateStatus {
    return this.#assignment.isSolo ? "CONTRIBUTE_AND_FINALIZE_FAILED" : "CONTRIBUTE_FAILED";
  }

  async #reportFailure(reason: Error): Promise<void> {
    const { status, message, cause } = reason instanceof AttemptFailure ? reason : new AttemptFailure("FAILED", reason);
    const exitCode = cause instanceof EnclaveFailedError ? cause.exitCode : undefined;
    // Requesters look for the reason in the logs, which an app that did not run has not written; only the requester
    // sees them.
    if (!this.#reporter.hasLogs) this.#reporter.logs({ stdout: "", stderr: `${message}\n` });
    this.#reporter.report(status, { cause: message, ...(exitCode !== undefined && { exitCode }) });
    await this.#reporter.flush().catch(() => undefined);
  }
}

/** The result of a step, or its failure with the status to report. */
async function orFailure<Result>(status: ReplicateStatus, step: Promise<Result>): Promise<Result> {
  try {
    return await step;
  } catch (error) {
    throw error instanceof AttemptFailure ? error : new AttemptFailure(status, error as Error);
  }
}

/** Puts before the app's output a line for each dataset of its slice that was withheld, with the reason. */
function withWithheld({ stdout, stderr }: ProgramLogs, withheld: SessionAnswer["withheld"] = []): ProgramLogs {
  const lines = withheld.map(({ dataset, reason }) => `Dataset ${dataset} was left out: ${reason}\n`);
  return { stdout, stderr: `${lines.join("")}${stderr}` };
}

/** Returns the link to a result that goes to a contract, if the hub would store it. */
function callbackLink(callback: Address, callbackData: Hex | undefined): Hex {
  if (callbackData === undefined) {
    throw new Error(`The deal calls ${callback} back, but the app wrote no callback-data into its computed.json.`);
  }
  const results = encodeResultLink({ storage: "ethereum", location: callback });
  if (!isStorable({ results, resultsCallback: callbackData })) {
    const most = MAX_RESULT_BYTES - dataLength(results);
    throw new Error(
      `The app's callback-data has ${dataLength(callbackData)} bytes, and the chain keeps ${most} at most: write less.`,
    );
  }
  return results;
}

function isAway(error: unknown): boolean {
  return !(error instanceof ServiceError) || error.isPassing;
}

function hex(bytes: Uint8Array): Hex {
  return `0x${Buffer.from(bytes).toString("hex")}`;
}
