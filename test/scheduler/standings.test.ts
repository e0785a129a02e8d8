import { expect } from "chai";
import { sql } from "kysely";

import { openDatabase } from "@poco-marketplace/services/database/openDatabase.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { Standings } from "@poco-marketplace/services/scheduler/standings.js";
import { SCHEDULER_DATABASE, type PoolDatabase, type PoolTables } from "@poco-marketplace/services/scheduler/tables.js";
import { freshDatabase, type TestDatabase } from "../database/databases.js";
import { addressOf } from "../fixtures/addresses.js";

const [ANNE, BERT] = [1, 2].map(addressOf) as [Address, Address];
const PROBATION = { tasks: 2, restMs: 1_000, maxRestMs: 5_000 };

describe("What a pool holds of its workers", () => {
  let place: TestDatabase;
  let database: PoolDatabase;
  let time = 1_000_000;
  const open = (onRested?: () => void) => Standings.open(database, PROBATION, onRested, () => time);

  beforeEach(async () => {
    place = await freshDatabase();
    database = await openDatabase<PoolTables>(place.location, SCHEDULER_DATABASE);
  });
  afterEach(async () => {
    await database.destroy();
    await place.remove();
  });

  it("is that they are newcomers, until they have done enough", async () => {
    const standings = await open();
    expect(standings.of(ANNE)).to.deep.equal({
      identity: ANNE,
      streak: 0,
      isNewcomer: true,
      isFailing: false,
      isResting: false,
    });
    for (let tasks = 0; tasks < 2; tasks++) await standings.succeeded(ANNE);
    expect(standings.of(ANNE).isNewcomer).to.equal(false);
    expect(standings.of(BERT).isNewcomer).to.equal(true);
  });

  it("is that whoever did enough is no newcomer after a failure, whoever's fault it was", async () => {
    const standings = await open();
    for (let tasks = 0; tasks < 2; tasks++) await standings.succeeded(ANNE);
    await standings.failed(ANNE);
    expect(standings.of(ANNE)).to.include({ isNewcomer: false, streak: 1 });
    await standings.excuse([ANNE]);
    expect(standings.of(ANNE)).to.include({ isNewcomer: false, streak: 0 });
    expect((await open()).of(ANNE)).to.include({ isNewcomer: false, streak: 0 });
  });

  it("is that they fail whatever they try after three failures in a row, and not after two", async () => {
    const standings = await open();
    const failing: boolean[] = [];
    for (let failures = 0; failures < 3; failures++) {
      await standings.failed(ANNE);
      failing.push(standings.of(ANNE).isFailing);
    }
    expect(failing).to.deep.equal([false, false, true]);
    expect(standings.of(BERT)).to.include({ streak: 0, isResting: false });
  });

  it("is that they rest no longer when they bring a task to its end", async () => {
    const standings = await open();
    await standings.failed(ANNE);
    expect(standings.of(ANNE).isResting).to.equal(true);
    await standings.succeeded(ANNE);
    expect(standings.of(ANNE)).to.include({ streak: 0, isResting: false });
  });

  it("is told to whoever waits for workers when one has rested, and when one is excused", async () => {
    const probation = { tasks: 2, restMs: 1, maxRestMs: 1 };
    const rested = Promise.withResolvers<void>();
    const resting = await Standings.open(database, probation, rested.resolve);
    await resting.failed(ANNE);
    await rested.promise;
    expect(resting.of(ANNE).isResting).to.equal(false);

    let told = 0;
    const standings = await open(() => told++);
    await standings.excuse([BERT]);
    expect(told).to.equal(1);
    expect(standings.of(BERT)).to.include({ streak: 0, isResting: false });
  });

  it("is that they rest after a failure, twice as long after the next, and no longer than the most", async () => {
    const standings = await open();
    const rests: number[] = [];
    for (let failures = 0; failures < 5; failures++) {
      await standings.failed(ANNE);
      const since = time;
      while (standings.of(ANNE).isResting) time += 100;
      rests.push(time - since);
    }
    expect(rests).to.deep.equal([1_000, 2_000, 4_000, 5_000, 5_000]);
    expect(standings.of(ANNE)).to.include({ streak: 5, isFailing: true });
    await standings.succeeded(ANNE);
    expect(standings.of(ANNE)).to.include({ streak: 0, isFailing: false, isResting: false });
  });

  it("is the same after a restart, and under every name of who answers for them", async () => {
    const before = await open();
    await before.bind(ANNE, "platform");
    await before.bind(BERT, "platform");
    for (let failures = 0; failures < 3; failures++) await before.failed(failures === 1 ? BERT : ANNE);

    const after = await open();

    for (const worker of [ANNE, BERT])
      expect(after.of(worker)).to.include({ identity: "platform", streak: 3, isFailing: true, isResting: true });
  });

  it("is held of who answers for them now, after a restart too", async () => {
    const before = await open();
    await before.bind(ANNE, "platform");
    await before.failed(ANNE);
    await before.bind(ANNE, "another platform");

    for (const standings of [before, await open()])
      expect(standings.of(ANNE)).to.include({ identity: "another platform", streak: 0, isResting: false });

    await before.bind(ANNE, ANNE);
    for (const standings of [before, await open()]) expect(standings.of(ANNE).identity).to.equal(ANNE);
  });

  it("takes back a failure that was the task's fault, once for everybody who answers", async () => {
    const standings = await open();
    await standings.bind(ANNE, "platform");
    await standings.bind(BERT, "platform");
    for (let failures = 0; failures < 2; failures++) await standings.failed(ANNE);
    await standings.excuse([ANNE, BERT]);
    expect(standings.of(BERT)).to.include({ streak: 1, isResting: false });
  });

  it("counts what was done before it was counted", async () => {
    const row = { state: "contributed", status: "COMPLETED", since: 0n } as const;
    const empty = { exit_code: null, digest: null, results: null, callback_data: null, stdout: null, stderr: null };
    const rows = [1, 2].map((n) => ({ ...row, ...empty, worker: ANNE, attempt: 1, task: `0x${n}` as const }));
    await database.insertInto("replicate").values(rows).execute();
    await sql`drop table pool.standing`.execute(database);
    await sql`drop table pool.member`.execute(database);

    await SCHEDULER_DATABASE.migrations["003"]!.up(database);

    const standings = await open();
    expect(standings.of(ANNE).isNewcomer).to.equal(false);
    expect(standings.of(BERT).isNewcomer).to.equal(true);
  });
});
