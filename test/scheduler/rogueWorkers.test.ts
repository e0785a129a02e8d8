import { expect } from "chai";
import { Wallet } from "ethers";
import { network } from "hardhat";

import { createMachine } from "@poco-marketplace/enclave/attestation/simulated/machine.js";
import { encodeReportData } from "@poco-marketplace/sdk/wire/reportData.js";
import { NO_TAG, type Address, type Hex } from "@poco-marketplace/sdk/index.js";
import { joinBinding } from "@poco-marketplace/sdk/wire/joinBinding.js";
import type { TaskAssignment } from "@poco-marketplace/sdk/wire/scheduler.js";
import { registerPlatform } from "@poco-marketplace/enclave/evidence/registration.js";
import { simulatedProcessor, type Processor } from "@poco-marketplace/enclave/runtime/processor.js";
import { NOTHING } from "@poco-marketplace/services/worker/proof.js";
import { ServiceError } from "@poco-marketplace/sdk/client/serviceConnection.js";
import { WorkerSession } from "@poco-marketplace/sdk/client/workerSession.js";
import { IPlatformRegistry__factory } from "../../typechain-types/index.js";
import { appSource } from "../fixtures/attested.js";
import { eventually, keyAt, openPoolWorld, reportOf, until, type PoolWorld } from "../fixtures/pool.js";
import { rejection } from "../fixtures/rejection.js";

const connection = await network.create();
const { ethers } = connection;

const TRUTH = appSource(`done({ answer: 42 });`);
const SLOW = appSource(`setTimeout(() => done({ answer: 42 }), Number(process.argv[2]));`);
const STAKE = 1_000_000n;
/** Whoever has a stake may join. */
const OPEN = { workers: [], openWorkers: { stake: STAKE } };
/** Of the category of the deals, which its tasks may take. */
const CATEGORY_SECONDS = 300;
const HONEST = 0;
const FIRST_ROGUE = 20;
/** Rogues of the case: fresh accounts with neither coins nor stake. */
const ROGUES = 12;

const walletAt = (place: number) => new Wallet(keyAt(place), ethers.provider);

/** Somebody who takes tasks and does none of them. */
interface Rogue {
  /** What it was given. */
  readonly taken: TaskAssignment[];
  /** Goes without a word. */
  vanish(): Promise<void>;
  stop(): Promise<void>;
}

/** Joins, and says of whatever it is given that it failed, several times; or nothing at all. */
async function startRogue(
  url: string,
  wallet: Wallet,
  { habit, prove }: { habit: "fail" | "sit"; prove?: (challenge: Hex) => Hex },
): Promise<Rogue> {
  const client = new WorkerSession(url, wallet, { slots: 64, ...(prove !== undefined && { prove }) });
  const ending = new AbortController();
  const { signal } = ending;
  const taken: TaskAssignment[] = [];
  const running: TaskAssignment[] = [];

  async function take({ run }: { run: readonly TaskAssignment[] }): Promise<void> {
    for (const assignment of run) {
      const { taskId, attempt } = assignment;
      taken.push(assignment);
      if (habit === "sit") running.push(assignment);
      else
        for (let times = 0; times < 3; times++)
          await client.report(
            taskId,
            { attempt, status: "COMPUTE_FAILED", cause: "your app is broken, honest" },
            signal,
          );
    }
  }
  async function live(): Promise<void> {
    while (!signal.aborted) {
      const changes = await client.awaitChanges({ running, revealing: [] }, signal).catch(() => undefined);
      if (changes !== undefined) await take(changes).catch(() => undefined);
    }
  }

  // It has joined when it was answered once, or is refused; a goodbye of before may be on its way.
  await client.logs(`0x${"00".repeat(32)}`, { attempt: 1, stdout: "", stderr: "" }, signal).catch((error: unknown) => {
    if (!(error instanceof ServiceError) || error.statusCode === 403) throw error;
  });
  const living = live();
  async function vanish(): Promise<void> {
    ending.abort();
    await living;
  }
  return {
    taken,
    vanish,
    async stop() {
      await vanish();
      await client.leave();
    },
  };
}

describe("A pool among rogue workers", () => {
  let world: PoolWorld;
  let scheduler: Awaited<ReturnType<PoolWorld["startScheduler"]>> | undefined;
  const rogues: Rogue[] = [];

  before(async () => {
    world = await openPoolWorld(connection);
  });
  afterEach(async () => {
    for (const rogue of rogues.splice(0)) await rogue.stop();
    await scheduler?.stop();
    scheduler = undefined;
  });
  after(() => world.close());

  /** Puts RLC into escrow for somebody. */
  async function stake(account: string, amount: bigint): Promise<void> {
    const { poco, rlc, accounts } = world;
    await rlc.connect(accounts.anyone).faucet(amount);
    await rlc.connect(accounts.anyone).approve(poco, amount);
    await poco.connect(accounts.anyone).depositFor(amount, account);
  }

  it("is closed to those whom it does not list, and says what to do", async () => {
    scheduler = await world.startScheduler();
    const wallet = walletAt(FIRST_ROGUE);
    const refusal = await rejection(startRogue(scheduler.url, wallet, { habit: "fail" }), ServiceError);
    expect(refusal.statusCode).to.equal(403);
    expect(refusal.message).to.equal(
      `Account ${wallet.address} is not among the workers of this pool: ask its operator to list it (--workers of ` +
        "a scheduler, --admit-workers of poco network), and join again.",
    );
  });

  it("has a healthy worker that is busy do a task that a broken one failed, before it gives up", async () => {
    scheduler = await world.startScheduler();
    const { url } = scheduler;
    const { app: slow } = await world.publishApp(SLOW);
    const { app } = await world.publishApp(TRUTH);
    const honest = await world.startWorker(HONEST, url);
    const { tasks: first } = await world.makeDeal({ app: slow, params: JSON.stringify({ iexec_args: "3000" }) });
    await eventually("the healthy worker computes", async () => {
      return (await reportOf(url, first[0]!))?.replicates[0]?.currentStatus === "COMPUTING";
    });
    const broken = await startRogue(url, new Wallet(keyAt(8)), { habit: "fail" });
    rogues.push(broken);

    const { tasks } = await world.makeDeal({ app });
    const report = await until(url, tasks[0]!, "COMPLETED");
    await honest.stop();

    expect(report.replicates.map(({ walletAddress }) => walletAddress)).to.deep.equal([
      world.accounts.worker2.address,
      world.accounts.worker1.address,
    ]);
    expect(broken.taken).to.have.lengthOf(1);
  });

  it("gives who fails everything less and less, and remembers it when it starts again", async () => {
    const probation = { restMs: 60_000 };
    scheduler = await world.startScheduler(0, { probation });
    const { app } = await world.publishApp(TRUTH);
    const wallet = new Wallet(keyAt(9));
    const broken = await startRogue(scheduler.url, wallet, { habit: "fail" });
    rogues.push(broken);
    const { tasks } = await world.makeDeal({ app, volume: 3n });
    // Its reports are on their way when it has the task: only the log says that one was recorded.
    const isRecorded = (line: string) => line.includes(wallet.address) && line.includes("attempt ended");
    await eventually("it failed one", async () => world.log().split("\n").some(isRecorded));
    await rogues.pop()!.stop();
    await scheduler.stop();

    scheduler = await world.startScheduler(0, { probation });
    const again = await startRogue(scheduler.url, wallet, { habit: "fail" });
    rogues.push(again);
    const honest = await world.startWorker(HONEST, scheduler.url);
    for (const task of tasks) await until(scheduler.url, task, "COMPLETED");
    await honest.stop();

    expect(broken.taken).to.have.lengthOf(1);
    expect(again.taken).to.deep.equal([]);
  });

  for (const [what, key, abandon] of [
    ["goes silent with a task", keyAt(10), (rogue: Rogue) => rogue.vanish()],
    [
      "sits on a task until it takes too long",
      keyAt(11),
      () => connection.networkHelpers.time.increase(CATEGORY_SECONDS),
    ],
  ] as const) {
    it(`lets a worker rest that ${what}, and gives the next to another`, async () => {
      const probation = { restMs: 600_000 };
      scheduler = await world.startScheduler(0, { probation, timeouts: { holdMs: 100, graceMs: 1_000 } });
      const { app } = await world.publishApp(TRUTH);
      const sitting = await startRogue(scheduler.url, new Wallet(key), { habit: "sit" });
      rogues.push(sitting);
      const { tasks: first } = await world.makeDeal({ app });
      await eventually("it has the task", async () => sitting.taken.length > 0);
      await abandon(sitting);
      const { url } = scheduler;
      await eventually("the task is taken from it", async () => {
        const replicate = (await reportOf(url, first[0]!))?.replicates[0];
        return replicate !== undefined && ["WORKER_LOST", "ABORTED"].includes(replicate.currentStatus);
      });
      await rogues.pop()!.stop();
      await scheduler.stop();

      scheduler = await world.startScheduler(0, { probation });
      const again = await startRogue(scheduler.url, new Wallet(key), { habit: "sit" });
      rogues.push(again);
      const { tasks: second } = await world.makeDeal({ app });
      await until(scheduler.url, second[0]!, "INITIALIZED");
      const honest = await world.startWorker(HONEST, scheduler.url);
      await until(scheduler.url, second[0]!, "COMPLETED");
      await honest.stop();

      expect(again.taken).to.deep.equal([]);
    });
  }

  it("asks strangers for a stake, in escrow, and says how much is missing", async () => {
    scheduler = await world.startScheduler(0, OPEN);
    const wallet = walletAt(FIRST_ROGUE);
    const refusal = await rejection(startRogue(scheduler.url, wallet, { habit: "fail" }), ServiceError);
    expect(refusal.message).to.equal(
      `Account ${wallet.address} has 0 nRLC in escrow at hub ${world.manifest.poco}, and this pool asks 1000000 of workers that ` +
        "it does not list: deposit 1000000 more there, and join again.",
    );
    await stake(wallet.address, STAKE);
    rogues.push(await startRogue(scheduler.url, wallet, { habit: "fail" }));
  });

  it("counts twelve accounts on one platform once, and has a task done by another platform", async () => {
    scheduler = await world.startScheduler(0, OPEN);
    const { url } = scheduler;
    const rogueProcessor = await registeredProcessor();
    for (let n = 0; n < ROGUES; n++) {
      const wallet = walletAt(FIRST_ROGUE + n);
      await stake(wallet.address, STAKE);
      rogues.push(await startRogue(url, wallet, { habit: "fail", prove: proofOf(rogueProcessor, wallet) }));
    }
    const { app } = await world.publishApp(TRUTH);
    const { tasks } = await world.makeDeal({ app });
    const [task] = tasks as [Hex];
    await eventually("it was failed", async () => (await reportOf(url, task))?.replicates.length === 1);
    await stake(world.accounts.worker1.address, STAKE);
    const honest = await world.startWorker(HONEST, url);

    const report = await until(url, task, "COMPLETED");
    await honest.stop();

    const failures = report.replicates.slice(0, -1);
    expect(report.replicates.at(-1)!.walletAddress).to.equal(world.accounts.worker1.address);
    expect(failures.length, "one platform, until somebody else is there").to.be.within(1, 3);
  });

  it("gives a newcomer one task at a time, whatever it says that it takes, and nothing of an enclave without a platform", async () => {
    scheduler = await world.startScheduler(0, OPEN);
    const { url } = scheduler;
    const processor = await registeredProcessor();
    const [withPlatform, without] = [walletAt(FIRST_ROGUE), walletAt(FIRST_ROGUE + 1)];
    for (const { address } of [withPlatform, without]) await stake(address, STAKE);
    const sitting = await startRogue(url, withPlatform, { habit: "sit", prove: proofOf(processor, withPlatform) });
    const bare = await startRogue(url, without, { habit: "sit" });
    rogues.push(sitting, bare);

    const { app } = await world.publishApp(TRUTH);
    const { tasks } = await world.makeDeal({ app, volume: 3n });
    await eventually("one was taken", async () => sitting.taken.length > 0);
    await stake(world.accounts.worker1.address, STAKE);
    const honest = await world.startWorker(HONEST, url);
    const taken = new Set(sitting.taken.map(({ taskId }) => taskId as Hex));
    for (const task of tasks.filter((each) => !taken.has(each))) await until(url, task, "COMPLETED");

    expect(sitting.taken).to.have.lengthOf(1);
    expect(bare.taken).to.deep.equal([]);
    await honest.stop();
    const { tasks: plain } = await world.makeDeal({ app, tag: NO_TAG });
    await eventually("it has a task without an enclave", async () => bare.taken.length > 0);
    expect(bare.taken.map(({ taskId }) => taskId)).to.deep.equal(plain);
  });

  it("refuses quotes about another account or login, of platforms nobody registered, and of roots nobody believes", async () => {
    scheduler = await world.startScheduler(0, OPEN);
    const { url } = scheduler;
    const wallet = walletAt(FIRST_ROGUE);
    await stake(wallet.address, STAKE);
    const refusalOf = async (prove: (challenge: Hex) => Hex) =>
      (await rejection(startRogue(url, wallet, { habit: "fail", prove }), ServiceError)).message;

    const stolen = proofOf(world.processor, walletAt(FIRST_ROGUE + 1));
    expect(await refusalOf(stolen)).to.match(/^The quote says 0x\w{128}, but worker/);
    const old = `0x${"01".repeat(32)}` as const;
    expect(await refusalOf(() => proofOf(world.processor, wallet)(old))).to.match(
      /^The quote says 0x\w{128}, but worker/,
    );
    const unregistered = simulatedProcessor(await world.certify(createMachine()));
    expect(await refusalOf(proofOf(unregistered, wallet))).to.match(/is not registered at 0x\w{40}, which the hub's/);
    expect(await refusalOf(() => "0x1234")).to.match(/^The quote is refused/);
  });

  it("keeps nobody whose stake is gone", async () => {
    scheduler = await world.startScheduler(0, OPEN);
    const { url } = scheduler;
    const [rogueWallet, processor] = [walletAt(FIRST_ROGUE + 2), await registeredProcessor()];
    await world.accounts.anyone.sendTransaction({ to: rogueWallet.address, value: ethers.parseEther("1") });
    await stake(rogueWallet.address, STAKE);
    const rogue = await startRogue(url, rogueWallet, { habit: "sit", prove: proofOf(processor, rogueWallet) });
    rogues.push(rogue);
    const { stake: free } = await world.poco.viewAccount(rogueWallet.address);
    await (await world.poco.connect(rogueWallet).withdraw(free)).wait();

    const { app } = await world.publishApp(TRUTH);
    const { tasks } = await world.makeDeal({ app });
    await stake(world.accounts.worker1.address, STAKE);
    await until(url, tasks[0]!, "INITIALIZED");
    const honest = await world.startWorker(HONEST, url);
    await until(url, tasks[0]!, "COMPLETED");
    await honest.stop();

    expect(rogue.taken).to.deep.equal([]);
    expect(world.log()).to.contain("worker no longer meets the pool's terms");
  });

  /** What makes quotes on a machine of its own, which the registry of platforms knows. */
  async function registeredProcessor(): Promise<Processor> {
    const processor = simulatedProcessor(await world.certify(createMachine()));
    const registry = IPlatformRegistry__factory.connect(
      world.manifest.attestation!.platformRegistry,
      world.accounts.anyone,
    );
    await registerPlatform(registry, processor.quote(NOTHING, new Uint8Array(64)));
    return processor;
  }
});

function proofOf(processor: Processor, { address }: Wallet): (challenge: Hex) => Hex {
  return (challenge) =>
    `0x${Buffer.from(processor.quote(NOTHING, encodeReportData(joinBinding(address as Address, challenge)))).toString("hex")}`;
}
