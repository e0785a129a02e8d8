import { ZeroAddress } from "ethers";

import type { RunDuty } from "@poco-marketplace/sdk/wire/scheduler.js";
import type { Authorization } from "@poco-marketplace/sdk/protocol/authorization.js";
import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { parseParams, type DealParams } from "@poco-marketplace/sdk/protocol/params.js";
import type { AttestedEnclave } from "@poco-marketplace/enclave/runtime/attestedEnclave.js";
import { readPublishedApp } from "./apps.js";
import { AttemptFailure, during, failureOf } from "./attemptFailure.js";
import type { Bench } from "./bench.js";
import { compute } from "./compute.js";
import { contribute } from "./contribute.js";
import { deliver } from "./deliver.js";
import { AppRefusedError } from "./furnace.js";
import type { Finding, WorkerDeal } from "./hubCalls.js";
import type { Proof } from "./proof.js";
import { fetchTaskFiles } from "./taskFiles.js";
import { openTeller, type Teller } from "./teller.js";

/**
 * Does a task from its app's download to the contribution, and tells the scheduler all along. Whatever goes wrong is
 * told, too; nothing is thrown.
 */
export async function runAttempt(duty: RunDuty, bench: Bench, signal: AbortSignal): Promise<void> {
  const teller = openTeller(duty, bench.scheduler, signal);
  try {
    await attempt(duty, bench, { teller, signal });
    await teller.isHeard();
  } catch (error) {
    if (signal.aborted) return;
    const failure = error instanceof AttemptFailure ? error : new AttemptFailure("FAILED", error as Error);
    const { message, exitCode } = failure;
    const status = failure.cause instanceof AppRefusedError ? "APP_REFUSED" : failure.status;
    // The requester looks for it in the logs, where an app that did not run has said nothing; nobody else is told.
    if (!teller.hasLogs()) {
      teller.logs({ stdout: "", stderr: `${message}\n` });
    }
    teller.say(status, { cause: message, ...(exitCode !== undefined && { exitCode }) });
    await teller.isHeard().catch(() => undefined);
  }
}

async function attempt(
  duty: RunDuty,
  bench: Bench,
  { teller, signal }: { teller: Teller; signal: AbortSignal },
): Promise<void> {
  const { taskId, isTee } = duty;
  const startedAt = performance.now();
  teller.say("STARTING");
  const deal = await bench.hub.deal(duty.dealId);
  const params = await during("FAILED", async () => checkedParams(deal, duty, bench));

  teller.say("APP_DOWNLOADING");
  const options = { ...bench.fetching, signal };
  // The data comes while the enclave starts.
  const files = during("DATA_DOWNLOAD_FAILED", () =>
    fetchTaskFiles({ deal, params, index: BigInt(duty.index) }, bench.runner, options),
  );
  void Promise.allSettled([files]);
  const { enclave, relight } = await during("APP_DOWNLOAD_FAILED", async () => {
    const app = await readPublishedApp(deal.app, bench.runner);
    return bench.furnace.light(app, { worker: bench.wallet.address as Address, taskId }, options);
  });
  signal.addEventListener("abort", () => void enclave.stop(), { once: true });
  try {
    teller.say("APP_DOWNLOADED");
    const permit = await authorize(duty, bench, { enclave, signal });
    const proving = during(failureOf(duty), () => prove(duty, bench, { enclave, permit }));
    void Promise.allSettled([proving]);
    const brought = await files;
    teller.say("DATA_DOWNLOADED");
    // What the hub would refuse need not be computed.
    await proving;
    teller.say("COMPUTING");
    const seconds = duty.seconds - (performance.now() - startedAt) / 1000;
    const computing = compute(duty, bench, { enclave, deal, params, brought, permit, seconds, teller });
    const result = await computing.finally(relight);
    const results = await during("RESULT_UPLOAD_FAILED", () => deliver(result, deal, bench, { teller, signal }));
    const proof = await during(failureOf(duty), () => prove(duty, bench, { enclave, permit }));
    const finding: Finding = {
      taskId,
      digest: result.digest,
      authorization: proof.sign,
      enclave: isTee ? result.enclave : (ZeroAddress as Address),
      enclaveSignature: isTee ? result.enclaveSignature : "0x",
    };
    await contribute(duty, bench, {
      finding,
      verdict: proof.verdict,
      results,
      callbackData: result.callbackData,
      teller,
    });
  } finally {
    await enclave.stop();
  }
}

/** What the deal says to its worker, if this one can do it. */
async function checkedParams(deal: WorkerDeal, { isSolo }: RunDuty, { hub, wallet }: Bench): Promise<DealParams> {
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
  { scheduler, wallet }: Bench,
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
  { prover, log }: Bench,
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
