import type { ReplicateStatus, RunDuty } from "@poco-marketplace/sdk/wire/scheduler.js";
import type { WorkerSession } from "@poco-marketplace/sdk/client/workerSession.js";

/** An ordered outbox: the scheduler gets the reports of an attempt in their order, while the work goes on. */
export type StatusReporter = ReturnType<typeof openStatusReporter>;

/** Opens the reporter of one attempt, which ends with `signal`. */
export function openStatusReporter(
  { taskId, attempt: number }: RunDuty,
  scheduler: WorkerSession,
  signal: AbortSignal,
) {
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
    report: (status: ReplicateStatus, more: { cause?: string; exitCode?: number } = {}) =>
      add(() => scheduler.report(taskId, { attempt: number, status, ...more }, signal)),
    logs({ stdout, stderr }: { stdout: string; stderr: string }): void {
      hasLogs = true;
      add(() => scheduler.logs(taskId, { attempt: number, stdout, stderr }, signal));
    },
    hasLogs: () => hasLogs,
    /** Resolves when all queued reports have been delivered. */
    async flush(): Promise<void> {
      await telling;
    },
  };
}
