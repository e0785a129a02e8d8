import { setTimeout as sleep } from "node:timers/promises";

import { ServiceError } from "@poco-marketplace/sdk/client/serviceConnection.js";
import type { WorkerSession } from "@poco-marketplace/sdk/client/workerSession.js";
import type { TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import type { WorkChanges, WorkReport, TaskAttempt, TaskAssignment } from "@poco-marketplace/sdk/wire/scheduler.js";
import { runAttempt } from "./attempt.js";
import type { WorkerContext } from "./context.js";
import { revealResult } from "./revealResult.js";

/** A running attempt, and the controller that ends it. */
interface RunningAttempt extends TaskAttempt {
  readonly ending: AbortController;
  readonly done: Promise<void>;
}

/** Milliseconds before a failed reveal is tried again. */
const REVEAL_AGAIN_MS = 500;

/** Asks a scheduler for assignments, and runs them concurrently, until it is stopped. */
export class WorkerLoop {
  readonly #context: WorkerContext;
  readonly #scheduler: WorkerSession;
  readonly #stopping = new AbortController();
  readonly #running = new Map<string, RunningAttempt>();
  readonly #revealing = new Map<TaskId, Promise<void>>();
  /** Aborts the open request for assignments when this worker runs less than the request says. */
  #request = new AbortController();

  constructor(context: WorkerContext, scheduler: WorkerSession) {
    this.#context = context;
    this.#scheduler = scheduler;
  }

  /**
   * Runs until the loop is stopped, and resolves when everything that it started has ended.
   *
   * @throws ServiceError when the scheduler refuses this worker
   */
  async run(): Promise<void> {
    const { enclaves, log } = this.#context;
    // A pool may require a registered platform.
    await this.#registerPlatform();
    try {
      while (!this.#stopping.signal.aborted) {
        const assignments = await this.#fetchAssignments();
        if (assignments !== undefined) this.#begin(assignments);
      }
    } catch (error) {
      if (!(error instanceof ServiceError)) log.warn({ err: error }, "worker stopped");
      throw error;
    } finally {
      this.stop();
      await Promise.all([...this.#running.values()].map(({ done }) => done));
      await Promise.all(this.#revealing.values());
      await enclaves.close();
      await this.#scheduler.leave();
    }
  }

  /** Abandons all tasks. */
  stop(): void {
    this.#stopping.abort();
  }

  async #registerPlatform(): Promise<void> {
    const { prover, log } = this.#context;
    try {
      for (const { call, receipt } of await prover.registerPlatform())
        log.info({ call, gas: `${receipt.gasUsed}` }, "platform registration step done");
    } catch (error) {
      log.warn({ err: error }, "platform not registered on chain");
    }
  }

  /** Fetches new assignments; undefined if this worker's running tasks have changed since the request. */
  async #fetchAssignments(): Promise<WorkChanges | undefined> {
    this.#request = new AbortController();
    const signal = AbortSignal.any([this.#request.signal, this.#stopping.signal]);
    try {
      return await this.#scheduler.awaitChanges(this.#work(), signal);
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  }

  #work(): WorkReport {
    const running = [...this.#running.values()].filter(({ ending }) => !ending.signal.aborted);
    return {
      running: running.map(({ taskId, attempt }) => ({ taskId, attempt })),
      revealing: [...this.#revealing.keys()],
    };
  }

  #begin({ run, reveal, stop }: WorkChanges): void {
    for (const attempt of stop) this.#running.get(keyOf(attempt))?.ending.abort();
    for (const assignment of run) {
      if (!this.#running.has(keyOf(assignment))) this.#start(assignment);
    }
    for (const task of reveal) {
      if (!this.#revealing.has(task)) this.#revealing.set(task, this.#reveal(task));
    }
  }

  #start(assignment: TaskAssignment): void {
    const { taskId, attempt } = assignment;
    this.#context.log.info({ task: taskId, attempt }, "task started");
    const ending = new AbortController();
    const done = this.#carryOut(assignment, AbortSignal.any([ending.signal, this.#stopping.signal]));
    this.#running.set(keyOf(assignment), { taskId, attempt, ending, done });
  }

  async #carryOut(assignment: TaskAssignment, signal: AbortSignal): Promise<void> {
    await runAttempt(assignment, this.#context, signal);
    this.#running.delete(keyOf(assignment));
    this.#context.log.info({ task: assignment.taskId }, "task finished");
    this.#request.abort();
  }

  async #reveal(task: TaskId): Promise<void> {
    const { log } = this.#context;
    try {
      await revealResult(task, this.#context);
      log.info({ task }, "result revealed");
    } catch (error) {
      log.warn({ task, err: error }, "result not revealed");
    }
    // The scheduler asks again if the reveal is still needed.
    await sleep(REVEAL_AGAIN_MS, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    this.#revealing.delete(task);
  }
}

function keyOf({ taskId, attempt }: TaskAttempt): string {
  return `${taskId} ${attempt}`;
}
