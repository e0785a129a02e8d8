import { once } from "node:events";
import { inspect } from "node:util";

import { expect } from "chai";
import { Wallet, ZeroAddress } from "ethers";
import { network } from "hardhat";

import { decodeRevert } from "@poco-marketplace/sdk/chain/errors/decodeRevert.js";
import { TaskStatus, fileDigest, NO_TAG, resultHash, resultSeal, type Hex } from "@poco-marketplace/sdk/index.js";
import type { FailedAttempt } from "@poco-marketplace/services/scheduler/workerRoutes.js";
import type { Measurement } from "@poco-marketplace/enclave/app/measurement.js";
import { ServiceError } from "@poco-marketplace/sdk/client/serviceConnection.js";
import { WorkerSession } from "@poco-marketplace/sdk/client/workerSession.js";
import type { IPoco } from "../../typechain-types/index.js";
import { appSource } from "../fixtures/attested.js";
import { eventually, keyAt, openPoolWorld, reportOf, until, type PoolWorld } from "../fixtures/pool.js";
import { rejection } from "../fixtures/rejection.js";
import { logsOf } from "../fixtures/schedulerLogin.js";
import { PRICES, TASK_PRICE, POOL_STAKE } from "../fixtures/actors.js";

const connection = await network.create();
const { networkHelpers } = connection;

/** Says the same whoever runs it. */
const TRUTH = appSource(`done({ answer: 42 });`);
/** Takes as long as its argument says, in milliseconds. */
const SLOW = appSource(`setTimeout(() => done({ answer: 42 }), Number(process.argv[2]));`);
const REQUESTER = 1;
const FIRST_WORKER = 7;
const LIAR = 3;
/** What a task costs less in deals without a dataset. */
const DATASET_PRICE = PRICES.dataset;
/** What a worker tells the hub of a task. */
type Shown = Parameters<IPoco["contributeAndFinalize"]["staticCall"]>;

describe("A pool when things go wrong", () => {
  let world: PoolWorld;
  let scheduler: Awaited<ReturnType<PoolWorld["startScheduler"]>>;
  const failures: FailedAttempt[] = [];
  const onFailure = (failure: FailedAttempt) => void failures.push(failure);

  before(async () => {
    world = await openPoolWorld(connection);
    scheduler = await world.startScheduler(0, { onFailure });
  });

  after(async () => {
    await scheduler.stop();
    await world.close();
  });

  /** Lets the time of a task run out, so that no other test's workers are given it. */
  async function giveUp(task: Hex): Promise<void> {
    const { finalDeadline } = await world.poco.viewTask(task);
    if (BigInt(await networkHelpers.time.latest()) < finalDeadline) await networkHelpers.time.increaseTo(finalDeadline);
    await until(scheduler.url, task, "FAILED");
  }

  it("gives a task to another worker when one is killed in the middle of it", async () => {
    await scheduler.stop();
    const timeouts = { holdMs: 2_000, graceMs: 3_000 };
    scheduler = await world.startScheduler(scheduler.port, { onFailure, timeouts });
    const { app } = await world.publishApp(SLOW);
    const victim = world.spawnWorker(0, scheduler.url);
    const { tasks } = await world.makeDeal({ app, params: JSON.stringify({ iexec_args: "8000" }) });
    const [task] = tasks as [Hex];
    await eventually("the victim computes", async () => {
      const report = await reportOf(scheduler.url, task);
      return report?.replicates[0]?.currentStatus === "COMPUTING";
    });

    process.kill(victim.pid!, "SIGKILL");
    await once(victim, "exit");
    await eventually("the victim is missed", async () => {
      const found = await reportOf(scheduler.url, task);
      return found?.replicates[0]?.currentStatus === "WORKER_LOST";
    });
    await scheduler.stop();
    scheduler = await world.startScheduler(scheduler.port, { onFailure });
    const heir = await world.startWorker(1, scheduler.url);
    const report = await until(scheduler.url, task, "COMPLETED");
    await heir.stop();

    const [lost, done] = report.replicates;
    expect(report.replicates).to.have.lengthOf(2);
    expect(lost).to.include({ walletAddress: world.accounts.worker1.address, currentStatus: "WORKER_LOST" });
    expect(done!.walletAddress).to.equal(world.accounts.worker2.address);
    const { contributors } = await world.poco.viewTask(task);
    expect(contributors).to.deep.equal([world.accounts.worker2.address]);
  });

  it("goes on where it was when the scheduler stops in the middle of a task, and pays once", async () => {
    const { app } = await world.publishApp(SLOW);
    const worker = await world.startWorker(2, scheduler.url);
    const before = await world.poco.viewAccount(world.accounts.requester);
    const { tasks } = await world.makeDeal({ app, volume: 2n, params: JSON.stringify({ iexec_args: "1500" }) });
    const [first, second] = tasks as [Hex, Hex];
    await eventually("the worker computes", async () => {
      const report = await reportOf(scheduler.url, first);
      return report?.replicates[0]?.currentStatus === "COMPUTING";
    });

    await scheduler.stop();
    scheduler = await world.startScheduler(scheduler.port, { onFailure });
    const reports = [await until(scheduler.url, first, "COMPLETED"), await until(scheduler.url, second, "COMPLETED")];
    await worker.stop();

    expect(reports.map(({ replicates }) => replicates.length)).to.deep.equal([1, 1]);
    const after = await world.poco.viewAccount(world.accounts.requester);
    const price = TASK_PRICE - DATASET_PRICE;
    expect(before.stake - after.stake).to.equal(2n * price);
    expect(after.locked).to.equal(before.locked);
  });

  it("does a task again whose end a reorg took back", async () => {
    const { app } = await world.publishApp(SLOW);
    const worker = await world.startWorker(0, scheduler.url);
    const { tasks } = await world.makeDeal({ app, params: JSON.stringify({ iexec_args: "800" }) });
    const [task] = tasks as [Hex];
    await eventually("the worker computes", async () => {
      const report = await reportOf(scheduler.url, task);
      return report?.replicates[0]?.currentStatus === "COMPUTING";
    });
    const snapshot = await networkHelpers.takeSnapshot();
    await until(scheduler.url, task, "COMPLETED");
    const paid = await world.poco.viewAccount(world.accounts.requester);

    await snapshot.restore();
    expect((await world.poco.viewTask(task)).status).to.equal(TaskStatus.ACTIVE);
    for (let blocks = 0; blocks < 5; blocks++) await networkHelpers.mine();
    await eventually("it is over again", async () => {
      return (await world.poco.viewTask(task)).status === TaskStatus.COMPLETED;
    });
    const report = await until(scheduler.url, task, "COMPLETED");
    await worker.stop();

    expect(
      report.dateStatusList.map(({ status }) => status).filter((status) => status === "COMPLETED"),
    ).to.have.lengthOf(2);
    expect(await world.poco.viewAccount(world.accounts.requester)).to.deep.equal(paid);
  });

  it("does a replicated task with three workers of whom one lies: the liar pays, the others are paid", async () => {
    const { app } = await world.publishApp(TRUTH);
    const lying = lie(scheduler.url, world);
    const { tasks } = await world.makeDeal({ app, trust: 3n, tag: NO_TAG });
    const [task] = tasks as [Hex];
    await lying;
    const honest = [await world.startWorker(0, scheduler.url), await world.startWorker(1, scheduler.url)];
    const more = await world.startWorker(2, scheduler.url);

    const report = await until(scheduler.url, task, "COMPLETED");
    for (const worker of [...honest, more]) await worker.stop();

    const { accounts, poco } = world;
    const { contributors, results } = await poco.viewTask(task);
    expect(contributors[0]).to.equal(accounts.workers[LIAR]!.address);
    expect(results).not.to.equal("0x");
    expect(await poco.viewScore(accounts.workers[LIAR]!)).to.equal(0n);
    const winners = contributors.slice(1);
    expect(winners.length).to.be.at.least(2);
    for (const winner of winners) expect(await poco.viewScore(winner)).to.equal(1n);
    const statuses = new Map(
      report.replicates.map(({ walletAddress, currentStatus }) => [walletAddress, currentStatus]),
    );
    for (const winner of winners) expect(statuses.get(winner as Hex)).to.equal("COMPLETED");
  });

  it("gives the money back when an app fails every time, with what it said in the logs", async () => {
    const { app } = await world.publishApp(`console.error("no such luck"); process.exit(7);`);
    const worker = await world.startWorker(0, scheduler.url);
    const { poco, accounts } = world;
    const requesterBefore = await poco.viewAccount(accounts.requester);
    const schedulerBefore = await poco.viewAccount(accounts.scheduler);
    const { tasks } = await world.makeDeal({ app });
    const [task] = tasks as [Hex];
    const report = await eventually("it was tried three times", async () => {
      const found = await reportOf(scheduler.url, task);
      return found?.replicates.filter(({ currentStatus }) => currentStatus === "COMPUTE_FAILED").length === 3 && found;
    });
    expect(report.replicates.map(({ appExitCode }) => appExitCode)).to.deep.equal([7, 7, 7]);
    const { cause } = report.replicates[0]!.statusUpdateList.at(-1)!;
    expect(cause).to.match(/^The app ended with exit code 7\. The task's logs, which are for its requester/);
    const { computeLogsList, causes } = await logsOf(scheduler.url, task, new Wallet(keyAt(REQUESTER)));
    expect(computeLogsList.map(({ stderr }) => stderr)).to.deep.equal(Array(3).fill("no such luck\n"));
    expect(causes.find(({ status }) => status === "COMPUTE_FAILED")!.cause).to.contain("no such luck");
    expect(JSON.stringify(report)).not.to.contain("no such luck");
    await worker.stop();

    await giveUp(task);

    expect((await poco.viewTask(task)).status).to.equal(TaskStatus.FAILED);
    expect(await poco.viewAccount(accounts.requester)).to.deep.equal(requesterBefore);
    const lost = schedulerBefore.stake - (await poco.viewAccount(accounts.scheduler)).stake;
    expect(lost).to.equal(POOL_STAKE);
  });

  it("tells the requester alone what an app printed before it failed, and which files were asked for", async () => {
    const PRINTED = ["out-7f3a", "err-7f3a", "reason-7f3a", "name-7f3a", "said-7f3a"];
    const apps = {
      throws: `console.log("out-7f3a"); console.error("err-7f3a"); throw new Error("reason-7f3a");`,
      "says what is not a result": appSource(
        `fs.writeFileSync(out + "/computed.json", JSON.stringify({ "callback-data": "said-7f3a" }));
        fs.writeFileSync(out + "/name-7f3a", "");`,
      ),
      "asks for a file that is not there": TRUTH,
    };
    const lines: string[] = [];
    const write = (values: object, message: string) => lines.push(inspect(values, { depth: 9 }), message);
    const worker = await world.startWorker(0, scheduler.url, { log: { info: write, warn: write, error: write } });
    const requester = new Wallet(keyAt(REQUESTER));
    const failed: Hex[] = [];
    for (const [what, source] of Object.entries(apps)) {
      const { app } = await world.publishApp(source);
      const file = { iexec_input_files: ["http://127.0.0.1:9/name-7f3a?key=said-7f3a"] };
      const { tasks } = await world.makeDeal({ app, ...(source === TRUTH && { params: JSON.stringify(file) }) });
      const [task] = tasks as [Hex];
      const status = source === TRUTH ? "DATA_DOWNLOAD_FAILED" : "COMPUTE_FAILED";
      await eventually(`an app that ${what} failed`, async () => {
        const found = await reportOf(scheduler.url, task);
        return found?.replicates.some(({ currentStatus }) => currentStatus === status);
      });
      failed.push(task);
      const told = JSON.stringify(await logsOf(scheduler.url, task, requester));
      expect(told, what).to.match(/-7f3a/);
      const answer = await (await fetch(`${scheduler.url}/tasks/${task}`)).text();
      expect(answer, what).to.contain("which are for its requester");
      for (const word of PRINTED) expect(answer, what).not.to.contain(word);
      const shown = failures.find((failure) => failure.task === task)?.cause;
      expect(shown, what).to.match(
        /^(The app (ended with exit code 1|gave no result)|A file of the deal could not be fetched)\./,
      );
    }
    await worker.stop();
    for (const task of failed.toReversed()) await giveUp(task);
    for (const word of PRINTED) {
      expect(world.log()).not.to.contain(word);
      expect(lines.join("\n")).not.to.contain(word);
    }
  });

  it("gives an app that asks for the network to a worker that takes such apps, and counts no failure", async () => {
    const { app } = await world.publishApp(TRUTH, { permissions: ["network"] });
    const refusing = await world.startWorker(0, scheduler.url, { appNetwork: "off" });
    const { tasks } = await world.makeDeal({ app });
    const [task] = tasks as [Hex];
    const { replicates } = await eventually("it was refused", async () => {
      const found = await reportOf(scheduler.url, task);
      return found?.replicates[0]?.currentStatus === "APP_REFUSED" && found;
    });
    expect(replicates).to.have.lengthOf(1);
    const { statusUpdateList } = replicates[0]!;
    expect(statusUpdateList.at(-1)!.cause).to.equal("The worker does not offer what the app asks for.");
    // It never had an enclave for it.
    expect(statusUpdateList.map(({ status }) => status)).not.to.include("APP_DOWNLOADED");

    const willing = await world.startWorker(1, scheduler.url);
    const done = await until(scheduler.url, task, "COMPLETED");
    for (const worker of [refusing, willing]) await worker.stop();
    expect(done.replicates.map(({ walletAddress }) => walletAddress)).to.deep.equal([
      world.accounts.worker1.address,
      world.accounts.worker2.address,
    ]);
  });

  it("takes no status from a worker that only the scheduler gives", async () => {
    const { app } = await world.publishApp(SLOW);
    const worker = new Wallet(keyAt(FIRST_WORKER));
    const rogue = new WorkerSession(scheduler.url, worker, { slots: 1 });
    const { tasks } = await world.makeDeal({ app });
    const [task] = tasks as [Hex];
    const { run } = await eventually("the rogue has the task", async () => {
      const changes = await rogue.awaitChanges({ running: [], revealing: [] }, AbortSignal.timeout(120_000));
      return changes.run.some(({ taskId }) => taskId === task) && changes;
    });
    const { attempt } = run.find(({ taskId }) => taskId === task)!;
    for (const status of ["CREATED", "ABORTED", "WORKER_LOST", "COMPLETED"] as const) {
      const report = rogue.report(task, { attempt, status, cause: "words" }, AbortSignal.timeout(120_000));
      expect((await rejection(report, ServiceError)).message).to.contain("a status that workers report");
    }
    for (const [progress, words] of [
      [{ attempt, done: 2, total: 1 }, "done"],
      [{ attempt: attempt + 1, done: 1, total: 2 }, "was never assigned to worker"],
    ] as const) {
      const download = rogue.download(task, progress, AbortSignal.timeout(120_000));
      expect((await rejection(download, ServiceError)).message).to.contain(words);
    }
    await rogue.download(task, { attempt, done: 1, total: 2 }, AbortSignal.timeout(120_000));
    await rogue.report(task, { attempt, status: "FAILED", cause: "words" }, AbortSignal.timeout(120_000));
    expect(JSON.stringify(await reportOf(scheduler.url, task))).not.to.contain("words");
    await rogue.leave();
    await giveUp(task);
  });

  it("gives a task to another worker when a quote is refused, before anything is signed; and a good one is of no use for another task", async () => {
    const { poco, accounts, processor, manifest } = world;
    const { app } = await world.publishApp(TRUTH);
    const stolen = { ...processor, quote: (loaded: Measurement) => processor.quote(loaded, Buffer.alloc(64, 1)) };
    const joined = world.log().split("worker joined").length;
    const cheat = await world.startWorker(0, scheduler.url, { processor: stolen });
    await eventually("the cheat joined", async () => world.log().split("worker joined").length > joined);
    const { tasks } = await world.makeDeal({ app });
    const [task] = tasks as [Hex];
    await until(scheduler.url, task, "RUNNING");
    const honest = await world.startWorker(1, scheduler.url);

    const report = await until(scheduler.url, task, "COMPLETED");
    for (const worker of [cheat, honest]) await worker.stop();

    const { teeBroker } = manifest.attestation!;
    // The cheat may have been given it again, as long as nobody else was there.
    const [refused, done] = [report.replicates[0], report.replicates.at(-1)];
    expect(refused).to.include({
      walletAddress: accounts.worker1.address,
      currentStatus: "FAILED",
      appExitCode: null,
    });
    // What a worker was told is for the requester only.
    expect(refused!.statusUpdateList.at(-1)!.cause).not.to.contain("The quote says");
    expect(done!.walletAddress).to.equal(accounts.worker2.address);
    const { causes } = await logsOf(scheduler.url, task, new Wallet(keyAt(REQUESTER)));
    expect(causes.find(({ status }) => status === "FAILED")!.cause).to.match(
      /^The quote says 0x(?:01){64}, but worker/,
    );

    const { tasks: others } = await world.makeDeal({ app });
    const [other] = others as [Hex];
    await until(scheduler.url, other, "INITIALIZED");
    const [event] = await poco.queryFilter(poco.filters.TaskContribute(task));
    const { data } = (await event!.getTransaction())!;
    const [, ...shown] = poco.interface.decodeFunctionData("contributeAndFinalize", data).toArray() as Shown;
    const again = poco.connect(accounts.worker2).contributeAndFinalize.staticCall(other, ...shown);
    const refusal = decodeRevert(await again.catch((error: unknown) => error));
    expect(refusal).to.deep.include({
      reason: "WorkerNotAuthorized",
      args: { taskId: other, worker: accounts.worker2.address, authorizer: teeBroker },
    });

    // Where nobody has another quote, the task is given up, and costs its requester nothing.
    const locked = await poco.viewAccount(accounts.requester);
    const alone = await world.startWorker(0, scheduler.url, { processor: stolen });
    await eventually("it was tried three times", async () => {
      const found = await reportOf(scheduler.url, other);
      return found?.replicates.filter(({ currentStatus }) => currentStatus.endsWith("FAILED")).length === 3;
    });
    await alone.stop();
    const { finalDeadline } = await poco.viewTask(other);
    await networkHelpers.time.increaseTo(finalDeadline);
    await until(scheduler.url, other, "FAILED");
    const { stake } = await poco.viewAccount(accounts.requester);
    expect(stake).to.equal(locked.stake + TASK_PRICE - DATASET_PRICE);
  });
});

/** A worker that contributes what is not so, without running anything. */
async function lie(url: string, { contracts, connection: { ethers }, accounts }: PoolWorld): Promise<void> {
  const wallet = new Wallet(keyAt(7 + LIAR));
  const { signal } = new AbortController();
  const client = new WorkerSession(url, wallet, { slots: 1 });
  for (;;) {
    const { run } = await client.awaitChanges({ running: [], revealing: [] }, signal);
    const [assignment] = run;
    if (assignment === undefined) continue;
    const { taskId, attempt } = assignment;
    const { sign } = await client.authorize(taskId, { attempt }, signal);
    const digest = fileDigest(ethers.randomBytes(32));
    const seal = resultSeal(wallet.address as Hex, taskId, digest);
    const hub = contracts.hub.connect(accounts.workers[LIAR]!);
    await hub.contribute(taskId, resultHash(taskId, digest), seal, ZeroAddress, "0x", sign);
    await client.report(taskId, { attempt, status: "CONTRIBUTED" }, signal);
    return client.leave();
  }
}
