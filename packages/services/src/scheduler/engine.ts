import { setTimeout as sleep } from "node:timers/promises";

import type { Address, DealId, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import type { WorkChanges, WorkReport, TaskAttempt, TaskAssignment } from "@poco-marketplace/sdk/wire/scheduler.js";
import { advance, withdraw } from "./advance.js";
import { Assignments, type Assignment } from "./assignments.js";
import type { PoolDeal } from "./chainTask.js";
import type { EngineContext, EngineOptions } from "./engineContext.js";
import type { Workload } from "./offers/capacity.js";
import { OpenTasks, type LiveTask } from "./openTasks.js";
import { PoolDeals } from "./poolDeals.js";
import { ReorgRecheck } from "./reorgRecheck.js";
import type { OpenTask } from "./taskRecords.js";

/** How many tasks have a step taken at once. */
const MAX_CONCURRENT_STEPS = 16;
/** Milliseconds before a step that failed is taken again. */
const RETRY_DELAY_MS = 500;

/**
 * Looks after the tasks of a pool until they are over: reads the chain, opens tasks of new deals, and has the next step of
 * each task taken whenever something happened to it, or its time has come.
 */
export class Engine {
  readonly #context: EngineContext;
  readonly #tasks: OpenTasks;
  readonly #deals: PoolDeals;
  readonly #reorgRecheck: ReorgRecheck;
  /** The steps that are being taken. */
  readonly #steps = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  /** Ends the pause between looks at the tasks. */
  #pause = new AbortController();
  /** The newest block that was read. */
  #head = 0;
  readonly #running: Promise<void>;

  /** Starts an engine with the tasks that its database has as open. */
  static async start(options: EngineOptions): Promise<Engine> {
    const { attempts, tasks } = options.records;
    return new Engine(options, { working: await attempts.working(), open: await tasks.open() });
  }

  private constructor(options: EngineOptions, { working, open }: { working: Assignment[]; open: OpenTask[] }) {
    this.#tasks = new OpenTasks(() => this.#pause.abort());
    for (const task of open) this.#tasks.add(task);
    this.#deals = new PoolDeals(options, this.#tasks);
    this.#reorgRecheck = new ReorgRecheck(options, this.#tasks, this.#deals);
    this.#context = {
      ...options,
      assignments: new Assignments(working),
      tasks: this.#tasks,
      dealOf: (id) => this.#deals.get(id),
      onClosed: (task) => this.#close(task),
    };
    this.#running = this.#run();
  }

  /** Stops when the steps that are being taken are done. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** Unix seconds on the chain's clock. */
  now(): bigint {
    return this.#context.events.now();
  }

  deal(id: DealId): Promise<PoolDeal | undefined> {
    return this.#deals.get(id);
  }

  /** A task that is not over. */
  task(id: TaskId): OpenTask | undefined {
    return this.#tasks.get(id);
  }

  /** Has the next step of a task taken now: something happened to it. */
  markDirty(task: TaskId): void {
    this.#tasks.markDirty(task);
  }

  /** Has workers sought for the tasks that need some: a slot may have become free. */
  fillSlots(): void {
    this.#tasks.markUnderstaffedDirty();
  }

  /** How much there is to do. */
  async workload(): Promise<Omit<Workload, "slots">> {
    const asOf = this.#deals.completeUpTo;
    const tasks = this.#tasks.all().filter(({ isGivenUp }) => !isGivenUp);
    const deals = await Promise.all(tasks.map(({ deal }) => this.#deals.get(deal)));
    return { asOf, taskSeconds: deals.map((deal) => deal?.workClockTimeRef ?? 0n) };
  }

  /** Whether a worker is to be running this attempt. */
  isAssigned(worker: Address, attempt: TaskAttempt): boolean {
    return this.#context.assignments.isAssigned(worker, attempt);
  }

  /** Frees the slot of an attempt that its worker has ended. */
  release({ taskId, attempt }: TaskAttempt): void {
    this.#context.assignments.remove((each) => each.task === taskId && each.attempt === attempt);
    this.fillSlots();
  }

  /** The attempts that a worker is to begin and to stop, given those that it reports as running. */
  async changesFor(worker: Address, { running, revealing }: WorkReport): Promise<WorkChanges> {
    const { assignments } = this.#context;
    const run: TaskAssignment[] = [];
    for (const assignment of assignments.of(worker)) {
      const task = this.#tasks.get(assignment.task);
      const attempt = { taskId: assignment.task, attempt: assignment.attempt };
      if (task === undefined || running.some((each) => isSame(each, attempt))) continue;
      const deal = await this.#deals.get(task.deal);
      if (deal !== undefined && assignments.isAssigned(worker, attempt)) run.push(toRun(attempt, task, deal));
    }
    const toReveal = this.#tasks.all().filter(({ revealers }) => revealers.includes(worker));
    return {
      run,
      reveal: toReveal.map(({ id }) => id).filter((id) => !revealing.includes(id)),
      stop: running.filter((attempt) => !assignments.isAssigned(worker, attempt)),
    };
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      await this.#poll();
      await this.#takeStepsUntil(performance.now() + this.#context.pollMs);
    }
    await Promise.all(this.#steps);
  }

  /** Brings the tasks up to date with the chain and the workers. */
  async #poll(): Promise<void> {
    try {
      const justClosed = this.#reorgRecheck.justClosed();
      await this.#readChain();
      await this.#reorgRecheck.run(justClosed, this.#steps);
      await this.#deals.openTasks(this.#head);
      await this.#withdrawFromLostWorkers();
    } catch (error) {
      if (!this.#stopping.signal.aborted)
        this.#context.log.warn({ err: error }, "chain or database not available; retrying");
    }
  }

  async #readChain(): Promise<void> {
    const { events, records, guard, log, onChange } = this.#context;
    const changes = await events.read();
    if (changes === undefined) return;
    const { head, deals, boostDeals, tasks, isReorg } = changes;
    for (const { id, block } of deals) await records.deals.add(id, block);
    for (const notice of boostDeals) await guard.sawBoostDeal(notice);
    await records.deals.moveCursor(head.number);
    events.confirm(head);
    this.#head = head.number;
    if (deals.length > 0 || isReorg) this.#deals.invalidate();
    if (deals.length + boostDeals.length > 0) onChange();
    if (isReorg) {
      this.#deals.clearCache();
      this.#reorgRecheck.reorg(this.#steps);
      this.#tasks.markAllDirty();
      log.warn({ block: this.#head }, "chain reorg: deals and tasks are read again");
    }
    for (const id of tasks) this.#tasks.markDirty(id);
  }

  async #withdrawFromLostWorkers(): Promise<void> {
    const { assignments, sessions, standings, log } = this.#context;
    for (const { task, attempt, worker } of assignments.all()) {
      if (sessions.isConnected(worker)) continue;
      await withdraw(this.#context, { task, worker }, { state: "lost", cause: "the worker went silent" });
      // A worker of before a restart may not have joined again in time: that is not its failure.
      if (sessions.hasJoined(worker)) await standings.failed(worker);
      log.warn({ task, attempt, worker }, "worker timed out");
      this.#tasks.markDirty(task);
    }
  }

  /** Takes steps as they become due, until a moment on the clock of `performance.now()`. */
  async #takeStepsUntil(deadline: number): Promise<void> {
    while (performance.now() < deadline && !this.#stopping.signal.aborted) {
      this.#pause = new AbortController();
      this.#beginSteps();
      const signal = AbortSignal.any([this.#pause.signal, this.#stopping.signal]);
      await sleep(Math.max(deadline - performance.now(), 1), undefined, { signal }).catch(() => undefined);
    }
  }

  #beginSteps(): void {
    const now = this.#context.events.now();
    for (const task of this.#tasks.all()) {
      if (this.#steps.size >= MAX_CONCURRENT_STEPS) return;
      if (isDue(task, now)) void this.#takeStep(task);
    }
  }

  async #takeStep(task: LiveTask): Promise<void> {
    task.isDirty = false;
    task.isBusy = true;
    const step = this.#tryStep(task);
    this.#steps.add(step);
    await step;
    this.#steps.delete(step);
    task.isBusy = false;
    this.#pause.abort();
  }

  async #tryStep(task: LiveTask): Promise<void> {
    try {
      await advance(task, this.#context);
    } catch (error) {
      task.retryAt = performance.now() + RETRY_DELAY_MS;
      task.isDirty = true;
      if (!this.#stopping.signal.aborted)
        this.#context.log.warn({ task: task.id, err: error }, "task step failed; retrying");
    }
  }

  #close(task: LiveTask): void {
    // Unless its deal was dropped meanwhile.
    if (this.#tasks.get(task.id) !== undefined) this.#reorgRecheck.closed(task);
    this.#tasks.delete(task.id);
    this.#deals.invalidate();
    this.#context.onChange();
  }
}

function isDue({ isBusy, retryAt, isDirty, wakeAt }: LiveTask, now: bigint): boolean {
  return !isBusy && performance.now() >= retryAt && (isDirty || now >= wakeAt);
}

function isSame(one: TaskAttempt, other: TaskAttempt): boolean {
  return one.taskId === other.taskId && one.attempt === other.attempt;
}

/** An attempt in the form in which its worker gets it. */
function toRun(
  attempt: TaskAttempt,
  { index }: OpenTask,
  { id, trust, isTee, workClockTimeRef }: PoolDeal,
): TaskAssignment {
  return { ...attempt, dealId: id, index: `${index}`, isSolo: trust <= 1n, isTee, seconds: Number(workClockTimeRef) };
}
