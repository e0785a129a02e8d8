import type { DealId, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import type { PoolDatabase, PoolTables, TaskStage } from "./tables.js";
import type { ReplicateStatus } from "@poco-marketplace/sdk/wire/scheduler.js";

/** A worker's attempt, as the database has it. */
export type AttemptRow = PoolTables["replicate"];

/** The history of a task with its attempts. */
export interface TaskHistory {
  readonly stage: TaskStage;
  readonly deal: DealId;
  readonly events: readonly { readonly at: Date; readonly stage: TaskStage; readonly cause: string | null }[];
  readonly replicates: readonly (AttemptRow & {
    readonly events: readonly { readonly at: Date; readonly status: ReplicateStatus; readonly cause: string | null }[];
  })[];
}

/** The attempts at a task, in their order. */
export async function readAttempts(database: PoolDatabase, task: TaskId): Promise<AttemptRow[]> {
  return database.selectFrom("replicate").selectAll().where("task", "=", task).orderBy("attempt").execute();
}

/** Reads the history of a task; nothing if it is not one of this pool. */
export async function readHistory(database: PoolDatabase, task: TaskId): Promise<TaskHistory | undefined> {
  const found = await database.selectFrom("task").select(["stage", "deal"]).where("id", "=", task).executeTakeFirst();
  if (found === undefined) return undefined;
  const events = await database
    .selectFrom("task_event")
    .select(["at", "stage", "cause"])
    .where("task", "=", task)
    .orderBy("id")
    .execute();
  const replicates = await readAttempts(database, task);
  const changes = await database
    .selectFrom("replicate_event")
    .select(["attempt", "at", "status", "cause"])
    .where("task", "=", task)
    .orderBy("id")
    .execute();
  const withEvents = replicates.map((row) => ({
    ...row,
    events: changes.filter(({ attempt }) => attempt === row.attempt),
  }));
  return { ...found, events, replicates: withEvents };
}
