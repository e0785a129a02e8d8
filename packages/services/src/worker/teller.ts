import type { ReplicateStatus, RunDuty } from "@poco-marketplace/sdk/wire/scheduler.js";
import type { SchedulerClient } from "./schedulerClient.js";

/** Tells the scheduler things in their order, while the work goes on. */
export type Teller = ReturnType<typeof openTeller>;

/** A teller about one attempt, until `signal` ends it. */
export function openTeller({ taskId, attempt: number }: RunDuty, scheduler: SchedulerClient, signal: AbortSignal) {
  const waiting: (() => Promise<unknown>)[] = [];
  let telling: Promise<void> | undefined;
  let hasLogs = false;

  async function tell(): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await next();
    telling = undefined;
  }
  function add(what: () => Promise<unknown>): void {
    waiting.push(what);
    telling ??= tell();
    void Promise.allSettled([telling]);
  }

  return {
    signal,
    say: (status: ReplicateStatus, more: { cause?: string; exitCode?: number } = {}) =>
      add(() => scheduler.report(taskId, { attempt: number, status, ...more }, signal)),
    logs({ stdout, stderr }: { stdout: string; stderr: string }): void {
      hasLogs = true;
      add(() => scheduler.logs(taskId, { attempt: number, stdout, stderr }, signal));
    },
    hasLogs: () => hasLogs,
    /** Until all was told. */
    async isHeard(): Promise<void> {
      await telling;
    },
  };
}
