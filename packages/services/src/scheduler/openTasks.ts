import type { Address, DealId, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import type { TaskStage } from "./tables.js";
import type { OpenTask } from "./taskRecords.js";

/** An open task in memory, with when its next step is due. */
export interface LiveTask extends OpenTask {
  stage: TaskStage;
  /** When a step is due whatever happens, by the chain's clock. */
  wakeAt: bigint;
  /** Whether a step is being taken. */
  isBusy: boolean;
  /** Whether something happened since the last step began, so that the next one is due. */
  isDirty: boolean;
  /** Whether it needs more workers than it has. */
  isUnderstaffed: boolean;
  /** Whether nobody is to work on it any more. */
  isGivenUp: boolean;
  /** No step is taken before, on the clock of `performance.now()`: a step has failed. */
  retryAt: number;
  /** The workers that are to reveal. */
  revealers: readonly Address[];
}

const FRESH = {
  wakeAt: 0n,
  isBusy: false,
  isDirty: true,
  isUnderstaffed: false,
  isGivenUp: false,
  retryAt: 0,
  revealers: [],
} as const;

/** The open tasks of a pool that are looked after now. */
export class OpenTasks {
  readonly #tasks = new Map<TaskId, LiveTask>();
  readonly #onDirty: () => void;

  /** @param onDirty - Called when the step of some task may be due. */
  constructor(onDirty: () => void) {
    this.#onDirty = onDirty;
  }

  get size(): number {
    return this.#tasks.size;
  }

  all(): LiveTask[] {
    return [...this.#tasks.values()];
  }

  get(id: TaskId): LiveTask | undefined {
    return this.#tasks.get(id);
  }

  add(task: OpenTask): void {
    this.#tasks.set(task.id, { ...task, ...FRESH });
  }

  delete(id: TaskId): void {
    this.#tasks.delete(id);
  }

  deleteOf(deal: DealId): void {
    for (const task of this.all()) if (task.deal === deal) this.#tasks.delete(task.id);
  }

  /** Something happened to a task: its next step is due. */
  markDirty(id: TaskId): void {
    const task = this.#tasks.get(id);
    if (task === undefined) return;
    task.isDirty = true;
    this.#onDirty();
  }

  markAllDirty(): void {
    for (const task of this.#tasks.values()) task.isDirty = true;
    this.#onDirty();
  }

  /** A slot of a worker may be free: tasks that need one are looked at. */
  markUnderstaffedDirty(): void {
    for (const task of this.#tasks.values()) if (task.isUnderstaffed) task.isDirty = true;
    this.#onDirty();
  }
}
