import type { TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import { TaskStatus } from "@poco-marketplace/sdk/protocol/status.js";
import type { Violation } from "./violation.js";

/** How a task ended, as far as it did. */
export interface Ending {
  readonly task: TaskId;
  readonly status: TaskStatus;
  /** What became of its result: as it should be, anything else, or that nobody can read it. Nothing without a result. */
  readonly result?: "right" | "wrong" | "unreadable";
}

/** Every task ends in its right result, or in a claim, which is a refund. To be asked when all had their time. */
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
