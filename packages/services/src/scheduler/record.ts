import { taskId as taskIdOf, type Address, type DealId, type TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import type { ReplicateState } from "./plan.js";
import { readHistory, readReplicates, type ReplicateRow, type TaskHistory } from "./taskHistory.js";
import type { PoolDatabase, TaskStage } from "./tables.js";
import {
  CONTRIBUTIONS,
  FAILURES,
  REFUSALS,
  type LogsReport,
  type ReplicateStatus,
  type ResultReport,
} from "@poco-marketplace/sdk/wire/scheduler.js";

/** A task that is not over. */
export interface OpenTask {
  readonly id: TaskId;
  readonly deal: DealId;
  readonly index: bigint;
  readonly stage: TaskStage;
}

/** What the scheduler said of an attempt: whatever the worker says later is an event, and changes nothing. */
const ENDED: readonly ReplicateStatus[] = ["COMPLETED", "ABORTED", "WORKER_LOST"];
/** How many deals and tasks are looked at together. */
const PORTION = 64;

/** What the pool has written down. Every change is made once, however often it is asked for. */
export type PoolRecord = ReturnType<typeof openRecord>;

/** The record in a database with the tables of a pool. */
export function openRecord(database: PoolDatabase) {
  return {
    /** Up to which block the chain was read. */
    async cursor(): Promise<number | undefined> {
      const row = await database.selectFrom("cursor").select("block").executeTakeFirst();
      return row?.block;
    },

    async moveCursor(block: number): Promise<void> {
      await database
        .insertInto("cursor")
        .values({ id: 1, block })
        .onConflict((conflict) => conflict.column("id").doUpdateSet({ block }))
        .execute();
    },

    /** Remembers a deal that was made in a block. */
    async noteDeal(id: DealId, block: number): Promise<void> {
      await database
        .insertInto("deal")
        .values({ id, block, opened: 0n, is_open: true })
        .onConflict((conflict) => conflict.column("id").doNothing())
        .execute();
    },

    /** Deals of which not all tasks were taken up, the oldest first. */
    async openDeals(): Promise<{ id: DealId; opened: bigint; block: number }[]> {
      return database
        .selectFrom("deal")
        .select(["id", "opened", "block"])
        .where("is_open", "=", true)
        .orderBy("block")
        .orderBy("id")
        .limit(PORTION)
        .execute();
    },

    /** Takes up the next tasks of a deal; `first` is the index of its first one. */
    async takeUp(
      deal: { id: DealId; opened: bigint },
      { first, size, count }: { first: bigint; size: bigint; count: number },
    ): Promise<OpenTask[]> {
      const left = size - deal.opened;
      const taken = left < BigInt(count) ? left : BigInt(count);
      const tasks = Array.from({ length: Number(taken) }, (_, place): OpenTask => {
        const index = first + deal.opened + BigInt(place);
        return { id: taskIdOf(deal.id, index), deal: deal.id, index, stage: "RECEIVED" };
      });
      await database.transaction().execute(async (transaction) => {
        if (tasks.length > 0) {
          const rows = tasks.map((task) => ({ ...task, is_open: true, sequence: 0 }));
          await transaction
            .insertInto("task")
            .values(rows)
            .onConflict((conflict) => conflict.column("id").doUpdateSet({ is_open: true }))
            .execute();
          const at = new Date();
          const events = tasks.map(({ id, stage }) => ({ task: id, at, stage, cause: null }));
          await transaction.insertInto("task_event").values(events).execute();
        }
        const opened = deal.opened + taken;
        await transaction
          .updateTable("deal")
          .set({ opened, is_open: opened < size })
          .where("id", "=", deal.id)
          .execute();
      });
      return tasks;
    },

    /** Forgets a deal that the chain does not know any more; should it come back, it is a new one. */
    async forgetDeal(id: DealId): Promise<void> {
      await database.transaction().execute(async (transaction) => {
        await transaction.updateTable("task").set({ is_open: false }).where("deal", "=", id).execute();
        await transaction.deleteFrom("deal").where("id", "=", id).execute();
      });
    },

    /** All tasks that are not over, in the order in which they came. */
    async openTasks(): Promise<OpenTask[]> {
      return database
        .selectFrom("task")
        .select(["id", "deal", "index", "stage"])
        .where("is_open", "=", true)
        .orderBy("place")
        .execute();
    },

    /** The tasks that were closed since a moment, the last ones first: as many as a reorg may reach. */
    async closedSince(since: Date): Promise<OpenTask[]> {
      return database
        .selectFrom("task")
        .select(["id", "deal", "index", "stage"])
        .where("is_open", "=", false)
        .where("id", "in", (events) => events.selectFrom("task_event").select("task").where("at", ">=", since))
        .orderBy("place", "desc")
        .limit(PORTION)
        .execute();
    },

    /**
     * Opens a task again whose end is not on the chain any more.
     *
     * @param contributors - Whose contributions still are: what others did counts for nothing.
     */
    async reopen(task: OpenTask, contributors: readonly Address[]): Promise<OpenTask> {
      const stage = "RUNNING";
      const at = new Date();
      const cause = "the block in which it ended was replaced";
      const status = "WORKER_LOST";
      await database.transaction().execute(async (transaction) => {
        await transaction.updateTable("task").set({ is_open: true, stage }).where("id", "=", task.id).execute();
        await transaction.insertInto("task_event").values({ task: task.id, at, stage, cause }).execute();
        const rows = await transaction
          .updateTable("replicate")
          .set({ state: "lost", status })
          .where("task", "=", task.id)
          .where("state", "in", ["working", "contributed"])
          .$if(contributors.length > 0, (query) => query.where("worker", "not in", contributors))
          .returning("attempt")
          .execute();
        for (const { attempt } of rows)
          await transaction
            .insertInto("replicate_event")
            .values({ task: task.id, attempt, at, status, cause })
            .execute();
      });
      return { ...task, stage };
    },

    /** Notes how far a task is, unless that is known. */
    async stage(
      task: TaskId,
      stage: TaskStage,
      { cause, isOver = "no" }: { cause?: string; isOver?: "yes" | "no" } = {},
    ) {
      const { numUpdatedRows } = await database
        .updateTable("task")
        .set({ stage, ...(isOver === "yes" && { is_open: false }) })
        .where("id", "=", task)
        .where("stage", "!=", stage)
        .executeTakeFirst();
      if (numUpdatedRows > 0n) {
        const event = { task, at: new Date(), stage, cause: cause ?? null };
        await database.insertInto("task_event").values(event).execute();
      }
    },

    /** Notes what is to be known of a task that stays where it is. */
    async remark(task: TaskId, stage: TaskStage, cause: string): Promise<void> {
      await database.insertInto("task_event").values({ task, at: new Date(), stage, cause }).execute();
    },

    /** Gives a task to a worker, as its next attempt. */
    async assign(task: TaskId, worker: Address, since: bigint): Promise<number> {
      return database.transaction().execute(async (transaction) => {
        const { last } = await transaction
          .selectFrom("replicate")
          .select((select) => select.fn.max("attempt").as("last"))
          .where("task", "=", task)
          .executeTakeFirstOrThrow();
        const attempt = ((last as number | null) ?? 0) + 1;
        const empty = { exit_code: null, digest: null, results: null, callback_data: null, stdout: null, stderr: null };
        const row = { task, attempt, worker, since, state: "working", status: "CREATED", ...empty } as const;
        await transaction.insertInto("replicate").values(row).execute();
        const event = { task, attempt, at: new Date(), status: "CREATED", cause: null } as const;
        await transaction.insertInto("replicate_event").values(event).execute();
        return attempt;
      });
    },

    /** The attempts at a task, in their order. */
    replicatesOf: (task: TaskId): Promise<ReplicateRow[]> => readReplicates(database, task),

    /** What workers are at, in the order in which they got it. */
    async working(): Promise<{ task: TaskId; attempt: number; worker: Address }[]> {
      return database
        .selectFrom("replicate")
        .innerJoin("task", "task.id", "replicate.task")
        .select(["replicate.task", "replicate.attempt", "replicate.worker"])
        .where("state", "=", "working")
        .where("task.is_open", "=", true)
        .orderBy("task.place")
        .execute();
    },

    /** Notes how far an attempt is. What ended it stays. Returns how it ended, if it did so now. */
    async report(
      { task, attempt }: { task: TaskId; attempt: number },
      {
        status,
        cause,
        exitCode,
      }: { status: ReplicateStatus; cause?: string | undefined; exitCode?: number | undefined },
    ): Promise<"failed" | "contributed" | "refused" | undefined> {
      const ended = stateAfter(status);
      return database.transaction().execute(async (transaction) => {
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
        if (ended === undefined) return undefined;
        const { numUpdatedRows } = await transaction
          .updateTable("replicate")
          .set({ state: ended })
          .where("task", "=", task)
          .where("attempt", "=", attempt)
          .where("state", "=", "working")
          .executeTakeFirst();
        return numUpdatedRows > 0n ? ended : undefined;
      });
    },

    /** Takes a task from a worker that is at it. Returns whether it was. */
    async withdraw(
      { task, worker }: { task: TaskId; worker: Address },
      { state, cause }: { state: Extract<ReplicateState, "lost" | "released">; cause: string },
    ): Promise<boolean> {
      const status = state === "lost" ? "WORKER_LOST" : "ABORTED";
      return database.transaction().execute(async (transaction) => {
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
        return rows.length > 0;
      });
    },

    /** Counts one more authorization for a task, and says how many there are. */
    async nextSequence(task: TaskId): Promise<number> {
      const { sequence } = await database
        .updateTable("task")
        .set((update) => ({ sequence: update("sequence", "+", 1) }))
        .where("id", "=", task)
        .returning("sequence")
        .executeTakeFirstOrThrow();
      return sequence;
    },

    async keepLogs(task: TaskId, { attempt, stdout, stderr }: LogsReport): Promise<void> {
      await database
        .updateTable("replicate")
        .set({ stdout, stderr })
        .where("task", "=", task)
        .where("attempt", "=", attempt)
        .execute();
    },

    async keepResult(task: TaskId, { attempt, digest, results, callbackData }: ResultReport): Promise<void> {
      await database
        .updateTable("replicate")
        .set({ digest, results, callback_data: callbackData ?? null })
        .where("task", "=", task)
        .where("attempt", "=", attempt)
        .execute();
    },

    /** All that was written down about a task; nothing if it is not one of this pool. */
    history: (task: TaskId): Promise<TaskHistory | undefined> => readHistory(database, task),

    /** Closes the database. */
    close: () => database.destroy(),
  };
}

/** What a status of a worker makes of its attempt, if it ends it. */
function stateAfter(status: ReplicateStatus): "failed" | "contributed" | "refused" | undefined {
  if (FAILURES.has(status)) return "failed";
  if (REFUSALS.has(status)) return "refused";
  return CONTRIBUTIONS.has(status) ? "contributed" : undefined;
}
