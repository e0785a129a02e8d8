import { expect } from "chai";
import { ZeroAddress } from "ethers";

import type { DealId } from "@poco-marketplace/sdk/index.js";
import { openDatabase } from "@poco-marketplace/services/database/openDatabase.js";
import { SILENT } from "@poco-marketplace/services/log.js";
import type { EngineOptions } from "@poco-marketplace/services/scheduler/engineContext.js";
import { OpenTasks } from "@poco-marketplace/services/scheduler/openTasks.js";
import { PoolDeals } from "@poco-marketplace/services/scheduler/poolDeals.js";
import { openRecords } from "@poco-marketplace/services/scheduler/records.js";
import { SCHEDULER_DATABASE, type PoolTables } from "@poco-marketplace/services/scheduler/tables.js";
import { freshDatabase } from "../database/databases.js";
import { rejection } from "../fixtures/rejection.js";

const POOL = `0x${"11".repeat(20)}`;
const OWNER = `0x${"22".repeat(20)}`;
const asset = { pointer: POOL, owner: OWNER, price: 0n };
const DEAL = {
  app: asset,
  dataset: { pointer: ZeroAddress, owner: ZeroAddress, price: 0n },
  workerpool: asset,
  tag: `0x${"00".repeat(32)}`,
  botFirst: 0n,
  botSize: 2n,
  startTime: 1_000n,
  category: 0n,
};

describe("The deals of a pool", () => {
  it("have their tasks opened after the chain did not answer, also if nothing else happens", async () => {
    const place = await freshDatabase();
    const database = await openDatabase<PoolTables>(place.location, SCHEDULER_DATABASE);
    try {
      const records = openRecords(database);
      let isAway = true;
      const hub = {
        viewDeal: () => (isAway ? Promise.reject(new Error("the node is away")) : Promise.resolve(DEAL)),
        viewCategory: () => Promise.resolve({ workClockTimeRef: 60n }),
      };
      const tasks = new OpenTasks(() => undefined);
      const options = { hub, records, scheduler: OWNER, workerpool: POOL, log: SILENT } as unknown as EngineOptions;
      const deals = new PoolDeals(options, tasks);
      await records.deals.add(`0x${"33".repeat(32)}` as DealId, 5);

      expect(await rejection(deals.openTasks(7), Error)).to.have.property("message", "the node is away");
      expect(deals.completeUpTo).to.equal(undefined);
      isAway = false;
      await deals.openTasks(7);

      expect(tasks.all().map(({ index }) => index)).to.deep.equal([0n, 1n]);
      expect(deals.completeUpTo).to.equal(7);
    } finally {
      await database.destroy();
      await place.remove();
    }
  });
});
