import type { TransactionReceipt } from "ethers";

import type { DealTask } from "@poco-marketplace/sdk/client/runApp.js";
import type { Address, Hex, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import type { Authorization } from "@poco-marketplace/sdk/protocol/authorization.js";
import type { TaskOfDeal } from "@poco-marketplace/enclave/evidence/brokerEvidence.js";
import type { RegistrationStep } from "@poco-marketplace/enclave/evidence/registration.js";
import type { AttestedEnclave, EnclaveIdentity } from "@poco-marketplace/enclave/runtime/attestedEnclave.js";
import { readPublishedApp } from "@poco-marketplace/services/worker/apps.js";
import { runAttempt } from "@poco-marketplace/services/worker/attempt.js";
import { handledLater } from "@poco-marketplace/services/worker/handledLater.js";
import type { ContributionInput } from "@poco-marketplace/services/worker/hubCalls.js";
import type { WorkerContext } from "@poco-marketplace/services/worker/context.js";
import { revealResult } from "@poco-marketplace/services/worker/revealResult.js";
import { AttemptRecord } from "../attemptRecord.js";
import type { PoolOwner } from "./PoolOwner.js";

/** A task done: the enclave that did it, and the transaction that says so on chain. */
export interface DoneTask {
  readonly enclave: EnclaveIdentity;
  readonly receipt: TransactionReceipt;
  /** Milliseconds that the computation took. */
  readonly durationMs: number;
  /** Of a task that takes several workers: what it takes to reveal and to finalize. */
  readonly result: { readonly digest: Hex; readonly results: Hex } | undefined;
}

/** A task that is being done. */
export interface RunningTask {
  /** Resolves when the enclave computes; rejects as `done` does. */
  readonly computing: Promise<void>;
  /** Rejects with a `DemoError` that has the worker's reason. */
  readonly done: Promise<DoneTask>;
}

/** A result that an enclave signed. */
export type EnclaveClaim = Omit<ContributionInput, "authorization">;

/** By what the hub believes an enclave. */
export interface EnclaveProof {
  readonly permit: Authorization;
  readonly place: TaskOfDeal;
  readonly quote: Uint8Array;
}

/** A worker without its scheduler. */
type WorkerParts = Omit<WorkerContext, "scheduler">;

/** Seconds that a task may take at most; its program has less. */
const TASK_SECONDS = 600;

/**
 * A worker of the demo: does tasks as the worker service does, by its functions, but at the time that the demo says, and
 * with a pool owner within this process instead of a scheduler.
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

  /** Begins with a task, alone or as one of several workers. */
  begin(task: DealTask, { isSolo }: { isSolo: boolean }): RunningTask {
    const record = new AttemptRecord(this.#poolOwner, this.address);
    const done = handledLater(this.#run(task, isSolo, record));
    return { computing: handledLater(untilFirst(record.computing, done)), done };
  }

  /** Reveals the result of a task that takes several workers. */
  reveal(taskId: TaskId): Promise<TransactionReceipt> {
    return revealResult(taskId, this.#context);
  }

  /** Starts an enclave for a task of an app, and leaves the rest to the caller, who must run or stop it. */
  async startEnclave(taskId: TaskId, app: Address): Promise<AttestedEnclave> {
    const { runner, enclaves, fetching } = this.#context;
    const published = await readPublishedApp(app, runner);
    const options = { ...fetching, signal: new AbortController().signal };
    const { enclave } = await enclaves.acquire(published, { worker: this.address, taskId }, options);
    return enclave;
  }

  /** Contributes what the caller made up, or has from an enclave that it runs itself, to a task of several workers. */
  async contribute(claim: EnclaveClaim, proof: EnclaveProof): Promise<TransactionReceipt> {
    return this.#context.hub.contribute({ ...claim, authorization: await this.#prove(proof) });
  }

  /** The same for a task that this worker ends alone. */
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
