import type { Address, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import {
  CONTRIBUTIONS,
  FAILURES,
  REFUSALS,
  type DownloadReport,
  type LogsReport,
  type ReplicateStatus,
  type ResultReport,
  type StatusReport,
} from "@poco-marketplace/sdk/wire/scheduler.js";
import type { Assignment } from "./assignments.js";
import type { AttemptState } from "./plan.js";
import { readAttempts, type AttemptRow } from "./taskHistory.js";
import type { PoolDatabase } from "./tables.js";

/** How a worker ends its attempt. */
type AttemptOutcome = Extract<AttemptState, "failed" | "contributed" | "refused">;

/** Why the scheduler takes a task from a worker. */
export interface Withdrawal {
  readonly state: Extract<AttemptState, "lost" | "released">;
  readonly cause: string;
}

/** The statuses that the scheduler gives an ended attempt: whatever the worker reports later is an event, and changes nothing. */
const ENDED: readonly ReplicateStatus[] = ["COMPLETED", "ABORTED", "WORKER_LOST"];

/** The workers' attempts at tasks in a pool's database. Every change is made once, however often it is asked for. */
export class AttemptRecords {
  readonly #database: PoolDatabase;

  constructor(database: PoolDatabase) {
    this.#database = database;
  }

  /** Adds a worker's attempt at a task, and returns its number. */
  async add(task: TaskId, worker: Address, since: bigint): Promise<number> {
    return this.#database.transaction().execute(async (transaction) => {
      const { last } = await transaction
        .selectFrom("replicate")
        .select((select) => select.fn.max("attempt").as("last"))
        .where("task", "=", task)
        .executeTakeFirstOrThrow();
      const attempt = ((last as number | null) ?? 0) + 1;
      const nothing = { exit_code: null, digest: null, results: null, callback_data: null, stdout: null, stderr: null };
      const empty = { ...nothing, downloaded: null, downloaded_at: null };
      const row = { task, attempt, worker, since, state: "working", status: "CREATED", ...empty } as const;
      await transaction.insertInto("replicate").values(row).execute();
      const event = { task, attempt, at: new Date(), status: "CREATED", cause: null } as const;
      await transaction.insertInto("replicate_event").values(event).execute();
      return attempt;
    });
  }

  /** The attempts at a task, in their order. */
  of(task: TaskId): Promise<AttemptRow[]> {
    return readAttempts(this.#database, task);
  }

  /** The attempts at open tasks that workers are to be running, in the order of the tasks. */
  async working(): Promise<Assignment[]> {
    return this.#database
      .selectFrom("replicate")
      .innerJoin("task", "task.id", "replicate.task")
      .select(["replicate.task", "replicate.attempt", "replicate.worker"])
      .where("state", "=", "working")
      .where("task.is_open", "=", true)
      .orderBy("task.place")
      .execute();
  }

  /** Records the status of an attempt. The status that ended it stays. Returns how the attempt ended, if it did so now. */
  async report(
    task: TaskId,
    { attempt, status, cause, exitCode }: Omit<StatusReport, "status"> & { readonly status: ReplicateStatus },
  ): Promise<AttemptOutcome | undefined> {
    const outcome = outcomeOf(status);
    return this.#database.transaction().execute(async (transaction) => {
      const change = exitCode === undefined ? {} : { exit_code: exitCode };
      await transaction
        .updateTable("replicate")
        .set({ status, ...change })
        .where("task", "=", task)
        .where("attempt", "=", attempt)
        .where("status", "not in", ENDED)
        .execute();
      const event = { task, attempt, at: new Date(), status, cause: cause ?? null };
      await transaction.insertInto("replicate_event").values(event).execute();
      if (outcome === undefined) return undefined;
      const { numUpdatedRows } = await transaction
        .updateTable("replicate")
        .set({ state: outcome })
        .where("task", "=", task)
        .where("attempt", "=", attempt)
        .where("state", "=", "working")
        .executeTakeFirst();
      return numUpdatedRows > 0n ? outcome : undefined;
    });
  }

  /** Takes a task from a worker that is running it, or has contributed to it. */
  async withdraw(task: TaskId, worker: Address, { state, cause }: Withdrawal): Promise<void> {
    const status = state === "lost" ? "WORKER_LOST" : "ABORTED";
    await this.#database.transaction().execute(async (transaction) => {
      const rows = await transaction
        .updateTable("replicate")
        .set({ state, status })
        .where("task", "=", task)
        .where("worker", "=", worker)
        .where("state", "in", ["working", "contributed"])
        .returning("attempt")
        .execute();
      const at = new Date();
      for (const { attempt } of rows) {
        await transaction.insertInto("replicate_event").values({ task, attempt, at, status, cause }).execute();
      }
    });
  }

  /**
   * Records how far the download of an attempt's app is, while it lasts. Bytes that were counted before are no progress.
   *
   * @param now - Unix seconds by the chain's clock.
   * @returns Whether there is progress.
   */
  async recordDownload(task: TaskId, { attempt, done }: DownloadReport, now: bigint): Promise<boolean> {
    const { numUpdatedRows } = await this.#database
      .updateTable("replicate")
      .set({ downloaded: done, downloaded_at: now })
      .where("task", "=", task)
      .where("attempt", "=", attempt)
      .where("status", "=", "APP_DOWNLOADING")
      .where((column) => column.or([column("downloaded", "is", null), column("downloaded", "<", done)]))
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  async setLogs(task: TaskId, { attempt, stdout, stderr }: LogsReport): Promise<void> {
    await this.#database
      .updateTable("replicate")
      .set({ stdout, stderr })
      .where("task", "=", task)
      .where("attempt", "=", attempt)
      .execute();
  }

  async setResult(task: TaskId, { attempt, digest, results, callbackData }: ResultReport): Promise<void> {
    await this.#database
      .updateTable("replicate")
      .set({ digest, results, callback_data: callbackData ?? null })
      .where("task", "=", task)
      .where("attempt", "=", attempt)
      .execute();
  }
}

/** How a status that a worker reports ends its attempt, if it does. */
function outcomeOf(status: ReplicateStatus): AttemptOutcome | undefined {
  if (FAILURES.has(status)) return "failed";
  if (REFUSALS.has(status)) return "refused";
  return CONTRIBUTIONS.has(status) ? "contributed" : undefined;
}
