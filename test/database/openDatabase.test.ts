import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";
import { sql, type Kysely } from "kysely";

import { DatabaseError } from "@poco-marketplace/services/database/DatabaseError.js";
import { isCanceled, openDatabase, type DatabaseDefinition } from "@poco-marketplace/services/database/openDatabase.js";
import { rejection } from "../fixtures/rejection.js";
import { freshDatabase, type TestDatabase } from "./databases.js";

interface Coins {
  coin: { id: number; amount: bigint; owner: Uint8Array; since: Date; note: unknown };
}

const definition: DatabaseDefinition = {
  name: "purse",
  migrations: {
    "001": {
      up: async (database) => {
        await database.schema
          .createTable("coin")
          .addColumn("id", "int8", (column) => column.primaryKey())
          .addColumn("amount", "numeric(78, 0)", (column) => column.notNull())
          .addColumn("owner", "bytea", (column) => column.notNull())
          .addColumn("since", "timestamptz", (column) => column.notNull())
          .addColumn("note", "jsonb", (column) => column.notNull())
          .execute();
      },
    },
  },
};

const COIN = {
  id: 2 ** 53 - 1,
  amount: 2n ** 256n - 1n,
  owner: Uint8Array.of(0, 255, 1),
  since: new Date("2026-11-21T10:00:00.123Z"),
  note: { words: ["a", "b"] },
};

describe("openDatabase", () => {
  let place: TestDatabase;
  let database: Kysely<Coins> | undefined;

  beforeEach(async () => {
    place = await freshDatabase();
  });

  afterEach(async () => {
    await database?.destroy();
    database = undefined;
    await place.remove();
  });

  it("keeps the widest numbers, bytes, moments and JSON as they are", async () => {
    database = await openDatabase<Coins>(place.location, definition);
    await database
      .insertInto("coin")
      .values({ ...COIN, note: JSON.stringify(COIN.note) })
      .execute();

    const coin = await database.selectFrom("coin").selectAll().executeTakeFirstOrThrow();

    expect({ ...coin, owner: Uint8Array.from(coin.owner) }).to.deep.equal(COIN);
  });

  it("has a PostgreSQL server cancel what takes it too long, and go on", async function () {
    // Inside this process nothing can be canceled.
    if (place.location === "memory" || !("url" in place.location)) return this.skip();
    database = await openDatabase<Coins>(place.location, definition, { statementTimeout: 2_000 });
    const error = await rejection(sql`select pg_sleep(600)`.execute(database), Error);
    expect(isCanceled(error)).to.equal(true);
    expect(isCanceled(new Error("Something else."))).to.equal(false);
    expect(await database.selectFrom("coin").selectAll().execute()).to.deep.equal([]);
  });

  it("gives a migration all the time that it takes", async function () {
    if (place.location === "memory" || !("url" in place.location)) return this.skip();
    const slow: DatabaseDefinition = {
      name: "slow",
      migrations: { "001": { up: async (db) => void (await sql`select pg_sleep(2.2)`.execute(db)) } },
    };
    database = await openDatabase<Coins>(place.location, slow, { statementTimeout: 2_000 });
    expect((await sql`select 1 as one`.execute(database)).rows).to.deep.equal([{ one: 1 }]);
  });

  it("opens again what a folder has, and migrates it once", async () => {
    const folder = await mkdtemp(join(tmpdir(), "poco-"));
    const location = { folder };
    const first = await openDatabase<Coins>(location, definition);
    await first
      .insertInto("coin")
      .values({ ...COIN, note: "1" })
      .execute();
    await first.destroy();

    database = await openDatabase<Coins>(location, definition);

    expect(await database.selectFrom("coin").select("id").execute()).to.deep.equal([{ id: COIN.id }]);
    await database.destroy();
    database = undefined;
    await rm(folder, { recursive: true });
  });

  it("begins again where it was killed while it made a folder", async () => {
    const parent = await mkdtemp(join(tmpdir(), "poco-"));
    const folder = join(parent, "coins");
    await mkdir(`${folder}.draft`);
    await writeFile(`${folder}.draft/PG_VERSION`, "half of it");

    database = await openDatabase<Coins>({ folder }, definition);

    expect(await database.selectFrom("coin").selectAll().execute()).to.deep.equal([]);
    expect(await readdir(parent)).to.deep.equal(["coins"]);
    await database.destroy();
    database = undefined;
    await rm(parent, { recursive: true });
  });

  it("leaves a folder alone that holds something else", async () => {
    const folder = await mkdtemp(join(tmpdir(), "poco-"));
    await writeFile(join(folder, "thesis.txt"), "years of work");

    const error = await openDatabase<Coins>({ folder }, definition).catch((reason: unknown) => reason);

    expect(error).to.be.instanceOf(DatabaseError);
    expect((error as Error).message).to.contain(`${folder} holds files, but no database`);
    expect(await readdir(folder)).to.deep.equal(["thesis.txt"]);
    await rm(folder, { recursive: true });
  });

  it("says which folder holds a database that is broken, and leaves it alone", async () => {
    const folder = await mkdtemp(join(tmpdir(), "poco-"));
    await writeFile(join(folder, "PG_VERSION"), "not of this world");

    const error = await openDatabase<Coins>({ folder }, definition).catch((reason: unknown) => reason);

    expect(error).to.be.instanceOf(DatabaseError);
    expect((error as Error).message).to.match(/^The database in \/.*poco-.* could not be opened: ./);
    expect(await readFile(join(folder, "PG_VERSION"), "utf8")).to.equal("not of this world");
    await rm(folder, { recursive: true });
  });

  it("says which tables could not be migrated and why", async () => {
    const migrations = { "001": { up: () => Promise.reject(new Error("no such column")) } };

    const opening = openDatabase(place.location, { name: "purse", migrations });

    const error = await opening.catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(DatabaseError);
    expect((error as Error).message).to.match(/^The tables of purse in .* could not be .*: no such column$/);
  });

  it("refuses a number that JavaScript would round", async () => {
    database = await openDatabase<Coins>(place.location, definition);
    const insert = database.insertInto("coin");
    await insert.values({ ...COIN, id: (2n ** 53n) as unknown as number, note: "1" }).execute();

    const error = await database
      .selectFrom("coin")
      .select("id")
      .execute()
      .catch((reason: unknown) => reason);

    expect((error as Error).message).to.contain("9007199254740992 is too large for a number");
  });

  it("refuses a name that is not a plain word", async () => {
    const error = await openDatabase(place.location, { name: "a; drop", migrations: {} }).catch(
      (reason: unknown) => reason,
    );

    expect((error as Error).message).to.contain('"a; drop" is not a name for a schema');
  });

  // One in the process has no connection that could break.
  if (process.env["DATABASE_URL"] !== undefined) {
    it("fails a transaction whose connection breaks, and nothing else", async () => {
      database = await openDatabase<Coins>(place.location, definition);
      const broken = database.transaction().execute(async (transaction) => {
        const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(transaction);
        await sql`select pg_terminate_backend(${rows[0]!.pid})`.execute(database!);
        // The connection ends while nothing is asked of it.
        await sleep(100);
        await transaction.selectFrom("coin").selectAll().execute();
      });
      expect(await broken.catch((reason: unknown) => reason)).to.be.instanceOf(Error);
      expect(await database.selectFrom("coin").selectAll().execute()).to.deep.equal([]);
    });
  }
});
