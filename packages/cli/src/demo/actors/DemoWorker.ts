import type { TransactionReceipt } from "ethers";

import type { DealTask } from "@poco-marketplace/sdk/client/runApp.js";
import type { Address, Hex, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import type { Authorization } from "@poco-marketplace/sdk/protocol/authorization.js";
import type { TaskOfDeal } from "@poco-marketplace/enclave/evidence/brokerEvidence.js";
import type { RegistrationStep } from "@poco-marketplace/enclave/evidence/registration.js";
import type { AttestedEnclave, EnclaveIdentity } from "@poco-marketplace/enclave/runtime/attestedEnclave.js";
import { readPublishedApp } from "@poco-marketplace/services/worker/publishedApp.js";
import { runAttempt } from "@poco-marketplace/services/worker/attempt.js";
import { handledLater } from "@poco-marketplace/sdk/handledLater.js";
import type { ContributionInput } from "@poco-marketplace/services/worker/hubCalls.js";
import type { WorkerContext } from "@poco-marketplace/services/worker/context.js";
import { revealResult } from "@poco-marketplace/services/worker/revealResult.js";
import { AttemptRecord } from "../attemptRecord.js";
import type { PoolOwner } from "./PoolOwner.js";

/** A computed task: the enclave that computed it, and the transaction that contributed it. */
export interface DoneTask {
  readonly enclave: EnclaveIdentity;
  readonly receipt: TransactionReceipt;
  /** The duration of the computation in milliseconds. */
  readonly durationMs: number;
  /** The data for revealing and finalizing; `undefined` if the worker ended the task alone. */
  readonly result: { readonly digest: Hex; readonly results: Hex } | undefined;
}

/** A task that a worker is computing. */
export interface RunningTask {
  /** Resolves when the computation starts; rejects as `done` does. */
  readonly computing: Promise<void>;
  /** Resolves when the contribution is on chain; rejects with a `DemoError` that has the worker's reason. */
  readonly done: Promise<DoneTask>;
}

/** A result that an enclave signed. */
export type EnclaveClaim = Omit<ContributionInput, "authorization">;

/** The evidence by which the hub accepts an enclave. */
export interface EnclaveProof {
  readonly permit: Authorization;
  readonly place: TaskOfDeal;
  readonly quote: Uint8Array;
}

/** A worker without its scheduler. */
type WorkerParts = Omit<WorkerContext, "scheduler">;

/** The time limit of a task in seconds; the program's own limit is lower. */
const TASK_SECONDS = 600;

/**
 * A worker of the demo. It does tasks with the functions of the worker service, but when the demo calls it, and with a
 * pool owner in this process instead of a scheduler.
 */
export class DemoWorker {
  readonly address: Address;
  readonly #context: WorkerParts;
  readonly #poolOwner: PoolOwner;

  constructor(context: WorkerParts, poolOwner: PoolOwner) {
    this.address = context.account.address as Address;
    this.#context = context;
    this.#poolOwner = poolOwner;
  }

  /** Registers the worker's platform on chain. */
  registerPlatform(): Promise<readonly RegistrationStep[]> {
    return this.#context.prover.registerPlatform();
  }

  /** Starts a task, alone or as one of several workers. */
  begin(task: DealTask, { isSolo }: { isSolo: boolean }): RunningTask {
    const record = new AttemptRecord(this.#poolOwner, this.address);
    const done = handledLater(this.#run(task, isSolo, record));
    return { computing: handledLater(untilFirst(record.computing, done)), done };
  }

  /** Reveals the result of a task that several workers do. */
  reveal(taskId: TaskId): Promise<TransactionReceipt> {
    return revealResult(taskId, this.#context);
  }

  /** Starts an enclave for a task of an app. The caller must run or stop it. */
  async startEnclave(taskId: TaskId, app: Address): Promise<AttestedEnclave> {
    const { runner, enclaves, fetching } = this.#context;
    const published = await readPublishedApp(app, runner);
    const options = { ...fetching, signal: new AbortController().signal };
    const { enclave } = await enclaves.acquire(published, { worker: this.address, taskId }, options);
    return enclave;
  }

  /** Contributes a result of the caller, who may have made it up, to a task that several workers do. */
  async contribute(claim: EnclaveClaim, proof: EnclaveProof): Promise<TransactionReceipt> {
    return this.#context.hub.contribute({ ...claim, authorization: await this.#prove(proof) });
  }

  /** Contributes a result of the caller to a task that this worker ends alone. */
  async contributeAndFinalize(
    claim: EnclaveClaim,
    proof: EnclaveProof,
    result: { readonly results: Hex; readonly callbackData: Hex },
  ): Promise<TransactionReceipt> {
    return this.#context.hub.contributeAndFinalize({ ...claim, authorization: await this.#prove(proof) }, result);
  }

  async #prove({ permit, place, quote }: EnclaveProof): Promise<Hex> {
    const { sign } = await this.#context.prover.prove(permit, place, quote);
    return sign;
  }

  async #run({ dealId, taskId, index }: DealTask, isSolo: boolean, record: AttemptRecord): Promise<DoneTask> {
    const { hub, enclaves } = this.#context;
    let enclave: EnclaveIdentity | undefined;
    let receipt: TransactionReceipt | undefined;
    const context = {
      ...this.#context,
      scheduler: record,
      enclaves: {
        ...enclaves,
        acquire: async (...asked: Parameters<typeof enclaves.acquire>) => {
          const acquired = await enclaves.acquire(...asked);
          enclave = acquired.enclave.identity;
          return acquired;
        },
      },
      hub: {
        ...hub,
        contribute: async (contribution: ContributionInput) => (receipt = await hub.contribute(contribution)),
        contributeAndFinalize: async (...result: Parameters<typeof hub.contributeAndFinalize>) =>
          (receipt = await hub.contributeAndFinalize(...result)),
      },
    };
    const assignment = { taskId, attempt: 1, dealId, index: `${index}`, isSolo, isTee: true, seconds: TASK_SECONDS };
    await runAttempt(assignment, context, new AbortController().signal);
    record.assertSucceeded();
    return { enclave: enclave!, receipt: receipt!, durationMs: record.durationMs, result: record.delivered };
  }
}

async function untilFirst(one: Promise<unknown>, other: Promise<unknown>): Promise<void> {
  await Promise.race([one, other]);
}
