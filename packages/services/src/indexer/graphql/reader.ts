import DataLoader from "dataloader";
import { GraphQLError } from "graphql";
import { sql, type Kysely, type SqlBool } from "kysely";

import { isCanceled } from "../../database/openDatabase.js";
import type { EntityName } from "../entities.js";
import type { IndexerTables, Version } from "../history/tables.js";
import { condition, visible, type Where } from "./where.js";

/** The filter, order and page of a list. */
export interface ListQuery {
  readonly where: Where;
  readonly first: number;
  readonly skip: number;
  readonly orderBy: string;
  readonly orderDirection: "asc" | "desc";
}

/** A version of an entity, and the block as of which it was read. */
export interface Found {
  readonly at: number;
  readonly version: Version;
}

/** Reads entities for one query; reads that its parts request at the same time are batched. */
export interface EntityReader {
  one(name: EntityName, id: string, at: number): Promise<Found | null>;
  /** Reads all entities of a name, or those that refer to an entity by a field. */
  many(
    name: EntityName,
    page: ListQuery,
    at: number,
    by?: { readonly field: string; readonly id: string },
  ): Promise<Found[]>;
}

/** The maximum number of entities that one query may read. */
const MOST_ENTITIES = 20_000;

/** Opens an {@link EntityReader}. */
export function openReader(database: Kysely<IndexerTables>): EntityReader {
  const loaders = new Map<string, DataLoader<string, Found | null> | DataLoader<string, Found[]>>();
  let entities = 0;

  function count(versions: readonly Version[]): readonly Version[] {
    entities += versions.length;
    if (entities <= MOST_ENTITIES) return versions;
    throw new GraphQLError(`The query reads more than ${MOST_ENTITIES} entities: ask for fewer at a time with first.`);
  }

  function loaderOf<Loader extends DataLoader<string, Found | null> | DataLoader<string, Found[]>>(
    key: string,
    create: () => Loader,
  ): Loader {
    const loader = loaders.get(key) ?? create();
    loaders.set(key, loader);
    return loader as Loader;
  }

  async function readByIds(name: EntityName, at: number, ids: readonly string[]): Promise<(Found | null)[]> {
    const alias = name as string;
    const rows = await read(
      database
        .selectFrom(name)
        .selectAll()
        .where("id", "in", [...ids])
        .where(visible({ database, at }, alias)),
    );
    const byId = new Map(count(rows).map((version) => [version.id, { at, version }]));
    return ids.map((id) => byId.get(id) ?? null);
  }

  /** Reads the same page for each of the entities that are referred to. */
  async function readByRefs(name: EntityName, page: ListQuery, at: number, field: string, ids: readonly string[]) {
    const direction = sql.raw(page.orderDirection);
    const place = sql<number>`row_number() over (partition by ${sql.ref(`t.${field}`)}
      order by ${sql.ref(`t.${page.orderBy}`)} ${direction}, ${sql.ref("t.id")} ${direction})`;
    const ranked = database
      .selectFrom(`${name} as t` as never)
      .selectAll()
      .select(place.as("place"))
      .where(sql<SqlBool>`${sql.ref(`t.${field}`)} in (${sql.join([...ids])})`)
      .where(visible({ database, at }, "t"))
      .where(condition({ database, at }, name, "t", page.where));
    const rows = await read(
      database
        .selectFrom(ranked.as("ranked"))
        .selectAll()
        .where(sql<SqlBool>`place > ${page.skip} and place <= ${page.skip + page.first}`)
        .orderBy(sql`place`),
    );
    const grouped = Map.groupBy(count(rows), (version) => String(version[field]));
    return ids.map((id) => (grouped.get(id) ?? []).map((version) => ({ at, version })));
  }

  async function readAll(name: EntityName, page: ListQuery, at: number): Promise<Found[]> {
    const direction = sql.raw(page.orderDirection);
    const rows = await read(
      database
        .selectFrom(`${name} as t` as never)
        .selectAll()
        .where(visible({ database, at }, "t"))
        .where(condition({ database, at }, name, "t", page.where))
        .orderBy(sql`${sql.ref(`t.${page.orderBy}`)} ${direction}, ${sql.ref("t.id")} ${direction}`)
        .limit(page.first)
        .offset(page.skip),
    );
    return count(rows).map((version) => ({ at, version }));
  }

  return {
    one(name, id, at) {
      const batch = (ids: readonly string[]) => readByIds(name, at, ids);
      return loaderOf(`one ${name} ${at}`, () => new DataLoader<string, Found | null>(batch)).load(id);
    },
    many(name, page, at, by) {
      if (by === undefined) return readAll(name, page, at);
      const batch = (ids: readonly string[]) => readByRefs(name, page, at, by.field, ids);
      const key = `many ${name} ${by.field} ${at} ${JSON.stringify(page)}`;
      return loaderOf(key, () => new DataLoader<string, Found[]>(batch)).load(by.id);
    },
  };
}

/** Runs a statement. A statement that takes too long is reported as an error of the query. */
async function read<Row>(statement: { execute(): Promise<Row[]> }): Promise<Version[]> {
  try {
    return (await statement.execute()) as unknown as Version[];
  } catch (error) {
    if (!isCanceled(error)) throw error;
    const message = "The query takes the database too long: ask for less at a time, or with a simpler filter.";
    throw new GraphQLError(message, { originalError: error as Error, extensions: { http: { status: 503 } } });
  }
}
