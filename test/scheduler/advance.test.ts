import { expect } from "chai";
import { id } from "ethers";

import { ContributionStatus, TaskStatus, type DealId, type TaskId } from "@poco-marketplace/sdk/index.js";
import { openDatabase } from "@poco-marketplace/services/database/openDatabase.js";
import { SILENT } from "@poco-marketplace/services/log.js";
import { advance } from "@poco-marketplace/services/scheduler/advance.js";
import { Assignments } from "@poco-marketplace/services/scheduler/assignments.js";
import type { EngineContext } from "@poco-marketplace/services/scheduler/engineContext.js";
import { OpenTasks } from "@poco-marketplace/services/scheduler/openTasks.js";
import { openRecords } from "@poco-marketplace/services/scheduler/records.js";
import { PROBATION, Standings } from "@poco-marketplace/services/scheduler/standings.js";
import { SCHEDULER_DATABASE, type PoolTables } from "@poco-marketplace/services/scheduler/tables.js";
import { freshDatabase } from "../database/databases.js";
import { addressOf } from "../fixtures/addresses.js";
import { rejection } from "../fixtures/rejection.js";

const [DEAL, WORKER] = [id("deal") as DealId, addressOf(1)];
const ZERO = `0x${"00".repeat(32)}`;

describe("The step that closes a task", () => {
  it("counts a worker's success once, also if it has to be taken again", async () => {
    const place = await freshDatabase();
    const database = await openDatabase<PoolTables>(place.location, SCHEDULER_DATABASE);
    try {
      const records = openRecords(database);
      await records.deals.add(DEAL, 5);
      const [opened] = await records.tasks.openNext({ id: DEAL, opened: 0n }, { first: 0n, size: 1n, count: 1 });
      const tasks = new OpenTasks(() => undefined);
      tasks.add(opened!);
      const task = opened!.id as TaskId;
      const attempt = await records.attempts.add(task, WORKER, 100n);
      await records.attempts.report(task, { attempt, status: "CONTRIBUTED" });
      let failure: string | undefined = "the chain is away";
      const onChain = {
        status: TaskStatus.COMPLETED,
        contributors: [WORKER],
        consensusValue: ZERO,
        resultDigest: ZERO,
      };
      const context = {
        records,
        tasks,
        hub: {
          viewTask: () => Promise.resolve(onChain),
          viewContribution: () =>
            failure === "the chain is away"
              ? Promise.reject(new Error(failure))
              : Promise.resolve({ status: ContributionStatus.PROVED }),
        },
        guard: {
          completed: () =>
            failure === "the database is away" ? Promise.reject(new Error(failure)) : Promise.resolve(undefined),
        },
        dealOf: () => Promise.resolve({ id: DEAL, trust: 1n, isTee: false }),
        events: { now: () => 200n },
        sessions: { connected: () => [], wake: () => undefined },
        assignments: new Assignments([]),
        standings: await Standings.open(database, PROBATION),
        limits: { failures: 3, attempts: 20 },
        log: SILENT,
        onClosed: ({ id: closed }: { id: TaskId }) => tasks.delete(closed),
      } as unknown as EngineContext;

      for (const next of ["the database is away", undefined]) {
        const { message } = await rejection(advance(tasks.get(task)!, context), Error);
        expect(message).to.equal(failure);
        failure = next;
      }
      await advance(tasks.get(task)!, context);

      expect(await records.tasks.open()).to.deep.equal([]);
      const [standing] = await database.selectFrom("standing").select(["identity", "done"]).execute();
      expect(standing).to.deep.equal({ identity: WORKER, done: 1 });
      const { replicates } = (await records.tasks.history(task))!;
      const statuses = replicates[0]!.events.map(({ status }) => status);
      expect(statuses).to.deep.equal(["CREATED", "CONTRIBUTED", "COMPLETED"]);
    } finally {
      await database.destroy();
      await place.remove();
    }
  });
});
