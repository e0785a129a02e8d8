import { ZeroAddress } from "ethers";

import type { Address, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import {
  FAILURES,
  REFUSALS,
  type AuthorizationAnswer,
  type AuthorizationRequest,
  type ResultReport,
  type StatusReport,
} from "@poco-marketplace/sdk/wire/scheduler.js";
import type { AttemptScheduler } from "@poco-marketplace/services/worker/context.js";
import type { PoolOwner } from "./actors/PoolOwner.js";
import { DemoError } from "./demoError.js";

/** The in-process scheduler of one attempt at a task, which signs the permit and records the worker's reports. */
export class AttemptRecord implements AttemptScheduler {
  readonly #poolOwner: PoolOwner;
  readonly #worker: Address;
  readonly #computing = Promise.withResolvers<void>();
  #startedAt = 0;
  #endedAt = 0;
  #delivered: ResultReport | undefined;
  #failure: StatusReport | undefined;

  constructor(poolOwner: PoolOwner, worker: Address) {
    this.#poolOwner = poolOwner;
    this.#worker = worker;
  }

  /** Resolves when the enclave starts to compute. */
  get computing(): Promise<void> {
    return this.#computing.promise;
  }

  /** The duration of the computation in milliseconds. */
  get durationMs(): number {
    return this.#endedAt - this.#startedAt;
  }

  /** The data for finalizing the task; `undefined` if the worker ended it alone. */
  get delivered(): ResultReport | undefined {
    return this.#delivered;
  }

  /** @throws DemoError with the worker's reason if the attempt failed */
  assertSucceeded(): void {
    if (this.#failure !== undefined) throw new DemoError(this.#failure.cause ?? this.#failure.status);
  }

  async authorize(
    taskId: TaskId,
    { enclave = ZeroAddress as Address }: AuthorizationRequest,
  ): Promise<AuthorizationAnswer> {
    const { sign } = await this.#poolOwner.authorize(this.#worker, taskId, enclave);
    return { sign, sequence: 1 };
  }

  async report(_: TaskId, report: StatusReport): Promise<void> {
    const { status } = report;
    if (FAILURES.has(status) || REFUSALS.has(status)) this.#failure = report;
    if (status === "COMPUTING") {
      this.#startedAt = performance.now();
      this.#computing.resolve();
    }
    if (status === "COMPUTED") this.#endedAt = performance.now();
  }

  async download(): Promise<void> {
    // Nobody takes the task away if the download takes long.
  }

  async logs(): Promise<void> {
    // Logs are not needed, since the cause of a failure includes the app's output.
  }

  async result(_: TaskId, result: ResultReport): Promise<void> {
    this.#delivered = result;
  }
}
