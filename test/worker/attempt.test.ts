import { expect } from "chai";

import { ZeroAddress, ZeroHash } from "ethers";

import { ServiceError } from "@poco-marketplace/sdk/client/serviceConnection.js";
import { NO_TAG, parseTag, type Address, type DealId, type TaskId } from "@poco-marketplace/sdk/index.js";
import type { DownloadReport, LogsReport, StatusReport, TaskAssignment } from "@poco-marketplace/sdk/wire/scheduler.js";
import type { AppFetchOptions } from "@poco-marketplace/services/worker/apps.js";
import { runAttempt } from "@poco-marketplace/services/worker/attempt.js";
import type { WorkerContext } from "@poco-marketplace/services/worker/context.js";
import type { WorkerDeal } from "@poco-marketplace/services/worker/hubCalls.js";
import { App__factory } from "../../typechain-types/index.js";

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
    hub: { deal: () => Promise.resolve({ id: ASSIGNMENT.dealId, tag: NO_TAG, workerStake: 0n, ...deal }) },
    scheduler: {
      report: (_task: TaskId, report: StatusReport) => Promise.resolve(void reports.push(report)),
      logs: (_task: TaskId, report: LogsReport) => Promise.resolve(void logs.push(report)),
    },
  } as unknown as WorkerContext;
  await runAttempt(ASSIGNMENT, context, signal);
  return { reports, logs };
}

/** Runs an attempt whose image is downloaded quickly, unpacked, and cannot be started. */
async function downloadAt(refusal: ServiceError | undefined) {
  const calls: unknown[] = [];
  const { dealId: id } = ASSIGNMENT;
  const deal = { id, tag: NO_TAG, app: `0x${"a9".repeat(20)}`, dataset: ZeroAddress, workerStake: 0n, params: "{}" };
  const context = {
    account: { address: `0x${"11".repeat(20)}` as Address },
    hub: { deal: () => Promise.resolve(deal) },
    runner: { call: ({ data }: { data: string }) => Promise.resolve(emptyAnswer(data)) },
    enclaves: {
      acquire: async (_app: unknown, _owner: unknown, { onProgress }: AppFetchOptions) => {
        onProgress!({ step: "download", done: 3, total: 10 });
        onProgress!({ step: "unpack", done: 3, total: 10 });
        throw new Error("It does not start.");
      },
    },
    scheduler: {
      report: (_task: TaskId, { status }: StatusReport) => Promise.resolve(void calls.push(status)),
      download: async (_task: TaskId, report: DownloadReport) => {
        calls.push(report);
        if (refusal !== undefined) throw refusal;
      },
      logs: () => Promise.resolve(),
    },
  } as unknown as WorkerContext;
  await runAttempt(ASSIGNMENT, context, new AbortController().signal);
  return { calls };
}

/** Answers a call of an app's field with nothing. */
function emptyAnswer(data: string): string {
  const app = App__factory.createInterface();
  const field = app.getFunction(data.slice(0, 10) as "m_appChecksum");
  return app.encodeFunctionResult(field, [field.outputs[0]!.type === "bytes32" ? ZeroHash : "0x"]);
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

  it("is refused, which is no failure, where the deal asks for a graphics card", async () => {
    const { reports } = await attemptAt({ tag: parseTag(["tee", "tdx", "gpu"]), params: "{}" });

    expect(reports.map(({ status }) => status)).to.deep.equal(["STARTING", "APP_REFUSED"]);
    expect(reports.at(-1)!.cause).to.match(/^The deal asks for a graphics card/);
  });

  it("reports how far the download of its image is, and goes on where the scheduler does not know such reports", async () => {
    for (const refusal of [
      undefined,
      new ServiceError("no such route", { service: "scheduler", url: "", statusCode: 404 }),
    ]) {
      const { calls } = await downloadAt(refusal);

      expect(calls).to.deep.equal([
        "STARTING",
        "APP_DOWNLOADING",
        { attempt: 1, done: 3, total: 20 },
        "APP_DOWNLOAD_FAILED",
      ]);
    }
  });

  it("reports no failure after it was ended", async () => {
    const { reports, logs } = await attemptAt({ params: undefined }, AbortSignal.abort());

    expect(reports.map(({ status }) => status)).to.deep.equal(["STARTING"]);
    expect(logs).to.deep.equal([]);
  });
});
