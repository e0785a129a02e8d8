import { expect } from "chai";

import { openDatabase } from "../../src/database/openDatabase.js";
import { DENIAL_MS, openDenials, TOLERATED_FAILURES } from "../../src/pool/denials.js";
import { POOL_DATABASE, type PoolDatabase, type PoolTables } from "../../src/pool/tables.js";
import { freshDatabase, type TestDatabase } from "../database/databases.js";
import { addressOf } from "../fixtures/addresses.js";

const PAIR = { app: addressOf(1), requester: addressOf(2) };
const OTHER = { ...PAIR, requester: addressOf(3) };

describe("Who is denied by a pool", () => {
  let place: TestDatabase;
  let database: PoolDatabase;
  let now = Date.now();

  beforeEach(async () => {
    place = await freshDatabase();
    database = await openDatabase<PoolTables>(place.location, POOL_DATABASE);
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
    expect(await denials.of(OTHER)).to.equal(undefined);
  });

  it("are not those of whom a task was completed in between", async () => {
    const denials = open();
    for (let round = 0; round < 2; round++) {
      for (let failures = 1; failures < TOLERATED_FAILURES; failures++)
        expect(await denials.countFailure(PAIR, "3 attempts failed")).to.equal(undefined);
      await denials.clear(PAIR);
    }
    expect(await denials.current()).to.deep.equal([]);
  });

  it("are denied for a day, after which they begin anew", async () => {
    await open().deny(PAIR, "a boost deal");
    now += DENIAL_MS - 1;
    expect(await open().of(PAIR)).to.include({ reason: "a boost deal" });
    now += 1;
    expect(await open().of(PAIR)).to.equal(undefined);
    expect(await open().forgive(PAIR)).to.equal(false);
    expect(await open().countFailure(PAIR, "3 attempts failed")).to.equal(undefined);
  });

  it("are let in again when the owner forgives them", async () => {
    await open().deny(PAIR, "a boost deal");
    expect(await open().forgive(OTHER)).to.equal(false);
    expect(await open().forgive(PAIR)).to.equal(true);
    expect(await open().of(PAIR)).to.equal(undefined);
  });

  it("are counted once for what happened", async () => {
    expect(await open().note("0x01", 5n)).to.equal(true);
    expect(await open().note("0x01", 5n)).to.equal(false);
    now += 1_000;
    expect(await open().note("0x02", 7n)).to.equal(true);
    expect(await open().losses()).to.deep.equal({ stake: 12n, until: new Date(now - 1_000 + DENIAL_MS) });
    now += DENIAL_MS - 1_000;
    expect(await open().losses()).to.deep.equal({ stake: 7n, until: new Date(now + 1_000) });
  });
});
