import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import type { Kysely } from "kysely";

import { openDatabase, type DatabaseLocation } from "@poco-marketplace/services/database/openDatabase.js";
import { openDenials, TOLERATED_FAILURES } from "@poco-marketplace/services/scheduler/denials.js";
import { Standings, PROBATION } from "@poco-marketplace/services/scheduler/standings.js";
import { SCHEDULER_DATABASE, type PoolTables } from "@poco-marketplace/services/scheduler/tables.js";
import { freshDatabase, type TestDatabase } from "../database/databases.js";
import { addressOf } from "../fixtures/addresses.js";

const PAIR = { app: addressOf(1), requester: addressOf(2) };
const FAILING = { app: addressOf(1), requester: addressOf(3) };
const WORKER = addressOf(4);
const REASON = "boost deal 0x01";
const UNTIL = new Date(Date.now() + 86_400_000);

/** As they were before it was kept what an incident cost, and when it was. */
type OlderTables = Omit<PoolTables, "incident"> & { incident: { id: string } };

describe("The database of a pool that counted incidents, but not what they cost", () => {
  let place: TestDatabase;
  let folder: string;
  let location: DatabaseLocation;
  let database: Kysely<PoolTables>;

  /** What such a pool left when it stopped, in the tables of its time. */
  before(async () => {
    place = await freshDatabase();
    folder = await mkdtemp(join(tmpdir(), "older-pool-"));
    location = place.location === "memory" ? { folder } : place.location;
    const migrations = Object.fromEntries(
      Object.entries(SCHEDULER_DATABASE.migrations).filter(([name]) => name <= "003"),
    );
    const older = await openDatabase<OlderTables>(location, { ...SCHEDULER_DATABASE, migrations });
    const conduct = [
      { ...PAIR, failures: 0, until: UNTIL, reason: REASON },
      { ...FAILING, failures: TOLERATED_FAILURES - 1, until: null, reason: null },
    ];
    await older.insertInto("conduct").values(conduct).execute();
    await older
      .insertInto("incident")
      .values([{ id: "0x01" }, { id: "0x02" }])
      .execute();
    await older
      .insertInto("standing")
      .values({ identity: "platform", done: PROBATION.tasks, streak: 1, rests_until: null })
      .execute();
    await older.insertInto("member").values({ worker: WORKER, identity: "platform" }).execute();
    await older.destroy();

    // It is opened twice, as when a pool is started again.
    await (await openDatabase<PoolTables>(location, SCHEDULER_DATABASE)).destroy();
    database = await openDatabase<PoolTables>(location, SCHEDULER_DATABASE);
  });

  after(async () => {
    await database.destroy();
    await place.remove();
    await rm(folder, { recursive: true });
  });

  it("keeps who is denied, and how often the others failed", async () => {
    const denials = openDenials(database);
    expect(await denials.current()).to.deep.equal([{ ...PAIR, until: UNTIL, reason: REASON }]);
    expect(await denials.countFailure(FAILING, "no result")).to.deep.include(FAILING);
  });

  it("keeps what counted already, as of the day of the change and without a cost, and counts what comes", async () => {
    const denials = openDenials(database);
    for (const id of ["0x01", "0x02"]) expect(await denials.addLoss(id, 5n)).to.equal(false);
    const kept = await database.selectFrom("incident").selectAll().orderBy("id").execute();
    expect(kept.map(({ id, stake }) => [id, stake])).to.deep.equal([
      ["0x01", 0n],
      ["0x02", 0n],
    ]);
    for (const { at } of kept) expect(Math.abs(at.getTime() - Date.now())).to.be.lessThan(3_600_000);
    expect((await denials.losses()).stake).to.equal(0n);

    expect(await denials.addLoss("0x03", 7n)).to.equal(true);
    expect((await denials.losses()).stake).to.equal(7n);
  });

  it("keeps how its workers did, and who answers for them", async () => {
    const standings = await Standings.open(database, PROBATION);
    expect(standings.of(WORKER)).to.include({ identity: "platform", streak: 1, isNewcomer: false });
  });
});
