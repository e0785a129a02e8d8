import type { Kysely, Transaction } from "kysely";

import { ENTITIES, ENTITY_NAMES, type EntityName, type Value, type EntityValues } from "../entities.js";
import type { IndexerTables, Version } from "./tables.js";

/** The entities while a block's logs change them one after the other. */
export interface EntityStore {
  /** Returns an entity, with the changes that this block has made so far. */
  get(name: EntityName, id: string): Promise<EntityValues | undefined>;
  /**
   * Finds the entities that refer to `id` by a field, among those that earlier blocks wrote and those that were read
   * here.
   */
  findByRef(name: EntityName, field: string, id: string): Promise<string[]>;
  /** Writes an entity, or some fields of an existing one. */
  set(name: EntityName, id: string, values: EntityValues): Promise<void>;
  /** Writes everything to the database. */
  flush(): Promise<void>;
}

interface Entry {
  readonly since: number | undefined;
  values: EntityValues | undefined;
  isChanged: boolean;
}

/** Opens the entities as of a block that is being applied. */
export function openEntityStore(transaction: Transaction<IndexerTables>, block: number): EntityStore {
  const entries = new Map<string, { readonly name: EntityName; readonly id: string; readonly entry: Entry }>();

  async function entryOf(name: EntityName, id: string): Promise<Entry> {
    const key = `${name} ${id}`;
    const known = entries.get(key);
    if (known !== undefined) return known.entry;
    const current = transaction.selectFrom(name).selectAll().where("id", "=", id).where("until", "is", null);
    const row = (await current.executeTakeFirst()) as Version | undefined;
    const entry: Entry = { since: row?.since, values: row && valuesOf(name, row), isChanged: false };
    entries.set(key, { name, id, entry });
    return entry;
  }

  return {
    async get(name, id) {
      return (await entryOf(name, id)).values;
    },
    async findByRef(name, field, id) {
      const stored = await transaction
        .selectFrom(name)
        .select("id")
        .where(field, "=", id)
        .where("until", "is", null)
        .execute();
      const here = [...entries.values()].filter((one) => one.name === name && one.entry.values?.[field] === id);
      return [...new Set([...stored.map((row) => row.id), ...here.map((one) => one.id)])];
    },
    async set(name, id, values) {
      const entry = await entryOf(name, id);
      entry.values = { ...entry.values, ...values };
      entry.isChanged = true;
    },
    async flush() {
      for (const { name, id, entry } of entries.values()) {
        if (!entry.isChanged) continue;
        if (entry.since !== undefined) {
          await transaction
            .updateTable(name)
            .set({ until: block })
            .where("id", "=", id)
            .where("since", "=", entry.since)
            .execute();
        }
        await transaction
          .insertInto(name)
          .values(versionOf(name, id, block, entry.values!))
          .execute();
      }
    },
  };
}

/** Reverts everything that was written for blocks after this one. */
export async function rollBackEntities(transaction: Kysely<IndexerTables>, block: number): Promise<void> {
  for (const name of ENTITY_NAMES) {
    await transaction.deleteFrom(name).where("since", ">", block).execute();
    await transaction.updateTable(name).set({ until: null }).where("until", ">", block).execute();
  }
}

function valuesOf(name: EntityName, row: Version): EntityValues {
  return Object.fromEntries(Object.keys(ENTITIES[name].fields).map((field) => [field, row[field] as Value]));
}

function versionOf(name: EntityName, id: string, since: number, values: EntityValues) {
  const columns: Record<string, Value> = {};
  for (const [field, { type }] of Object.entries(ENTITIES[name].fields)) {
    const value = values[field] ?? null;
    columns[field] = type === "Strings" ? JSON.stringify(value) : value;
  }
  return { id, since, until: null, ...columns };
}
