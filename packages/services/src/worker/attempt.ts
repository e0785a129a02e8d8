import { ZeroAddress } from "ethers";

import type { RunDuty } from "@poco-marketplace/sdk/wire/scheduler.js";
import type { Authorization } from "@poco-marketplace/sdk/protocol/authorization.js";
import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { parseParams, type DealParams } from "@poco-marketplace/sdk/protocol/params.js";
import type { AttestedEnclave } from "@poco-marketplace/enclave/runtime/attestedEnclave.js";
import { readPublishedApp } from "./apps.js";
import { AttemptFailure, during, failureOf } from "./attemptFailure.js";
import type { WorkerContext } from "./context.js";
import { compute } from "./compute.js";
import { contribute } from "./contribute.js";
import { deliver } from "./deliver.js";
import { AppRefusedError } from "./enclavePool.js";
import type { Finding, WorkerDeal } from "./hubCalls.js";
import type { Proof } from "./proof.js";
import { fetchTaskFiles } from "./taskFiles.js";
import { openStatusReporter, type StatusReporter } from "./statusReporter.js";

/**
 * Does a task from its app's download to the contribution, and tells the scheduler all along. Whatever goes wrong is
 * told, too; nothing is thrown.
 */
export async function runAttempt(duty: RunDuty, context: WorkerContext, signal: AbortSignal): Promise<void> {
  const reporter = openStatusReporter(duty, context.scheduler, signal);
  try {
    await attempt(duty, context, { reporter, signal });
    await reporter.flush();
  } catch (error) {
    if (signal.aborted) return;
    const failure = error instanceof AttemptFailure ? error : new AttemptFailure("FAILED", error as Error);
    const { message, exitCode } = failure;
    const status = failure.cause instanceof AppRefusedError ? "APP_REFUSED" : failure.status;
    // The requester looks for it in the logs, where an app that did not run has said nothing; nobody else is told.
    if (!reporter.hasLogs()) {
      reporter.logs({ stdout: "", stderr: `${message}\n` });
    }
    reporter.report(status, { cause: message, ...(exitCode !== undefined && { exitCode }) });
    await reporter.flush().catch(() => undefined);
  }
}

async function attempt(
  duty: RunDuty,
  context: WorkerContext,
  { reporter, signal }: { reporter: StatusReporter; signal: AbortSignal },
): Promise<void> {
  const { taskId, isTee } = duty;
  const startedAt = performance.now();
  reporter.report("STARTING");
  const deal = await context.hub.deal(duty.dealId);
  const params = await during("FAILED", async () => checkedParams(deal, duty, context));

  reporter.report("APP_DOWNLOADING");
  const options = { ...context.fetching, signal };
  // The data comes while the enclave starts.
  const files = during("DATA_DOWNLOAD_FAILED", () =>
    fetchTaskFiles({ deal, params, index: BigInt(duty.index) }, context.runner, options),
  );
  void Promise.allSettled([files]);
  const { enclave, prewarm } = await during("APP_DOWNLOAD_FAILED", async () => {
    const app = await readPublishedApp(deal.app, context.runner);
    return context.enclaves.acquire(app, { worker: context.wallet.address as Address, taskId }, options);
  });
  signal.addEventListener("abort", () => void enclave.stop(), { once: true });
  try {
    reporter.report("APP_DOWNLOADED");
    const permit = await authorize(duty, context, { enclave, signal });
    const proving = during(failureOf(duty), () => prove(duty, context, { enclave, permit }));
    void Promise.allSettled([proving]);
    const brought = await files;
    reporter.report("DATA_DOWNLOADED");
    // What the hub would refuse need not be computed.
    await proving;
    reporter.report("COMPUTING");
    const seconds = duty.seconds - (performance.now() - startedAt) / 1000;
    const computing = compute(duty, context, { enclave, deal, params, brought, permit, seconds, reporter });
    const result = await computing.finally(prewarm);
    const results = await during("RESULT_UPLOAD_FAILED", () => deliver(result, deal, context, { reporter, signal }));
    const proof = await during(failureOf(duty), () => prove(duty, context, { enclave, permit }));
    const finding: Finding = {
      taskId,
      digest: result.digest,
      authorization: proof.sign,
      enclave: isTee ? result.enclave : (ZeroAddress as Address),
      enclaveSignature: isTee ? result.enclaveSignature : "0x",
    };
    await contribute(duty, context, {
      finding,
      verdict: proof.verdict,
      results,
      callbackData: result.callbackData,
      reporter,
    });
  } finally {
    await enclave.stop();
  }
}

/** What the deal says to its worker, if this one can do it. */
async function checkedParams(
  deal: WorkerDeal,
  { isSolo }: RunDuty,
  { hub, wallet }: WorkerContext,
): Promise<DealParams> {
  const params = parseParams(deal.params);
  const { resultStorageProvider: provider = "ipfs" } = params;
  if (provider !== "ipfs") {
    throw new Error(`The deal wants its result at ${provider}: results are put into IPFS only, ask for that.`);
  }
  const free = isSolo ? deal.workerStake : await hub.free();
  if (free < deal.workerStake) {
    throw new Error(
      `Worker ${wallet.address} has ${free} nRLC free in escrow, and the deal asks for a stake of ${deal.workerStake}: deposit more.`,
    );
  }
  return params;
}

async function authorize(
  { taskId, attempt: number, isTee }: RunDuty,
  { scheduler, wallet }: WorkerContext,
  { enclave, signal }: { enclave: AttestedEnclave; signal: AbortSignal },
): Promise<Authorization> {
  const { binding, quote } = enclave.identity;
  const shown = {
    enclave: binding.enclave,
    encryptionKey: hex(binding.encryptionKey),
    quote: hex(quote),
  };
  const { sign } = await scheduler.authorize(taskId, { attempt: number, ...(isTee && shown) }, signal);
  const address = isTee ? binding.enclave : (ZeroAddress as Address);
  return { worker: wallet.address as Address, taskId, enclave: address, sign };
}

/** What the hub is to be shown of the enclave; asked before it computes, and again when it is done. */
async function prove(
  { dealId, index, isTee }: RunDuty,
  { prover, log }: WorkerContext,
  { enclave, permit }: { enclave: AttestedEnclave; permit: Authorization },
): Promise<Proof> {
  if (!isTee) return { sign: permit.sign };
  const { taskId } = permit;
  try {
    return await prover.prove(permit, { dealId, index: BigInt(index) }, enclave.identity.quote);
  } catch (error) {
    log.warn({ task: taskId, err: error }, "an enclave cannot be proven on chain");
    throw error;
  }
}

function hex(bytes: Uint8Array): Hex {
  return `0x${Buffer.from(bytes).toString("hex")}`;
}
