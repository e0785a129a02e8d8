import { sql, type Generated, type GeneratedAlways, type JSONColumnType, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";

import type { DatabaseDefinition } from "../database/openDatabase.js";
import { followerMigration, type FollowerTables } from "../follower/position.js";
import type { OrderKind } from "@poco-marketplace/sdk/protocol/order.js";

/**
 * What may become of an order: it can be matched; nothing is left of it; its owner closed it on chain; or it cannot be
 * matched as things stand, since its owner lacks the stake, no longer owns the asset, or its signature was taken back.
 */
export type OrderStatus = "open" | "filled" | "canceled" | "dead";

/** What the market keeps. Hashes and addresses are in lower case. */
export interface MarketTables extends FollowerTables {
  /** An order that somebody published and did not take back. */
  published_order: {
    hash: string;
    kind: OrderKind;
    /** In the order of publication. */
    sequence: GeneratedAlways<number>;
    /** What the order is about: an app, a dataset or a workerpool; none of a request. */
    asset: string | null;
    /** The order's asset, or what it is restricted to: zero for any. */
    app: string;
    dataset: string;
    workerpool: string;
    /** Who asks, in a request; whom the order is restricted to, in others: zero for anyone. */
    requester: string;
    beneficiary: string | null;
    /** The asset's owner, or the requester, when the order was published. */
    signer: string;
    /** Where the order stands in the book, lowest first: its price, or what a request pays a workerpool, negated. */
    rank: number;
    volume: number;
    consumed: number;
    remaining: GeneratedAlways<number>;
    /** What its signer must have free in the hub for each task that is left, in nRLC. */
    stake: bigint;
    /** 256 bits as 0 and 1, the most significant first. */
    tag: string;
    category: number | null;
    trust: number | null;
    /** Whether it lets a dataset be used in bulk. */
    bulk: boolean;
    /** Whether it counts as signed only because its owner said so on chain. */
    presigned: boolean;
    status: OrderStatus;
  };
  /** The rest of it, apart: counting goes over many orders, and is as fast as their rows are short. */
  order_content: {
    hash: string;
    /** The order with its signature as on the wire, amounts as strings of digits; JSON. */
    fields: JSONColumnType<Record<string, string>>;
    published_at: Generated<Date>;
  };
  /** What the hub recorded of deals; of all, whoever published their orders. */
  deal: {
    id: string;
    block: number;
    /** Its place among the logs of the block. */
    log: number;
    app: string;
    dataset: string;
    workerpool: string;
    requester: string;
    app_owner: string;
    dataset_owner: string;
    workerpool_owner: string;
    app_hash: string;
    dataset_hash: string;
    workerpool_hash: string;
    request_hash: string;
    volume: bigint;
    category: bigint;
    /** Price of a task, in nRLC. */
    workerpool_price: bigint;
    /** Unix seconds. */
    started_at: number;
    /** What is answered about it, JSON. */
    details: JSONColumnType<Record<string, unknown>>;
  };
  /** Orders that their owners closed on chain. */
  closure: { order_hash: string; block: number };
  /** Orders that their owners presigned on chain. */
  presignature: { order_hash: string; block: number };
  /** Who owned an asset from when on. */
  ownership: { asset: string; block: number; log: number; owner: string };
  /** What everybody has free in the hub, in nRLC. */
  balance: { account: string; amount: bigint };
  /** How much a block changed that, to take it back. */
  movement: { block: number; account: string; amount: bigint };
}

const NAME = "market";

const initial: Migration = {
  up: async (database: Kysely<unknown>) => {
    const { schema } = database;
    await schema
      .createTable("published_order")
      .addColumn("sequence", "int8", (column) => column.notNull().generatedAlwaysAsIdentity())
      .addColumn("rank", "int8", (column) => column.notNull())
      .addColumn("volume", "int8", (column) => column.notNull())
      .addColumn("consumed", "int8", (column) => column.notNull())
      .addColumn("remaining", "int8", (column) => column.generatedAlwaysAs(sql`volume - consumed`).stored())
      .addColumn("bulk", "boolean", (column) => column.notNull())
      .addColumn("presigned", "boolean", (column) => column.notNull())
      .addColumn("kind", "text", (column) => column.notNull())
      .addColumn("status", "text", (column) => column.notNull())
      .addColumn("app", "text", (column) => column.notNull())
      .addColumn("dataset", "text", (column) => column.notNull())
      .addColumn("workerpool", "text", (column) => column.notNull())
      .addColumn("requester", "text", (column) => column.notNull())
      .addColumn("tag", sql`bit(256)`, (column) => column.notNull())
      .addColumn("category", "int8")
      .addColumn("trust", "int8")
      .addColumn("signer", "text", (column) => column.notNull())
      .addColumn("beneficiary", "text")
      .addColumn("asset", "text")
      .addColumn("stake", "numeric(78, 0)", (column) => column.notNull())
      .addColumn("hash", "text", (column) => column.primaryKey())
      .execute();
    await schema
      .createTable("order_content")
      .addColumn("hash", "text", (column) => column.primaryKey())
      .addColumn("fields", "json", (column) => column.notNull())
      .addColumn("published_at", "timestamptz", (column) => column.notNull().defaultTo(sql`now()`))
      .execute();
    await indexOrders(database);

    await schema
      .createTable("deal")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("block", "int8", (column) => column.notNull())
      .addColumn("log", "int8", (column) => column.notNull())
      .addColumn("app", "text", (column) => column.notNull())
      .addColumn("dataset", "text", (column) => column.notNull())
      .addColumn("workerpool", "text", (column) => column.notNull())
      .addColumn("requester", "text", (column) => column.notNull())
      .addColumn("app_owner", "text", (column) => column.notNull())
      .addColumn("dataset_owner", "text", (column) => column.notNull())
      .addColumn("workerpool_owner", "text", (column) => column.notNull())
      .addColumn("app_hash", "text", (column) => column.notNull())
      .addColumn("dataset_hash", "text", (column) => column.notNull())
      .addColumn("workerpool_hash", "text", (column) => column.notNull())
      .addColumn("request_hash", "text", (column) => column.notNull())
      .addColumn("volume", "numeric(78, 0)", (column) => column.notNull())
      .addColumn("category", "numeric(78, 0)", (column) => column.notNull())
      .addColumn("workerpool_price", "numeric(78, 0)", (column) => column.notNull())
      .addColumn("started_at", "int8", (column) => column.notNull())
      .addColumn("details", "json", (column) => column.notNull())
      .execute();
    const places = ["app", "dataset", "workerpool", "requester"];
    const hashes = ["app_hash", "dataset_hash", "workerpool_hash", "request_hash"];
    for (const column of [...places, ...hashes]) await indexDeals(database, [column, "block", "log"]);
    await indexDeals(database, ["block", "log"]);
    await indexDeals(database, ["category", "started_at"]);

    for (const table of ["closure", "presignature"]) {
      await schema
        .createTable(table)
        .addColumn("order_hash", "text", (column) => column.primaryKey())
        .addColumn("block", "int8", (column) => column.notNull())
        .execute();
    }
    await schema
      .createTable("ownership")
      .addColumn("asset", "text", (column) => column.notNull())
      .addColumn("block", "int8", (column) => column.notNull())
      .addColumn("log", "int8", (column) => column.notNull())
      .addColumn("owner", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("ownership_key", ["asset", "block", "log"])
      .execute();
    await schema
      .createTable("balance")
      .addColumn("account", "text", (column) => column.primaryKey())
      .addColumn("amount", "numeric(78, 0)", (column) => column.notNull())
      .execute();
    await schema
      .createTable("movement")
      .addColumn("block", "int8", (column) => column.notNull())
      .addColumn("account", "text", (column) => column.notNull())
      .addColumn("amount", "numeric(78, 0)", (column) => column.notNull())
      .addPrimaryKeyConstraint("movement_key", ["block", "account"])
      .execute();
  },
};

/** One index for each way into the book, of open orders only and in its order. */
async function indexOrders(database: Kysely<unknown>): Promise<void> {
  for (const column of [undefined, "app", "dataset", "workerpool", "requester", "signer", "category"]) {
    const columns = column === undefined ? ["kind"] : ["kind", column];
    await database.schema
      .createIndex(`open_order_by_${column ?? "rank"}`)
      .on("published_order")
      .columns([...columns, "rank", "sequence"])
      .where(sql.ref("status"), "=", sql.lit("open"))
      .execute();
  }
  for (const column of ["signer", "asset"]) {
    await database.schema.createIndex(`order_by_${column}`).on("published_order").columns([column]).execute();
  }
}

/**
 * For questions about many orders: to count them, or to find where a page begins, an index is enough that holds all that
 * is asked about, in the order of the book.
 */
const covering: Migration = {
  up: async (database: Kysely<unknown>) => {
    const table = sql.table(`${NAME}.published_order`);
    await database.schema.dropIndex("open_order_by_rank").execute();
    await sql`create index open_order_by_rank on ${table} (kind, rank, sequence)
      include (app, dataset, workerpool, requester, category, trust, tag) where status = 'open'`.execute(database);
    await sql`create index open_bulk_order on ${table} (kind, workerpool, rank, sequence)
      where status = 'open' and bulk`.execute(database);
  },
};

async function indexDeals(database: Kysely<unknown>, columns: string[]): Promise<void> {
  await database.schema
    .createIndex(`deal_by_${columns.join("_")}`)
    .on("deal")
    .columns(columns)
    .execute();
}

/** The market's tables. */
export const MARKET_DATABASE: DatabaseDefinition = {
  name: NAME,
  migrations: { "001-follower": followerMigration, "002-market": initial, "003-covering": covering },
};
