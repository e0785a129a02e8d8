import { once } from "node:events";

import { expect } from "chai";
import { Wallet, ZeroAddress } from "ethers";
import { network } from "hardhat";

import { decodeRevert } from "../../src/chain/errors.js";
import { TaskStatus, fileDigest, NO_TAG, resultHash, resultSeal, type Hex } from "../../src/index.js";
import type { Measurement } from "../../src/tee/app/measurement.js";
import { openSchedulerClient } from "../../src/worker/schedulerClient.js";
import type { IPoco } from "../../typechain-types/index.js";
import { appSource } from "../fixtures/attested.js";
import { eventually, keyAt, openPoolWorld, reportOf, until, type PoolWorld } from "../fixtures/pool.js";
import { login } from "../fixtures/schedulerLogin.js";
import { PRICES, TASK_PRICE, POOL_STAKE } from "../fixtures/troupe.js";

const connection = await network.create();
const { networkHelpers } = connection;

/** Says the same whoever runs it. */
const TRUTH = appSource(`done({ answer: 42 });`);
/** Takes as long as its argument says, in milliseconds. */
const SLOW = appSource(`setTimeout(() => done({ answer: 42 }), Number(process.argv[2]));`);
const REQUESTER = 1;
const LIAR = 3;
/** What a task costs less in deals without a dataset. */
const DATASET_PRICE = PRICES.dataset;
/** What a worker tells the hub of a task. */
type Shown = Parameters<IPoco["contributeAndFinalize"]["staticCall"]>;

describe("A pool when things go wrong", function () {
  this.timeout(180_000);

  let world: PoolWorld;
  let scheduler: Awaited<ReturnType<PoolWorld["startScheduler"]>>;

  before(async () => {
    world = await openPoolWorld(connection);
    scheduler = await world.startScheduler();
  });

  after(async () => {
    await scheduler.stop();
    await world.close();
  });

  it("gives a task to another worker when one is killed in the middle of it", async () => {
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
    const heir = await world.startWorker(1, scheduler.url);
    const report = await until(scheduler.url, task, "COMPLETED");
    await heir.stop();

    const [lost, done] = report.replicates;
    expect(report.replicates).to.have.lengthOf(2);
    expect(lost).to.include({ walletAddress: world.cast.worker1.address, currentStatus: "WORKER_LOST" });
    expect(done!.walletAddress).to.equal(world.cast.worker2.address);
    const { contributors } = await world.poco.viewTask(task);
    expect(contributors).to.deep.equal([world.cast.worker2.address]);
  });

  it("goes on where it was when the scheduler stops in the middle of a task, and pays once", async () => {
    const { app } = await world.publishApp(SLOW);
    const worker = await world.startWorker(2, scheduler.url);
    const before = await world.poco.viewAccount(world.cast.requester);
    const { tasks } = await world.makeDeal({ app, volume: 2n, params: JSON.stringify({ iexec_args: "1500" }) });
    const [first, second] = tasks as [Hex, Hex];
    await eventually("the worker computes", async () => {
      const report = await reportOf(scheduler.url, first);
      return report?.replicates[0]?.currentStatus === "COMPUTING";
    });

    await scheduler.stop();
    scheduler = await world.startScheduler(scheduler.port);
    const reports = [await until(scheduler.url, first, "COMPLETED"), await until(scheduler.url, second, "COMPLETED")];
    await worker.stop();

    expect(reports.map(({ replicates }) => replicates.length)).to.deep.equal([1, 1]);
    const after = await world.poco.viewAccount(world.cast.requester);
    const price = TASK_PRICE - DATASET_PRICE;
    expect(before.stake - after.stake).to.equal(2n * price);
    expect(after.locked).to.equal(before.locked);
  });

  it("does a task again whose end a reorganisation took back", async () => {
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
    const paid = await world.poco.viewAccount(world.cast.requester);

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
    expect(await world.poco.viewAccount(world.cast.requester)).to.deep.equal(paid);
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

    const { cast, poco } = world;
    const { contributors, results } = await poco.viewTask(task);
    expect(contributors[0]).to.equal(cast.workers[LIAR]!.address);
    expect(results).not.to.equal("0x");
    expect(await poco.viewScore(cast.workers[LIAR]!)).to.equal(0n);
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
    const { poco, cast } = world;
    const requesterBefore = await poco.viewAccount(cast.requester);
    const schedulerBefore = await poco.viewAccount(cast.scheduler);
    const { tasks } = await world.makeDeal({ app });
    const [task] = tasks as [Hex];
    const report = await eventually("it was tried three times", async () => {
      const found = await reportOf(scheduler.url, task);
      return found?.replicates.filter(({ currentStatus }) => currentStatus === "COMPUTE_FAILED").length === 3 && found;
    });
    expect(report.replicates.map(({ appExitCode }) => appExitCode)).to.deep.equal([7, 7, 7]);
    expect(report.replicates[0]!.statusUpdateList.at(-1)!.cause).to.contain("no such luck");
    await worker.stop();

    const { finalDeadline } = await poco.viewTask(task);
    await networkHelpers.time.increaseTo(finalDeadline);
    await until(scheduler.url, task, "FAILED");

    expect((await poco.viewTask(task)).status).to.equal(TaskStatus.FAILED);
    expect(await poco.viewAccount(cast.requester)).to.deep.equal(requesterBefore);
    const lost = schedulerBefore.stake - (await poco.viewAccount(cast.scheduler)).stake;
    expect(lost).to.equal(POOL_STAKE);
  });

  it("gives a task to another worker when the chain refuses a quote, which is of no use for another task either", async () => {
    const { poco, cast, processor, manifest } = world;
    const { app } = await world.publishApp(TRUTH);
    const stolen = { ...processor, quote: (loaded: Measurement) => processor.quote(loaded, Buffer.alloc(64, 1)) };
    const joined = world.log().split("a worker joined").length;
    const cheat = await world.startWorker(0, scheduler.url, { processor: stolen });
    await eventually("the cheat joined", async () => world.log().split("a worker joined").length > joined);
    const honest = await world.startWorker(1, scheduler.url);
    const { tasks } = await world.makeDeal({ app });
    const [task] = tasks as [Hex];

    const report = await until(scheduler.url, task, "COMPLETED");
    for (const worker of [cheat, honest]) await worker.stop();

    const { teeBroker } = manifest.attestation!;
    const [refused, done] = report.replicates;
    expect(refused).to.include({
      walletAddress: cast.worker1.address,
      currentStatus: "CONTRIBUTE_AND_FINALIZE_FAILED",
      appExitCode: null,
    });
    expect(refused!.statusUpdateList.at(-1)!.cause).to.match(
      new RegExp(`^TEE broker ${teeBroker} refuses the quote of enclave 0x\\w{40}: The enclave vouches for another`),
    );
    expect(done!.walletAddress).to.equal(cast.worker2.address);
    const authorization = await login(scheduler.url, new Wallet(keyAt(REQUESTER)));
    const logs = await fetch(`${scheduler.url}/tasks/${task}/logs`, { headers: { authorization } });
    const { computeLogsList } = (await logs.json()) as { computeLogsList: { stderr: string }[] };
    expect(computeLogsList[0]!.stderr).to.contain("The enclave vouches for another");

    const { tasks: others } = await world.makeDeal({ app });
    const [other] = others as [Hex];
    await until(scheduler.url, other, "INITIALIZED");
    const [event] = await poco.queryFilter(poco.filters.TaskContribute(task));
    const { data } = (await event!.getTransaction())!;
    const [, ...shown] = poco.interface.decodeFunctionData("contributeAndFinalize", data).toArray() as Shown;
    const again = poco.connect(cast.worker2).contributeAndFinalize.staticCall(other, ...shown);
    const refusal = decodeRevert(await again.catch((error: unknown) => error));
    expect(refusal).to.deep.include({
      reason: "WorkerNotAuthorized",
      args: { taskId: other, worker: cast.worker2.address, authorizer: teeBroker },
    });

    // Where nobody has another quote, the task is given up, and costs its requester nothing.
    const locked = await poco.viewAccount(cast.requester);
    const alone = await world.startWorker(0, scheduler.url, { processor: stolen });
    await eventually("it was tried three times", async () => {
      const found = await reportOf(scheduler.url, other);
      return found?.replicates.filter(({ currentStatus }) => currentStatus.endsWith("_FAILED")).length === 3;
    });
    await alone.stop();
    const { finalDeadline } = await poco.viewTask(other);
    await networkHelpers.time.increaseTo(finalDeadline);
    await until(scheduler.url, other, "FAILED");
    const { stake } = await poco.viewAccount(cast.requester);
    expect(stake).to.equal(locked.stake + TASK_PRICE - DATASET_PRICE);
  });
});

/** A worker that contributes what is not so, without running anything. */
async function lie(url: string, { contracts, connection: { ethers }, cast }: PoolWorld): Promise<void> {
  const wallet = new Wallet(keyAt(7 + LIAR));
  const { signal } = new AbortController();
  const client = openSchedulerClient(url, wallet, { slots: 1 });
  for (;;) {
    const { run } = await client.duties({ running: [], revealing: [] }, signal);
    const [duty] = run;
    if (duty === undefined) continue;
    const { taskId, attempt } = duty;
    const { sign } = await client.authorize(taskId, { attempt }, signal);
    const digest = fileDigest(ethers.randomBytes(32));
    const seal = resultSeal(wallet.address as Hex, taskId, digest);
    const hub = contracts.hub.connect(cast.workers[LIAR]!);
    await hub.contribute(taskId, resultHash(taskId, digest), seal, ZeroAddress, "0x", sign);
    await client.report(taskId, { attempt, status: "CONTRIBUTED" }, signal);
    return client.leave();
  }
}
