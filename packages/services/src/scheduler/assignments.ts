import type { Address, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import type { InHand } from "@poco-marketplace/sdk/wire/scheduler.js";

/** A task that a worker is at. */
export interface Assignment {
  readonly task: TaskId;
  readonly attempt: number;
  readonly worker: Address;
}

/** Who is at what: the attempts that the database has as working, at hand, and places kept for those to come. */
export type Assignments = ReturnType<typeof openAssignments>;

/** The assignments of a database. */
export function openAssignments(rows: readonly Assignment[]) {
  const known = new Map<string, Assignment>(rows.map((row) => [keyOf(row.task, row.attempt), row]));
  /** By the name of the task and the worker. */
  const kept = new Map<string, Address>();

  return {
    /** How many tasks a worker is at, or soon will be. */
    busy(worker: Address): number {
      const waiting = [...kept.values()].filter((each) => each === worker).length;
      return this.of(worker).length + waiting;
    },

    /** Keeps a place for a task, so that no other one takes it meanwhile. Returns how to give it back. */
    keep(task: TaskId, worker: Address): () => void {
      const name = `${task} ${worker}`;
      kept.set(name, worker);
      return () => kept.delete(name);
    },

    add(assignment: Assignment): void {
      known.set(keyOf(assignment.task, assignment.attempt), assignment);
    },

    remove(isOver: (assignment: Assignment) => boolean): Assignment[] {
      const over = [...known.values()].filter(isOver);
      for (const { task, attempt } of over) known.delete(keyOf(task, attempt));
      return over;
    },

    all: (): Assignment[] => [...known.values()],
    of: (worker: Address): Assignment[] => [...known.values()].filter((each) => each.worker === worker),
    /** Whether this attempt is what a worker is to be at. */
    isAt: (worker: Address, { taskId, attempt }: InHand) => known.get(keyOf(taskId, attempt))?.worker === worker,
  };
}

function keyOf(task: TaskId, attempt: number): string {
  return `${task} ${attempt}`;
}
