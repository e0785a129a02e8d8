import type { TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import { TaskStatus } from "@poco-marketplace/sdk/protocol/status.js";
import type { Violation } from "./violation.js";

/** The ending of a task, as far as it has one. */
export interface Ending {
  readonly task: TaskId;
  readonly status: TaskStatus;
  /** The content of its result: correct, wrong or unreadable; undefined without a result. */
  readonly result?: "right" | "wrong" | "unreadable";
}

/** Checks that every task ended in its correct result, or in a claim, which is a refund. Call it when the time of all tasks is over. */
export function judgeEndings(endings: readonly Ending[]): Violation[] {
  return endings.flatMap(({ task, status, result }): Violation[] => {
    const law = "every task ends";
    if (status === TaskStatus.FAILED) return [];
    if (status !== TaskStatus.COMPLETED) {
      const name = Object.entries(TaskStatus).find(([, value]) => value === status)?.[0] ?? `${status}`;
      return [{ law, what: `task ${task} is still ${name}, long after its final deadline` }];
    }
    return result === "right" ? [] : [{ law, what: `task ${task} has a result that is ${result ?? "missing"}` }];
  });
}
