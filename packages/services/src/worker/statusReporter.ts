import { ServiceError } from "@poco-marketplace/sdk/client/serviceConnection.js";
import type { DownloadReport, ReplicateStatus, TaskAssignment } from "@poco-marketplace/sdk/wire/scheduler.js";
import type { AttemptScheduler } from "./context.js";
import { handledLater } from "@poco-marketplace/sdk/handledLater.js";

/** Milliseconds between reports on a download: several in the time of the shortest category. */
const DOWNLOAD_REPORT_MS = 1_000;

/** An ordered outbox: the scheduler gets the reports of an attempt in order, while the task runs. */
export class StatusReporter {
  readonly #assignment: TaskAssignment;
  readonly #scheduler: AttemptScheduler;
  readonly #signal: AbortSignal;
  readonly #queue: (() => Promise<unknown>)[] = [];
  #sending: Promise<void> | undefined;
  #hasLogs = false;
  #downloadReportedAt = Number.NEGATIVE_INFINITY;

  /** Opens the reporter of one attempt, which ends with `signal`. */
  constructor(assignment: TaskAssignment, scheduler: AttemptScheduler, signal: AbortSignal) {
    this.#assignment = assignment;
    this.#scheduler = scheduler;
    this.#signal = signal;
  }

  /** Whether the app's output, or a message in its place, was reported. */
  get hasLogs(): boolean {
    return this.#hasLogs;
  }

  report(status: ReplicateStatus, details: { cause?: string; exitCode?: number } = {}): void {
    const { taskId, attempt } = this.#assignment;
    this.#add(() => this.#scheduler.report(taskId, { attempt, status, ...details }, this.#signal));
  }

  /**
   * Reports how far the download of the app is, unless that was done a moment ago. A scheduler that does not know such
   * reports is not an error.
   */
  download(progress: Omit<DownloadReport, "attempt">): void {
    const now = performance.now();
    if (now - this.#downloadReportedAt < DOWNLOAD_REPORT_MS) return;
    this.#downloadReportedAt = now;
    const { taskId, attempt } = this.#assignment;
    this.#add(async () => {
      try {
        await this.#scheduler.download(taskId, { attempt, ...progress }, this.#signal);
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
      }
    });
  }

  logs({ stdout, stderr }: { stdout: string; stderr: string }): void {
    const { taskId, attempt } = this.#assignment;
    this.#hasLogs = true;
    this.#add(() => this.#scheduler.logs(taskId, { attempt, stdout, stderr }, this.#signal));
  }

  /** Resolves when all queued reports have been delivered. */
  async flush(): Promise<void> {
    await this.#sending;
  }

  #add(report: () => Promise<unknown>): void {
    this.#queue.push(report);
    this.#sending ??= handledLater(this.#send());
  }

  async #send(): Promise<void> {
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) await next();
    this.#sending = undefined;
  }
}
