import { ZeroAddress, type ContractRunner, type Wallet } from "ethers";

import type { RunDuty, ReplicateStatus } from "../pool/wire.js";
import type { Authorization } from "../protocol/authorization.js";
import type { Address, Hex } from "../protocol/ids.js";
import { parseParams, type DealParams } from "../protocol/params.js";
import { encodeResultLink } from "../protocol/result.js";
import { SecretServiceError, type SmsClient } from "../sms/client.js";
import { sessionRequestOf, type SessionRequest } from "../sms/sessionRequest.js";
import type { EnclaveResult } from "../tee/enclave.js";
import type { ProgramLogs } from "../tee/program.js";
import { EnclaveFailedError, type AttestedEnclave } from "../tee/runtime/attestedEnclave.js";
import type { SealedTask } from "../tee/runtime/messages.js";
import { readPublishedApp } from "./apps.js";
import type { FetchOptions } from "./fetchFile.js";
import type { Finding, HubCalls, WorkerDeal } from "./hubCalls.js";
import type { Furnace } from "./furnace.js";
import type { Notes } from "./notes.js";
import { persist } from "./persist.js";
import { EvidenceRefusedError, type Proof, type Prover } from "./proof.js";
import { uploadResult } from "./resultUpload.js";
import type { SchedulerClient } from "./schedulerClient.js";
import { fetchTaskFiles, type TaskFiles } from "./taskFiles.js";
import { openTeller, type Teller } from "./teller.js";

/** Where a worker says what it does; never a secret. */
export interface WorkerLog {
  info(values: object, message: string): void;
  warn(values: object, message: string): void;
}

/** What a worker works with. */
export interface Bench {
  readonly wallet: Wallet;
  readonly runner: ContractRunner;
  readonly hub: HubCalls;
  readonly scheduler: SchedulerClient;
  /** Nothing where there is no secret service: then tasks get no secrets. */
  readonly sms: SmsClient | undefined;
  readonly furnace: Furnace;
  readonly notes: Notes;
  readonly prover: Prover;
  readonly log: WorkerLog;
  readonly ipfsNode: string;
  readonly fetching: Omit<FetchOptions, "signal">;
}

/** Why an attempt came to nothing, with the status to tell the scheduler. */
class AttemptFailure extends Error {
  override readonly name = "AttemptFailure";
  readonly status: ReplicateStatus;
  readonly exitCode: number | undefined;

  constructor(status: ReplicateStatus, cause: Error) {
    super(cause.message, { cause });
    this.status = status;
    this.exitCode = cause instanceof EnclaveFailedError ? cause.exitCode : undefined;
  }
}

type SessionAnswer = Awaited<ReturnType<SmsClient["openSession"]>>;

/** Seconds after a task's time for which what it takes to reveal is kept. */
const KEEP_SECONDS = 30 * 86_400;
/** How long a service may be away, in milliseconds. */
const ABSENCE_MS = 30_000;

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
    const { status, message, exitCode } =
      error instanceof AttemptFailure ? error : new AttemptFailure("FAILED", error as Error);
    // The requester would look for it in the logs, where an app that did not run has said nothing.
    if ((error as Error).cause instanceof EvidenceRefusedError && !teller.hasLogs()) {
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
    const leave = await authorize(duty, bench, { enclave, signal });
    const proving = during(failureOf(duty), () => prove(duty, bench, { enclave, leave }));
    void Promise.allSettled([proving]);
    const brought = await files;
    teller.say("DATA_DOWNLOADED");
    // What the hub would refuse need not be computed.
    await proving;
    teller.say("COMPUTING");
    const seconds = duty.seconds - (performance.now() - startedAt) / 1000;
    const computing = compute(duty, bench, { enclave, deal, params, brought, leave, seconds, teller });
    const result = await computing.finally(relight);
    const results = await during("RESULT_UPLOAD_FAILED", () => deliver(result, deal, bench, { teller, signal }));
    const proof = await during(failureOf(duty), () => prove(duty, bench, { enclave, leave }));
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
  { enclave, leave }: { enclave: AttestedEnclave; leave: Authorization },
): Promise<Proof> {
  if (!isTee) return { sign: leave.sign };
  const { taskId } = leave;
  try {
    return await prover.prove(leave, { dealId, index: BigInt(index) }, enclave.identity.quote);
  } catch (error) {
    log.warn({ task: taskId, err: error }, "an enclave cannot be proven on chain");
    throw error;
  }
}

/** The status of a worker that cannot contribute. */
function failureOf({ isSolo }: RunDuty): ReplicateStatus {
  return isSolo ? "CONTRIBUTE_AND_FINALIZE_FAILED" : "CONTRIBUTE_FAILED";
}

async function compute(
  duty: RunDuty,
  { wallet, sms }: Bench,
  {
    enclave,
    deal,
    params,
    brought,
    leave,
    seconds,
    teller,
  }: {
    enclave: AttestedEnclave;
    deal: WorkerDeal;
    params: DealParams;
    brought: TaskFiles;
    leave: Authorization;
    seconds: number;
    teller: Teller;
  },
): Promise<EnclaveResult> {
  const task: SealedTask = {
    taskId: duty.taskId,
    dealId: duty.dealId,
    index: BigInt(duty.index),
    botFirst: deal.botFirst,
    botSize: deal.botSize,
    worker: wallet.address as Address,
    ...brought,
    ...(params.args !== undefined && { args: params.args }),
  };
  return during("COMPUTE_FAILED", async () => {
    const request = sessionRequestOf(enclave.identity, leave.sign);
    const opened =
      duty.isTee && sms !== undefined ? await openSession(sms, request, { wallet, signal: teller.signal }) : undefined;
    const secrets = opened === undefined ? {} : { session: opened.session };
    const log = (logs: ProgramLogs) => teller.logs(withWithheld(logs, opened?.withheld));
    const alarm = setTimeout(() => void enclave.stop(), Math.max(seconds, 0) * 1000);
    try {
      const result = await enclave.run(task, secrets);
      teller.say("COMPUTED", { exitCode: 0 });
      log(result.logs);
      return result;
    } catch (error) {
      if (error instanceof EnclaveFailedError && error.logs !== undefined) log(error.logs);
      throw error;
    } finally {
      clearTimeout(alarm);
    }
  });
}

/** The secrets of a task. A service that is away for half a minute is waited for. */
async function openSession(
  sms: SmsClient,
  request: SessionRequest,
  { wallet, signal }: { wallet: Wallet; signal: AbortSignal },
): Promise<SessionAnswer> {
  return persist(() => sms.openSession(request, wallet), { isPassing: isAway, forMs: ABSENCE_MS, signal });
}

/** What an app said, after what it could not know: which datasets of its slice it was not given, and why. */
function withWithheld({ stdout, stderr }: ProgramLogs, withheld: SessionAnswer["withheld"] = []): ProgramLogs {
  const lines = withheld.map(({ dataset, reason }) => `Dataset ${dataset} was left out: ${reason}\n`);
  return { stdout, stderr: `${lines.join("")}${stderr}` };
}

/** Puts a result where the deal wants it. Returns what the chain is told. */
async function deliver(
  result: EnclaveResult,
  { callback }: WorkerDeal,
  { ipfsNode }: Bench,
  { teller, signal }: { teller: Teller; signal: AbortSignal },
): Promise<Hex> {
  if (callback !== ZeroAddress) {
    if (result.callbackData === undefined) {
      throw new Error(`The deal calls ${callback} back, but the app said no callback-data in its computed.json.`);
    }
    return encodeResultLink({ storage: "ethereum", location: callback });
  }
  teller.say("RESULT_UPLOADING");
  const cid = await uploadResult(ipfsNode, result.archive, signal);
  teller.say("RESULT_UPLOADED");
  return encodeResultLink({ storage: "ipfs", location: `/ipfs/${cid}` });
}

async function contribute(
  duty: RunDuty,
  { hub, scheduler, notes }: Bench,
  {
    finding,
    verdict,
    results,
    callbackData,
    teller,
  }: {
    finding: Finding;
    verdict: string | undefined;
    results: Hex;
    callbackData: Hex | undefined;
    teller: Teller;
  },
): Promise<void> {
  const { taskId, attempt: number } = duty;
  const about = verdict === undefined ? {} : { cause: verdict };
  if (duty.isSolo) {
    teller.say("CONTRIBUTE_AND_FINALIZE_ONGOING", about);
    const told = { results, callbackData: callbackData ?? "0x" } as const;
    await during(failureOf(duty), () => hub.contributeAndFinalize(finding, told));
    teller.say("CONTRIBUTE_AND_FINALIZE_DONE");
    return;
  }
  // Before it says anything on chain: what it takes to reveal and to finalise is safe.
  const { digest } = finding;
  await notes.write(taskId, { digest, until: Math.floor(Date.now() / 1000) + KEEP_SECONDS });
  await teller.isHeard();
  const report = { attempt: number, digest, results, ...(callbackData !== undefined && { callbackData }) };
  await scheduler.result(taskId, report, teller.signal);
  teller.say("CONTRIBUTING", about);
  await during(failureOf(duty), () => hub.contribute(finding));
  teller.say("CONTRIBUTED");
}

/** Does something, and says with which status it failed if it does. */
async function during<Result>(status: ReplicateStatus, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    throw error instanceof AttemptFailure ? error : new AttemptFailure(status, error as Error);
  }
}

function hex(bytes: Uint8Array): Hex {
  return `0x${Buffer.from(bytes).toString("hex")}`;
}

function isAway(error: unknown): boolean {
  return !(error instanceof SecretServiceError) || error.statusCode >= 500;
}
