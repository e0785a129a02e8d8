import type { Address, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import type { TaskAttempt } from "@poco-marketplace/sdk/wire/scheduler.js";

/** An attempt at a task, and the worker that it was given to. */
export interface Assignment {
  readonly task: TaskId;
  readonly attempt: number;
  readonly worker: Address;
}

/** Which worker has which attempt: those that the database has as working, and slots that are reserved for the next. */
export class Assignments {
  readonly #current: Map<string, Assignment>;
  readonly #reserved = new Map<string, Address>();

  constructor(current: readonly Assignment[]) {
    this.#current = new Map(current.map((each) => [keyOf(each.task, each.attempt), each]));
  }

  /** How many slots of a worker are taken or reserved. */
  countOf(worker: Address): number {
    const reserved = [...this.#reserved.values()].filter((each) => each === worker).length;
    return this.of(worker).length + reserved;
  }

  /** Reserves a slot of a worker for a task, so that no other task takes it meanwhile. Returns how to release it. */
  reserve(task: TaskId, worker: Address): () => void {
    const key = `${task} ${worker}`;
    this.#reserved.set(key, worker);
    return () => this.#reserved.delete(key);
  }

  add(assignment: Assignment): void {
    this.#current.set(keyOf(assignment.task, assignment.attempt), assignment);
  }

  /** Removes those that match, and returns them. */
  remove(matches: (assignment: Assignment) => boolean): Assignment[] {
    const removed = this.all().filter(matches);
    for (const { task, attempt } of removed) this.#current.delete(keyOf(task, attempt));
    return removed;
  }

  all(): Assignment[] {
    return [...this.#current.values()];
  }

  of(worker: Address): Assignment[] {
    return this.all().filter((each) => each.worker === worker);
  }

  /** Whether a worker is to be running this attempt. */
  isAssigned(worker: Address, { taskId, attempt }: TaskAttempt): boolean {
    return this.#current.get(keyOf(taskId, attempt))?.worker === worker;
  }
}

function keyOf(task: TaskId, attempt: number): string {
  return `${task} ${attempt}`;
}
