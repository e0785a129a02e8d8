import type { Address, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import { TaskStatus } from "@poco-marketplace/sdk/protocol/status.js";
import type { EngineOptions } from "./engineContext.js";
import type { OpenTasks } from "./openTasks.js";
import type { PoolDeals } from "./poolDeals.js";
import type { OpenTask } from "./taskRecords.js";

/** How long after it was closed a task may be open again, after a chain reorg, in milliseconds. */
const REORG_RECHECK_MS = 3_600_000;

/** Opens closed tasks again whose end is not on the chain any more. */
export class ReorgRecheck {
  readonly #options: Pick<EngineOptions, "hub" | "records" | "log">;
  readonly #tasks: OpenTasks;
  readonly #deals: PoolDeals;
  /** Whether all tasks that were closed lately are checked: after a reorg, and at the start, as one may have been missed. */
  #isDue = true;
  /** The steps that were being taken when the reorg was noticed: they may still close a task by its state before the reorg. */
  #stepsBefore: ReadonlySet<Promise<void>> = new Set();
  /** Tasks that were closed by a block that may not have been read yet, so that a reorg of it would not be noticed. */
  readonly #justClosed = new Map<TaskId, OpenTask>();

  constructor(options: Pick<EngineOptions, "hub" | "records" | "log">, tasks: OpenTasks, deals: PoolDeals) {
    this.#options = options;
    this.#tasks = tasks;
    this.#deals = deals;
  }

  /** The tasks that were closed since they were last checked. Taken before the chain is read. */
  justClosed(): OpenTask[] {
    return [...this.#justClosed.values()];
  }

  /** Records that a task was closed. */
  closed(task: OpenTask): void {
    this.#justClosed.set(task.id, task);
  }

  /** A reorg was noticed while these steps were being taken. */
  reorg(steps: Iterable<Promise<void>>): void {
    this.#isDue = true;
    this.#stepsBefore = new Set(steps);
  }

  /**
   * Checks closed tasks.
   *
   * @param justClosed - Tasks that were closed before the chain was last read.
   * @param steps - The steps that are being taken now.
   */
  async run(justClosed: readonly OpenTask[], steps: ReadonlySet<Promise<void>>): Promise<void> {
    const { records } = this.#options;
    const doubtful = this.#isDue
      ? await records.tasks.closedSince(new Date(Date.now() - REORG_RECHECK_MS))
      : justClosed;
    for (const task of doubtful) await this.#check(task);
    for (const { id } of justClosed) this.#justClosed.delete(id);
    this.#isDue = this.#isDue && [...this.#stepsBefore].some((step) => steps.has(step));
  }

  async #check(task: OpenTask): Promise<void> {
    const { hub, records, log } = this.#options;
    const { status, contributors } = await hub.viewTask(task.id);
    const isOver = status === TaskStatus.COMPLETED || status === TaskStatus.FAILED;
    if (isOver || this.#tasks.get(task.id) !== undefined) return;
    if ((await this.#deals.get(task.deal)) === undefined) return;
    this.#tasks.add(await records.tasks.reopen(task, contributors as Address[]));
    log.warn({ task: task.id }, "task reopened after a reorg");
  }
}
