import { sql, type Kysely, type Generated } from "kysely";

import type { DatabaseDefinition } from "../database/openDatabase.js";
import type { Address, DealId, Hex, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import type { AttemptState } from "./plan.js";
import type { ReplicateStatus } from "@poco-marketplace/sdk/wire/scheduler.js";

/** The stage of a task, in the words that clients of schedulers know. */
export type TaskStage =
  | "RECEIVED"
  | "INITIALIZING"
  | "INITIALIZED"
  | "RUNNING"
  | "CONSENSUS_REACHED"
  | "AT_LEAST_ONE_REVEALED"
  | "RESULT_UPLOADED"
  | "FINALIZING"
  | "COMPLETED"
  | "REOPENING"
  | "CONTRIBUTION_TIMEOUT"
  | "FINAL_DEADLINE_REACHED"
  | "FAILED";

/** What a pool stores beyond what the chain has: its deals, the attempts at their tasks, and what workers reported. */
export interface PoolTables {
  /** How far the chain was read: one row. */
  cursor: { id: number; block: number };
  deal: {
    id: DealId;
    block: number;
    /** How many of its tasks were taken up, in their order. */
    opened: bigint;
    /** Whether all of them were. */
    is_open: boolean;
  };
  task: {
    id: TaskId;
    deal: DealId;
    index: bigint;
    place: Generated<number>;
    is_open: boolean;
    stage: TaskStage;
    /** How many authorizations were signed. */
    sequence: number;
  };
  task_event: { id: Generated<number>; task: TaskId; at: Date; stage: TaskStage; cause: string | null };
  replicate: {
    task: TaskId;
    attempt: number;
    worker: Address;
    state: AttemptState;
    status: ReplicateStatus;
    /** Unix seconds by the chain's clock. */
    since: bigint;
    /** How many bytes of its app the worker has downloaded and unpacked; null before it reported any. */
    downloaded: number | null;
    /** When that became more for the last time, unix seconds by the chain's clock. */
    downloaded_at: bigint | null;
    exit_code: number | null;
    digest: Hex | null;
    results: Hex | null;
    callback_data: Hex | null;
    stdout: string | null;
    stderr: string | null;
  };
  /** Orders that were signed; `fields` as JSON has them. */
  offer: { hash: Hex; id: Generated<number>; fields: string; is_open: boolean; is_published: boolean };
  /** Of an app and a requester: tasks given up since one was completed, and until when their deals are denied. */
  conduct: { app: Address; requester: Address; failures: number; until: Date | null; reason: string | null };
  /** Losses that were counted already: tasks that were given up, boost deals. */
  incident: { id: string; at: Date; /** What it costs the pool, in nRLC. */ stake: bigint };
  /** How an identity did at its tasks: tasks done, failures in a row, and until when there is no more work. */
  standing: { identity: string; done: number; streak: number; rests_until: Date | null };
  /** The identity of a worker, where it is not its account. */
  member: { worker: Address; identity: string };
  replicate_event: {
    id: Generated<number>;
    task: TaskId;
    attempt: number;
    at: Date;
    status: ReplicateStatus;
    cause: string | null;
  };
}

/** The database of a pool. */
export type PoolDatabase = Kysely<PoolTables>;

const UINT256 = sql`numeric(78, 0)`;

export const SCHEDULER_DATABASE: DatabaseDefinition = {
  name: "pool",
  migrations: {
    "001": {
      up: async (database) => {
        const create = (table: string) => database.schema.createTable(table);
        await create("cursor")
          .addColumn("id", "int4", (column) => column.primaryKey())
          .addColumn("block", "int8", (column) => column.notNull())
          .execute();
        await create("deal")
          .addColumn("id", "text", (column) => column.primaryKey())
          .addColumn("block", "int8", (column) => column.notNull())
          .addColumn("opened", UINT256, (column) => column.notNull())
          .addColumn("is_open", "boolean", (column) => column.notNull())
          .execute();
        await create("task")
          .addColumn("id", "text", (column) => column.primaryKey())
          .addColumn("deal", "text", (column) => column.notNull())
          .addColumn("index", UINT256, (column) => column.notNull())
          .addColumn("place", "bigserial")
          .addColumn("is_open", "boolean", (column) => column.notNull())
          .addColumn("stage", "text", (column) => column.notNull())
          .addColumn("sequence", "int4", (column) => column.notNull())
          .execute();
        await create("task_event")
          .addColumn("id", "bigserial", (column) => column.primaryKey())
          .addColumn("task", "text", (column) => column.notNull())
          .addColumn("at", "timestamptz", (column) => column.notNull())
          .addColumn("stage", "text", (column) => column.notNull())
          .addColumn("cause", "text")
          .execute();
        await create("replicate")
          .addColumn("task", "text", (column) => column.notNull())
          .addColumn("attempt", "int4", (column) => column.notNull())
          .addColumn("worker", "text", (column) => column.notNull())
          .addColumn("state", "text", (column) => column.notNull())
          .addColumn("status", "text", (column) => column.notNull())
          .addColumn("since", UINT256, (column) => column.notNull())
          .addColumn("exit_code", "int4")
          .addColumn("digest", "text")
          .addColumn("results", "text")
          .addColumn("callback_data", "text")
          .addColumn("stdout", "text")
          .addColumn("stderr", "text")
          .addPrimaryKeyConstraint("replicate_key", ["task", "attempt"])
          .execute();
        await create("replicate_event")
          .addColumn("id", "bigserial", (column) => column.primaryKey())
          .addColumn("task", "text", (column) => column.notNull())
          .addColumn("attempt", "int4", (column) => column.notNull())
          .addColumn("at", "timestamptz", (column) => column.notNull())
          .addColumn("status", "text", (column) => column.notNull())
          .addColumn("cause", "text")
          .execute();
        const index = (name: string) => database.schema.createIndex(name);
        await index("task_open").on("task").columns(["is_open", "place"]).execute();
        await index("task_event_of").on("task_event").column("task").execute();
        await index("replicate_working").on("replicate").columns(["state", "worker"]).execute();
        await index("replicate_event_of").on("replicate_event").column("task").execute();
      },
    },
    "002": {
      up: async (database) => {
        await database.schema
          .createTable("offer")
          .addColumn("hash", "text", (column) => column.primaryKey())
          .addColumn("id", "bigserial")
          .addColumn("fields", "text", (column) => column.notNull())
          .addColumn("is_open", "boolean", (column) => column.notNull())
          .addColumn("is_published", "boolean", (column) => column.notNull())
          .execute();
        await database.schema
          .createTable("conduct")
          .addColumn("app", "text", (column) => column.notNull())
          .addColumn("requester", "text", (column) => column.notNull())
          .addColumn("failures", "int4", (column) => column.notNull())
          .addColumn("until", "timestamptz")
          .addColumn("reason", "text")
          .addPrimaryKeyConstraint("conduct_key", ["app", "requester"])
          .execute();
        await database.schema
          .createTable("incident")
          .addColumn("id", "text", (column) => column.primaryKey())
          .execute();
      },
    },
    "003": {
      up: async (database: PoolDatabase) => {
        await database.schema
          .createTable("standing")
          .addColumn("identity", "text", (column) => column.primaryKey())
          .addColumn("done", "int4", (column) => column.notNull())
          .addColumn("streak", "int4", (column) => column.notNull())
          .addColumn("rests_until", "timestamptz")
          .execute();
        await database.schema
          .createTable("member")
          .addColumn("worker", "text", (column) => column.primaryKey())
          .addColumn("identity", "text", (column) => column.notNull())
          .execute();
        // Workers that did tasks before these were counted keep their standing.
        await database
          .insertInto("standing")
          .columns(["identity", "done", "streak"])
          .expression((select) =>
            select
              .selectFrom("replicate")
              .where("status", "=", "COMPLETED")
              .groupBy("worker")
              .select(["worker", sql<number>`count(*)::int4`.as("done"), sql<number>`0`.as("streak")]),
          )
          .execute();
      },
    },
    "004": {
      up: async (database) => {
        await database.schema
          .alterTable("incident")
          .addColumn("at", "timestamptz", (column) => column.notNull().defaultTo(sql`now()`))
          .addColumn("stake", UINT256, (column) => column.notNull().defaultTo(0))
          .execute();
        await database.schema.createIndex("incident_at").on("incident").column("at").execute();
      },
    },
    "005": {
      up: async (database) => {
        await database.schema
          .alterTable("replicate")
          .addColumn("downloaded", "int8")
          .addColumn("downloaded_at", UINT256)
          .execute();
      },
    },
  },
};
