import { types, type PGlite } from "@electric-sql/pglite";
import { Kysely, PGliteDialect, PostgresDialect, sql, type Dialect } from "kysely";
import { Migrator, type Migration } from "kysely/migration";
import { Pool, TypeOverrides } from "pg";

import { openInFolder, openInMemory } from "./cluster.js";
import { DatabaseError } from "./DatabaseError.js";

/**
 * Where a service keeps its tables: in a folder, with PostgreSQL inside this process (PGlite), which only one process
 * may open at a time; in a PostgreSQL server, by its `postgres://` URL; or in memory, until the process ends.
 */
export type DatabaseLocation = { readonly folder: string } | { readonly url: string } | "memory";

/** The database of a service: the name of its schema, and the migrations that make its tables. */
export interface DatabaseDefinition {
  /** One word in lower case. Services that share a database have a schema each. */
  readonly name: string;
  /** By name, in alphabetical order the order in which they run. They are given the service's
   * schema, so table names need none. Never change one that was released: add another. */
  readonly migrations: Readonly<Record<string, Migration>>;
}

/** How long one statement may take in a PostgreSQL server before it is canceled, in milliseconds. */
const STATEMENT_TIMEOUT = 20_000;

/** How values of the database are read, the same for PGlite and servers: numeric as bigint, int8 as a number. */
const PARSERS: Readonly<Record<number, (text: string) => unknown>> = {
  [types.NUMERIC]: wholeNumber,
  [types.INT8]: safeNumber,
};

/**
 * Opens a database with all tables as the newest migration leaves them.
 *
 * Columns of type `numeric` are bigint and must hold whole numbers, `int8` numbers up to 2^53, `bytea` Uint8Array,
 * `timestamptz` Date, on both kinds of database. Close it with `destroy()`.
 *
 * A PostgreSQL server cancels statements that take longer than `statementTimeout` milliseconds, 20,000 by default; see
 * {@link isCanceled}. Inside this process nothing can: a supervisor has to end a process that stays blocked.
 *
 * @throws {@link DatabaseError} if it cannot be reached, or a migration fails; the tables are then as before
 */
export async function openDatabase<Tables>(
  location: DatabaseLocation,
  { name, migrations }: DatabaseDefinition,
  { statementTimeout = STATEMENT_TIMEOUT }: { readonly statementTimeout?: number } = {},
): Promise<Kysely<Tables>> {
  if (!/^[a-z][a-z_]*$/.test(name))
    throw new DatabaseError(`"${name}" is not a name for a schema: use a word like market.`);
  const dialect = await dialectOf(location, statementTimeout).catch((cause: unknown) => {
    if (cause instanceof DatabaseError) throw cause;
    throw new DatabaseError(`The database in ${describe(location)} could not be opened: ${reasonOf(cause)}`, { cause });
  });
  const whole = new Kysely<Tables>({ dialect });
  const database = whole.withSchema(name);
  const migrator = new Migrator({
    db: database,
    provider: { getMigrations: () => Promise.resolve(mapValues(migrations, withoutTimeout)) },
    migrationTableSchema: name,
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) {
    await whole.destroy();
    throw new DatabaseError(
      `The tables of ${name} in ${describe(location)} could not be brought up to date: ${reasonOf(error)}`,
      { cause: error },
    );
  }
  return database;
}

/**
 * What every connection begins with; should it fail, the query after it does too. Indexes are in memory or on flash,
 * where to look something up costs little more than to read on: the default is that of disks.
 */
const PLANNING = "set random_page_cost = 1.1";

async function dialectOf(location: DatabaseLocation, statementTimeout: number): Promise<Dialect> {
  if (location === "memory") return embedded(await openInMemory({ parsers: PARSERS }));
  if ("folder" in location) return embedded(await openInFolder(location.folder, { parsers: PARSERS }));
  const overrides = new TypeOverrides();
  for (const [oid, parser] of Object.entries(PARSERS)) overrides.setTypeParser(Number(oid), parser);
  const pool = new Pool({
    connectionString: location.url,
    max: 10,
    types: overrides,
    statement_timeout: statementTimeout,
  });
  // An idle connection that breaks is replaced with the next query; that query says so if it can't be.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => void Promise.allSettled([client.query(PLANNING)]));
  // Nor must one that breaks in the middle of a transaction end the process: whatever is asked of it fails.
  pool.on("connect", (client) => client.on("error", () => undefined));
  return new PostgresDialect({ pool });
}

function embedded(pglite: PGlite): Dialect {
  void Promise.allSettled([pglite.exec(PLANNING)]);
  return new PGliteDialect({ pglite });
}

/** Whether a statement was canceled because it took too long. */
export function isCanceled(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === QUERY_CANCELED;
}

const QUERY_CANCELED = "57014";

/** A migration may take as long as it needs. */
function withoutTimeout(migration: Migration): Migration {
  return {
    ...migration,
    async up(database) {
      await sql`set local statement_timeout = 0`.execute(database);
      await migration.up(database);
    },
  };
}

function mapValues<Value>(
  record: Readonly<Record<string, Value>>,
  map: (value: Value) => Value,
): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : JSON.stringify(error);
}

/** Without the password of a URL. */
function describe(location: DatabaseLocation): string {
  if (location === "memory") return "memory";
  if ("folder" in location) return location.folder;
  const { host, pathname } = new URL(location.url);
  return `postgres://${host}${pathname}`;
}

function wholeNumber(text: string): bigint {
  return BigInt(text);
}

function safeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw new DatabaseError(`${text} is too large for a number: make the column numeric.`);
  return value;
}
