import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";

import { FAULTS } from "../harness/faults/inject/faults.js";
import { planRun } from "../harness/faults/plan.js";
import { openFaultRunner, type FaultRunner, type Verdict } from "../harness/faults/faultRunner.js";
import { enterWorld, type World } from "../harness/faults/world/world.js";
import { TaskStatus } from "@poco-marketplace/sdk/index.js";
import { theNetwork } from "./network.js";

/** Those that take least time; `npm run test:faults` has all. The first finds processes as they were started. */
const SAMPLE = ["hostile-input", "worker-twice", "kill-store"];

describe("A network in which something goes wrong, and secrets are everywhere but in logs", () => {
  let world: World;
  let runner: FaultRunner;

  before(async () => {
    const network = await theNetwork();
    const pidOf = (title: string) => {
      const pid = network.processes[title];
      return pid !== undefined && isAlive(pid) ? pid : undefined;
    };
    world = await enterWorld({ network, folder: dirname(network.file), pidOf, said: () => network.said() });
    runner = await openFaultRunner(world);
  });

  after(() => world?.leave());

  for (const [index, name] of SAMPLE.entries()) {
    const fault = FAULTS.find((each) => each.name === name)!;
    it(`does its tasks, pays once, and keeps secrets: ${fault.summary}`, async () => {
      const pending = await runner.run({ ...planRun(1, index, [fault]), injectAfter: 500, appTakes: 300 });
      let verdict: Verdict | undefined;
      while ((verdict = await runner.judge(pending)) === undefined) await sleep(200);

      expect([...pending.violations, ...verdict.violations]).to.deep.equal([]);
      expect(verdict.endings).to.have.lengthOf(pending.deals.flatMap(({ tasks }) => tasks).length);
      const { COMPLETED, FAILED } = TaskStatus;
      for (const { status } of verdict.endings) expect(status).to.be.oneOf([COMPLETED, FAILED]);
    });
  }
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
