import { expect } from "chai";

import type { TaskId } from "@poco-marketplace/sdk/index.js";
import { openDatabase } from "@poco-marketplace/services/database/openDatabase.js";
import { AttemptRecords } from "@poco-marketplace/services/scheduler/attemptRecords.js";
import { SCHEDULER_DATABASE, type PoolTables } from "@poco-marketplace/services/scheduler/tables.js";
import { freshDatabase } from "../database/databases.js";
import { addressOf } from "../fixtures/addresses.js";

const TASK = `0x${"7a".repeat(32)}` as TaskId;

describe("The download of a worker's app", () => {
  it("goes on while the worker has more bytes than it ever reported, from its begin to its end", async () => {
    const place = await freshDatabase();
    const database = await openDatabase<PoolTables>(place.location, SCHEDULER_DATABASE);
    try {
      const attempts = new AttemptRecords(database);
      const attempt = await attempts.add(TASK, addressOf(1), 100n);
      const goesOn = (done: number, now: bigint) => attempts.recordDownload(TASK, { attempt, done, total: 20 }, now);
      const recorded = async () => {
        const [row] = await attempts.of(TASK);
        return [row!.downloaded, row!.downloaded_at];
      };

      expect(await goesOn(1, 101n)).to.equal(false);
      await attempts.report(TASK, { attempt, status: "APP_DOWNLOADING" });
      expect(await goesOn(10, 102n)).to.equal(true);
      expect(await goesOn(10, 103n)).to.equal(false);
      expect(await goesOn(9, 104n)).to.equal(false);
      expect(await recorded()).to.deep.equal([10, 102n]);
      expect(await goesOn(11, 105n)).to.equal(true);
      await attempts.report(TASK, { attempt, status: "APP_DOWNLOADED" });
      expect(await goesOn(20, 106n)).to.equal(false);
      expect(await recorded()).to.deep.equal([11, 105n]);
    } finally {
      await database.destroy();
      await place.remove();
    }
  });
});
