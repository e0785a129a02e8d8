import { expect } from "chai";

import type { Address, DealId, TaskId } from "@poco-marketplace/sdk/index.js";
import type { LogsReport, StatusReport, TaskAssignment } from "@poco-marketplace/sdk/wire/scheduler.js";
import { runAttempt } from "@poco-marketplace/services/worker/attempt.js";
import type { WorkerContext } from "@poco-marketplace/services/worker/context.js";
import type { WorkerDeal } from "@poco-marketplace/services/worker/hubCalls.js";

const ASSIGNMENT: TaskAssignment = {
  taskId: `0x${"7a".repeat(32)}` as TaskId,
  dealId: `0x${"dea1".repeat(16)}` as DealId,
  attempt: 1,
  index: "0",
  isSolo: true,
  isTee: false,
  seconds: 60,
};

/** Runs an attempt at a task of a deal, in which nothing but the deal and the scheduler can be reached. */
async function attemptAt(deal: Partial<WorkerDeal>, signal = new AbortController().signal) {
  const reports: StatusReport[] = [];
  const logs: LogsReport[] = [];
  const context = {
    account: { address: `0x${"11".repeat(20)}` as Address },
    hub: { deal: () => Promise.resolve({ id: ASSIGNMENT.dealId, workerStake: 0n, ...deal }) },
    scheduler: {
      report: (_task: TaskId, report: StatusReport) => Promise.resolve(void reports.push(report)),
      logs: (_task: TaskId, report: LogsReport) => Promise.resolve(void logs.push(report)),
    },
  } as unknown as WorkerContext;
  await runAttempt(ASSIGNMENT, context, signal);
  return { reports, logs };
}

describe("A worker's attempt at a task", () => {
  it("fails where the bytes of the deal's params are not text, and does not take them for none", async () => {
    const { reports, logs } = await attemptAt({ params: undefined });

    const cause = `The params of deal ${ASSIGNMENT.dealId} cannot be read: their bytes are not UTF-8. Make another deal.`;
    expect(reports).to.deep.equal([
      { attempt: 1, status: "STARTING" },
      { attempt: 1, status: "FAILED", cause },
    ]);
    expect(logs).to.deep.equal([{ attempt: 1, stdout: "", stderr: `${cause}\n` }]);
  });

  it("fails where the result is to go where this worker cannot put it", async () => {
    const { reports } = await attemptAt({ params: '{"iexec_result_storage_provider":"dropbox"}' });

    expect(reports.at(-1)).to.include({ status: "FAILED" });
    expect(reports.at(-1)!.cause).to.match(/^The deal wants its result at dropbox/);
  });

  it("reports no failure after it was ended", async () => {
    const { reports, logs } = await attemptAt({ params: undefined }, AbortSignal.abort());

    expect(reports.map(({ status }) => status)).to.deep.equal(["STARTING"]);
    expect(logs).to.deep.equal([]);
  });
});
