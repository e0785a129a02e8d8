import { taskId as taskIdOf, type Address, type DealId, type TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import type { OpenDeal } from "./dealRecords.js";
import { readHistory, type TaskHistory } from "./taskHistory.js";
import type { PoolDatabase, TaskStage } from "./tables.js";

/** A task that is not over. */
export interface OpenTask {
  readonly id: TaskId;
  readonly deal: DealId;
  readonly index: bigint;
  readonly stage: TaskStage;
}

/** Which tasks of a deal to open. */
export interface TaskRange {
  /** The index of the deal's first task. */
  readonly first: bigint;
  /** How many tasks the deal has. */
  readonly size: bigint;
  /** The most tasks to open now. */
  readonly count: number;
}

/** How many closed tasks are read at once. */
const PAGE = 64;

/** The tasks of a pool in its database. Every change is made once, however often it is asked for. */
export class TaskRecords {
  readonly #database: PoolDatabase;

  constructor(database: PoolDatabase) {
    this.#database = database;
  }

  /** Opens the next tasks of a deal. */
  async openNext(deal: Pick<OpenDeal, "id" | "opened">, { first, size, count }: TaskRange): Promise<OpenTask[]> {
    const left = size - deal.opened;
    const number = left < BigInt(count) ? left : BigInt(count);
    const tasks = Array.from({ length: Number(number) }, (_, place): OpenTask => {
      const index = first + deal.opened + BigInt(place);
      return { id: taskIdOf(deal.id, index), deal: deal.id, index, stage: "RECEIVED" };
    });
    await this.#database.transaction().execute(async (transaction) => {
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
      const opened = deal.opened + number;
      await transaction
        .updateTable("deal")
        .set({ opened, is_open: opened < size })
        .where("id", "=", deal.id)
        .execute();
    });
    return tasks;
  }

  /** All tasks that are not over, in the order in which they were opened. */
  async open(): Promise<OpenTask[]> {
    return this.#database
      .selectFrom("task")
      .select(["id", "deal", "index", "stage"])
      .where("is_open", "=", true)
      .orderBy("place")
      .execute();
  }

  /** The tasks that were closed since a moment, the last ones first: as many as a reorg may reach. */
  async closedSince(since: Date): Promise<OpenTask[]> {
    return this.#database
      .selectFrom("task")
      .select(["id", "deal", "index", "stage"])
      .where("is_open", "=", false)
      .where("id", "in", (events) => events.selectFrom("task_event").select("task").where("at", ">=", since))
      .orderBy("place", "desc")
      .limit(PAGE)
      .execute();
  }

  /**
   * Opens a task again whose end is not on the chain any more.
   *
   * @param contributors - Those whose contributions still are on the chain: the attempts of all others are lost.
   */
  async reopen(task: OpenTask, contributors: readonly Address[]): Promise<OpenTask> {
    const stage = "RUNNING";
    const at = new Date();
    const cause = "the block in which it ended was replaced";
    const status = "WORKER_LOST";
    await this.#database.transaction().execute(async (transaction) => {
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
        await transaction.insertInto("replicate_event").values({ task: task.id, attempt, at, status, cause }).execute();
    });
    return { ...task, stage };
  }

  /** Records the stage of a task, unless it is known. */
  async setStage(task: TaskId, stage: TaskStage): Promise<void> {
    await this.#change(task, { stage });
  }

  /** Records that a task is over. */
  async close(task: TaskId, stage: "COMPLETED" | "FAILED"): Promise<void> {
    await this.#change(task, { stage, is_open: false });
  }

  /** Adds a remark to the history of a task that stays in its stage. */
  async addRemark(task: TaskId, stage: TaskStage, cause: string): Promise<void> {
    await this.#database.insertInto("task_event").values({ task, at: new Date(), stage, cause }).execute();
  }

  /** Counts one more authorization for a task, and returns how many there are. */
  async nextSequence(task: TaskId): Promise<number> {
    const { sequence } = await this.#database
      .updateTable("task")
      .set((update) => ({ sequence: update("sequence", "+", 1) }))
      .where("id", "=", task)
      .returning("sequence")
      .executeTakeFirstOrThrow();
    return sequence;
  }

  /** The history of a task with its attempts; nothing if it is not one of this pool. */
  history(task: TaskId): Promise<TaskHistory | undefined> {
    return readHistory(this.#database, task);
  }

  async #change(task: TaskId, values: { readonly stage: TaskStage; readonly is_open?: false }): Promise<void> {
    const { stage } = values;
    const { numUpdatedRows } = await this.#database
      .updateTable("task")
      .set(values)
      .where("id", "=", task)
      .where("stage", "!=", stage)
      .executeTakeFirst();
    if (numUpdatedRows > 0n)
      await this.#database.insertInto("task_event").values({ task, at: new Date(), stage, cause: null }).execute();
  }
}
