import { expect } from "chai";

import { openDatabase } from "@poco-marketplace/services/database/openDatabase.js";
import { DENIAL_MS, openDenials, TOLERATED_FAILURES } from "@poco-marketplace/services/scheduler/denials.js";
import { SCHEDULER_DATABASE, type PoolDatabase, type PoolTables } from "@poco-marketplace/services/scheduler/tables.js";
import { freshDatabase, type TestDatabase } from "../database/databases.js";
import { addressOf } from "../fixtures/addresses.js";

const PAIR = { app: addressOf(1), requester: addressOf(2) };
const OTHER = { ...PAIR, requester: addressOf(3) };
const OTHER_APP = { ...PAIR, app: addressOf(4) };

describe("Who is denied by a pool", () => {
  let place: TestDatabase;
  let database: PoolDatabase;
  let now = Date.now();

  beforeEach(async () => {
    place = await freshDatabase();
    database = await openDatabase<PoolTables>(place.location, SCHEDULER_DATABASE);
  });

  afterEach(async () => {
    await database.destroy();
    await place.remove();
  });

  const open = () => openDenials(database, () => now);

  it("are an app and a requester of which three tasks in a row failed", async () => {
    const denials = open();
    for (let failures = 1; failures < TOLERATED_FAILURES; failures++)
      expect(await denials.countFailure(PAIR, "3 attempts failed")).to.equal(undefined);
    expect(await denials.countFailure(OTHER, "3 attempts failed")).to.equal(undefined);

    const denial = await denials.countFailure(PAIR, "3 attempts failed");

    expect(denial).to.deep.equal({
      ...PAIR,
      until: new Date(now + DENIAL_MS),
      reason: "3 tasks in a row failed: 3 attempts failed",
    });
    expect(await denials.current()).to.deep.equal([denial]);
    for (const other of [OTHER, OTHER_APP]) expect(await denials.of(other)).to.equal(undefined);
  });

  it("are not those of whom a task was completed in between", async () => {
    const denials = open();
    for (let round = 0; round < 2; round++) {
      for (let failures = 1; failures < TOLERATED_FAILURES; failures++)
        expect(await denials.countFailure(PAIR, "3 attempts failed")).to.equal(undefined);
      await denials.clear(PAIR);
    }
    expect(await denials.countFailure(PAIR, "3 attempts failed")).to.equal(undefined);
    await denials.clear(PAIR);
    for (let failures = 1; failures < TOLERATED_FAILURES; failures++)
      expect(await denials.countFailure(PAIR, "3 attempts failed")).to.equal(undefined);
    expect(await denials.current()).to.deep.equal([]);
  });

  it("are those of whom only others' tasks were completed in between", async () => {
    const denials = open();
    for (let failures = 1; failures < TOLERATED_FAILURES; failures++)
      await denials.countFailure(PAIR, "3 attempts failed");
    for (const other of [OTHER, OTHER_APP]) await denials.clear(other);
    expect(await denials.countFailure(PAIR, "3 attempts failed")).to.include(PAIR);
  });

  it("are denied for a day, after which they begin anew", async () => {
    await open().deny(PAIR, "a boost deal");
    now += DENIAL_MS - 1;
    expect(await open().of(PAIR)).to.include({ reason: "a boost deal" });
    now += 1;
    expect(await open().of(PAIR)).to.equal(undefined);
    expect(await open().remove(PAIR)).to.equal(false);
    expect(await open().countFailure(PAIR, "3 attempts failed")).to.equal(undefined);
  });

  it("begin anew after their day as well where failures made them denied", async () => {
    for (let failures = 0; failures < TOLERATED_FAILURES; failures++)
      await open().countFailure(PAIR, "3 attempts failed");
    now += DENIAL_MS;
    expect(await open().of(PAIR)).to.equal(undefined);
    expect(await open().countFailure(PAIR, "3 attempts failed")).to.equal(undefined);
  });

  it("are listed with those first who are denied longest, and the newest reason of each", async () => {
    await open().deny(OTHER, "a boost deal");
    await open().deny(PAIR, "a boost deal");
    now += 1;
    await open().deny(PAIR, "another boost deal");
    now += 1;
    await open().deny(OTHER_APP, "a boost deal");
    expect(await open().current()).to.deep.equal([
      { ...OTHER_APP, until: new Date(now + DENIAL_MS), reason: "a boost deal" },
      { ...PAIR, until: new Date(now - 1 + DENIAL_MS), reason: "another boost deal" },
      { ...OTHER, until: new Date(now - 2 + DENIAL_MS), reason: "a boost deal" },
    ]);
  });

  it("are let in again when the owner forgives them", async () => {
    await open().deny(PAIR, "a boost deal");
    for (const other of [OTHER, OTHER_APP]) expect(await open().remove(other)).to.equal(false);
    expect(await open().remove(PAIR)).to.equal(true);
    expect(await open().of(PAIR)).to.equal(undefined);
  });

  it("are counted once for what happened", async () => {
    expect(await open().addLoss("0x01", 5n)).to.equal(true);
    expect(await open().addLoss("0x01", 5n)).to.equal(false);
    now += 1_000;
    expect(await open().addLoss("0x02", 7n)).to.equal(true);
    expect(await open().losses()).to.deep.equal({ stake: 12n, until: new Date(now - 1_000 + DENIAL_MS) });
    now += DENIAL_MS - 1_000;
    expect(await open().losses()).to.deep.equal({ stake: 7n, until: new Date(now + 1_000) });
  });

  it("lose the pool nothing where there was no stake, and the day counts from the first that had one", async () => {
    expect(await open().losses()).to.deep.equal({ stake: 0n, until: new Date(now) });
    await open().addLoss("0x01", 0n);
    now += 2_000;
    await open().addLoss("0x02", 5n);
    // The clock of a machine may be set back.
    now -= 1_000;
    await open().addLoss("0x03", 7n);
    expect(await open().losses()).to.deep.equal({ stake: 12n, until: new Date(now + DENIAL_MS) });
  });
});
