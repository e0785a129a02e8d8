import type { CreateTableBuilder, Kysely } from "kysely";

import type { DatabaseDefinition } from "../../database/openDatabase.js";
import { followerMigration, type FollowerTables } from "../../follower/position.js";
import { ENTITIES, ENTITY_NAMES, type EntityName, type Field, type Value } from "../entities.js";

/**
 * The values of an entity from one block until, but not including, another. Versions are never overwritten: so blocks
 * can be reverted, and a query sees all entities as of one block even if newer blocks arrive meanwhile.
 */
export interface Version {
  readonly id: string;
  readonly since: number;
  /** Null for the current version. */
  readonly until: number | null;
  readonly [field: string]: Value | number;
}

/** One table per entity, in addition to those of the follower. */
export type IndexerTables = FollowerTables & Readonly<Record<EntityName, Version>>;

/** The database of an indexer. */
export const INDEXER_DATABASE: DatabaseDefinition = {
  name: "indexer",
  migrations: {
    "000_follower": followerMigration,
    "001_entities": {
      up: async (database: Kysely<unknown>) => {
        for (const name of ENTITY_NAMES) await createTable(database, name);
      },
    },
  },
};

const COLUMN_TYPES = {
  BigInt: "numeric(78, 0)",
  Boolean: "boolean",
  Bytes: "text",
  Enum: "text",
  Ref: "text",
  String: "text",
  Strings: "jsonb",
} as const satisfies Record<Field["type"], string>;

/** Fields by which clients search for entities, besides references. */
const SEARCHED = new Set(["timestamp", "creationTimestamp", "status"]);

async function createTable(database: Kysely<unknown>, name: EntityName): Promise<void> {
  const fields = Object.entries(ENTITIES[name].fields);
  let table: CreateTableBuilder<string, string> = database.schema
    .createTable(name)
    .addColumn("id", "text", (column) => column.notNull())
    .addColumn("since", "int8", (column) => column.notNull())
    .addColumn("until", "int8")
    .addPrimaryKeyConstraint(`${name}_version`, ["id", "since"]);
  for (const [field, { type, isNullable }] of fields) {
    table = table.addColumn(field, COLUMN_TYPES[type], (column) => (isNullable ? column : column.notNull()));
  }
  await table.execute();
  for (const column of ["since", "until", ...searchedOf(fields)]) {
    await database.schema.createIndex(`${name}_${column}`).on(name).column(column).execute();
  }
}

function searchedOf(fields: readonly (readonly [string, Field])[]): string[] {
  return fields.filter(([name, { type }]) => type === "Ref" || SEARCHED.has(name)).map(([name]) => name);
}
