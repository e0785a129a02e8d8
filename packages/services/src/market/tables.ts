import { sql, type Generated, type GeneratedAlways, type JSONColumnType, type Kysely } from "kysely";
import type { Migration } from "kysely/migration";

import type { DatabaseDefinition } from "../database/openDatabase.js";
import { followerMigration, type FollowerTables } from "../follower/position.js";
import type { OrderKind } from "@poco-marketplace/sdk/protocol/order.js";

/**
 * The status of an order: it can be matched; all its tasks are used; its owner closed it on chain; or it cannot be
 * matched now, because its owner lacks the stake, no longer owns the asset, or revoked the signature.
 */
export type OrderStatus = "open" | "filled" | "canceled" | "dead";

/** The tables of the market. Hashes and addresses are in lower case. */
export interface MarketTables extends FollowerTables {
  /** The orders that are published and were not unpublished. */
  published_order: {
    hash: string;
    kind: OrderKind;
    /** In the order of publication. */
    sequence: GeneratedAlways<number>;
    /** The subject of the order: an app, a dataset or a workerpool; null for a request. */
    asset: string | null;
    /** The order's asset, or the one that it is restricted to: zero for any. */
    app: string;
    dataset: string;
    workerpool: string;
    /** The requester of a request, or the account that another order is restricted to: zero for anyone. */
    requester: string;
    beneficiary: string | null;
    /** The asset's owner, or the requester, when the order was published. */
    signer: string;
    /**
     * The order's place in the book, lowest first: its price, or the negated price that a request pays a workerpool.
     */
    rank: number;
    volume: number;
    consumed: number;
    remaining: GeneratedAlways<number>;
    /** The stake that its signer must have free in the hub for each remaining task, in nRLC. */
    stake: bigint;
    /** 256 bits as 0 and 1, the most significant first. */
    tag: string;
    category: number | null;
    trust: number | null;
    /** Whether a dataset order allows bulk use. */
    bulk: boolean;
    /** Whether it is valid only because its owner presigned it on chain. */
    presigned: boolean;
    status: OrderStatus;
  };
  /** The other fields of orders, in a table of their own: short rows make counting fast. */
  order_content: {
    hash: string;
    /** The order with its signature as on the wire, amounts as strings of digits; JSON. */
    fields: JSONColumnType<Record<string, string>>;
    published_at: Generated<Date>;
  };
  /** The hub's records of all deals, including those of orders that were not published here. */
  deal: {
    id: string;
    block: number;
    /** The index of its log in the block. */
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
    /** In unix seconds. */
    started_at: number;
    /** The deal as clients get it, in JSON. */
    details: JSONColumnType<Record<string, unknown>>;
  };
  /** Orders that their owners closed on chain. */
  closure: { order_hash: string; block: number };
  /** Orders that their owners presigned on chain. */
  presignature: { order_hash: string; block: number };
  /** The owners of assets, and the logs from which on they owned them. */
  ownership: { asset: string; block: number; log: number; owner: string };
  /** The free balance of each account in the hub, in nRLC. */
  balance: { account: string; amount: bigint };
  /** The change of that balance by a block, to revert it. */
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

/** Creates one index for each way of searching the book, of open orders only and in the book's order. */
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
 * Adds covering indexes, in the order of the book, for counting many orders and finding the beginning of a page.
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
