import { expect } from "chai";
import { TypedDataEncoder, Wallet, id, verifyTypedData } from "ethers";
import { network } from "hardhat";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { readTaskStory } from "@poco-marketplace/cli/task/taskStory.js";
import { createServer, listen } from "@poco-marketplace/services/http/createServer.js";
import { encodeResultLink, formatMoment, taskId as taskIdOf, type Hex } from "@poco-marketplace/sdk/index.js";
import { runPoco } from "../fixtures/runPoco.js";
import { scenes } from "../fixtures/scenes.js";
import { serveChain } from "../fixtures/chainServer.js";
import { PRICES, TASK_PRICE, createActors } from "../fixtures/actors.js";

const connection = await network.create();
const { networkHelpers } = connection;
const { marketWorld } = scenes(connection);
const TRUTH = id("42") as Hex;
const LIE = id("43") as Hex;
const LINK = { storage: "ipfs", location: "/ipfs/QmResult" };

/** A deal of three tasks: one finished with a liar among the workers, one that nobody works on, one not begun with. */
async function deal() {
  const market = await marketWorld();
  const actors = await createActors(market);
  const { requester, scheduler, workers, contribute, orders } = actors;
  const { dealId } = await requester.match(await orders({ volume: 3n, trust: 3n }));
  const { taskId: done } = await scheduler.initialize(dealId, 0n);
  await contribute(0, done, LIE);
  for (const index of [1, 2, 3]) await contribute(index, done, TRUTH);
  for (const index of [1, 2, 3]) await workers[index]!.reveal(done, TRUTH);
  await scheduler.finalize(done, encodeResultLink(LINK));
  const { taskId: left } = await scheduler.initialize(dealId, 1n);
  return { ...market, ...actors, dealId, done, left, unopened: taskIdOf(dealId, 2n) };
}

describe("The story of a task", () => {
  it("tells what happened, in order, who was paid, and where the result is", async () => {
    const { contracts, accounts, done, dealId } = await networkHelpers.loadFixture(deal);

    const story = await readTaskStory(contracts, { taskId: done });

    expect(story).to.include({ dealId, index: 0n, status: "COMPLETED", result: "ipfs /ipfs/QmResult" });
    expect(story.timeline.map(({ name }) => name)).to.deep.equal([
      "TaskInitialize",
      ...Array<string>(4).fill("TaskContribute"),
      "TaskConsensus",
      ...Array<string>(3).fill("TaskReveal"),
      "TaskFinalize",
    ]);
    expect(story.timeline.map(({ at }) => at)).to.deep.equal(
      story.timeline.map(({ at }) => at).toSorted((a, b) => Number(a - b)),
    );
    expect(story.contributions.map(({ isRejected }) => isRejected)).to.deep.equal([true, false, false, false]);
    const paid = story.payouts.filter(({ account }) => account === accounts.requester.address);
    expect(paid).to.deep.equal([{ what: "Seize", account: accounts.requester.address, amount: TASK_PRICE }]);
    const toApp = story.payouts.filter(({ account }) => account === accounts.appProvider.address);
    expect(toApp).to.deep.equal([{ what: "Reward", account: accounts.appProvider.address, amount: PRICES.app }]);
    const [spent, earned] = (["Seize", "Reward"] as const).map((what) =>
      story.payouts.filter((payout) => payout.what === what).reduce((sum, { amount }) => sum + amount, 0n),
    );
    expect(spent).to.equal(earned);
  });

  it("of a task that failed tells why, and who has the money", async () => {
    const { contracts, accounts, left, requester } = await networkHelpers.loadFixture(deal);
    await networkHelpers.time.increase(3_000n);
    await requester.claim(left);

    const { status, diagnosis, timeline } = await readTaskStory(contracts, { taskId: left });

    expect(status).to.equal("FAILED");
    expect(timeline.at(-1)!.sentence).to.equal("claimed: the price is refunded");
    expect(diagnosis).to.deep.equal({
      state: "failed",
      sentence: "No worker contributed before the deadline.",
      advice: `Its price was refunded to ${accounts.requester.address}: send the request again.`,
    });
  });

  it("is there before anyone began, if the deal is named", async () => {
    const { contracts, dealId, unopened } = await networkHelpers.loadFixture(deal);

    const story = await readTaskStory(contracts, { taskId: unopened, dealId, index: 2n });

    expect(story).to.include({ status: "UNSET", index: 2n });
    expect(story.diagnosis.state).to.equal("waiting");
  });
});

describe("npm run task", () => {
  let folder: string;
  let scene: Awaited<ReturnType<typeof deal>>;
  let chain: Awaited<ReturnType<typeof serveChain>>;
  let scheduler: Awaited<ReturnType<typeof createServer>>;
  /** Of the compass and the workerpool, which are one server here. */
  let origin: string;
  let shared: string[];
  const requesterKey = Wallet.createRandom();
  const givenUp = new Set<string>();
  /** When somebody was at them last. */
  const tried = new Map<string, string>();

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "poco-task-"));
    scene = await deal();
    chain = await serveChain(connection);
    scheduler = await createServer();
    serveScheduler();
    origin = await listen(scheduler, 0);
    shared = ["--rpc", chain.url, "--hub", scene.manifest.poco, "--compass", origin];
  });

  /** A compass and a workerpool's API that show logs to whoever signs their challenge. */
  function serveScheduler(): void {
    const domain = { name: "Pool", version: "1", chainId: 31_337 };
    const types = { Challenge: [{ name: "challenge", type: "string" }] };
    const message = { challenge: "read logs" };
    const worker = scene.accounts.worker1.address;
    scheduler.get("/:chainId/workerpools/:pool", () => ({ apiUrl: origin }));
    scheduler.get<{ Params: { id: string } }>("/tasks/:id", ({ params }) => ({
      ...(givenUp.has(params.id) && {
        currentStatus: "RUNNING",
        dateStatusList: [
          { date: "2026-01-01T00:00:00.000Z", status: "RUNNING" },
          { date: "2026-01-01T00:01:00.000Z", status: "RUNNING", cause: "given up: 3 attempts failed" },
        ],
      }),
      replicates: [
        {
          walletAddress: scene.accounts.worker2.address,
          currentStatus: "COMPUTE_FAILED",
          statusUpdateList: [
            { status: "COMPUTING", date: tried.get(params.id) },
            { status: "COMPUTE_FAILED", cause: "no such luck" },
          ],
        },
        { walletAddress: worker, currentStatus: "COMPLETED", appExitCode: 0 },
      ],
    }));
    scheduler.get("/tasks/logs/challenge", () => ({ domain, types: { EIP712Domain: [], ...types }, message }));
    scheduler.get("/tasks/:id/logs", ({ headers: { authorization } }, reply) => {
      const [hash, sign, address] = authorization!.split("_") as [string, string, string];
      const isGood =
        hash === TypedDataEncoder.hash(domain, types, message) &&
        verifyTypedData(domain, types, message, sign) === address &&
        address === requesterKey.address;
      if (!isGood) return reply.status(401).send({ error: "not yours" });
      return {
        computeLogsList: [{ walletAddress: worker, stdout: "counted 42\n", stderr: "warm\n" }],
        causes: [
          { walletAddress: scene.accounts.worker2.address, status: "COMPUTE_FAILED", cause: "it said: my secret" },
        ],
      };
    });
  }

  after(async () => {
    await scheduler.close();
    await chain.close();
    await rm(folder, { recursive: true });
  });

  function run(...args: readonly string[]) {
    return runPoco(["task", ...args, ...shared]);
  }

  it("prints the whole story, with what the workerpool tells the requester", async () => {
    const key = join(folder, "key");
    await writeFile(key, `${requesterKey.privateKey}\n`);

    const { code, stdout } = await run(scene.done, "--key", key);

    expect(code).to.equal(0);
    expect(stdout).to.contain(`Task ${scene.done}`).and.contain("COMPLETED, number 0 of deal");
    expect(stdout).to.match(/\d\d:\d\d:\d\d UTC {2}workers agree/);
    expect(stdout).to.contain(`${scene.accounts.requester.address} paid 0.000011111 RLC`);
    expect(stdout).to.contain("ipfs /ipfs/QmResult").and.contain("counted 42").and.contain("warm");
    expect(stdout).to.contain(`${scene.accounts.worker1.address} COMPLETED, exit code 0`);
    expect(stdout).to.contain(`${scene.accounts.worker2.address} COMPUTE_FAILED\n    no such luck\n`);
    expect(stdout).to.contain(`${scene.accounts.worker2.address} COMPUTE_FAILED:\n    it said: my secret\n`);
    expect(stdout).not.to.contain(requesterKey.privateKey);
  });

  it("prints JSON, with amounts as strings", async () => {
    const { code, stdout } = await run(scene.done, "--json");

    expect(stdout).not.to.contain("my secret");
    const story = JSON.parse(stdout) as { payouts: { amount: string }[]; replicates: unknown[] };
    expect(code).to.equal(0);
    expect(story.payouts.every(({ amount }) => /^\d+$/.test(amount))).to.equal(true);
    expect(story.replicates).to.have.length(2);
  });

  it("says at once that the workerpool has given up, when the money comes back, and how to get it sooner", async () => {
    const taskId = scene.left;
    givenUp.add(taskId);
    const { finalDeadline } = await scene.poco.viewTask(taskId);
    for (const watch of [[], ["--watch"]]) {
      const { code, stdout } = await run(taskId, ...watch);
      expect(code).to.equal(1);
      expect(stdout).to.contain("The workerpool has given up: 3 attempts failed.");
      const moment = formatMoment(finalDeadline);
      expect(stdout).to.contain(`${scene.accounts.requester.address} gets the price back from ${moment} on`);
      expect(stdout).to.match(/evm_increaseTime with \d+, then evm_mine/);
    }
    const { stdout } = await run(taskId, "--json");
    expect((JSON.parse(stdout) as { diagnosis: { state: string } }).diagnosis.state).to.equal("stuck");

    givenUp.delete(taskId);
    expect(await run(taskId)).to.deep.include({ code: 0 });
  });

  it("says nothing of that where a worker was at it since, as when the scheduler was started again", async () => {
    const taskId = scene.left;
    givenUp.add(taskId);
    for (const [date, code] of [
      ["2026-01-01T00:00:59.000Z", 1],
      ["2026-01-01T00:01:01.000Z", 0],
    ] as const) {
      tried.set(taskId, date);
      const told = await run(taskId);
      expect(told.code).to.equal(code);
      expect(told.stdout.includes("has given up")).to.equal(code === 1);
    }
    givenUp.delete(taskId);
    tried.delete(taskId);
  });

  it("watches until the task is over", async () => {
    const { dealId, contribute, workers, scheduler: pool } = scene;
    const index = 2n;
    const watching = run("--deal", dealId, "--index", String(index), "--watch");

    // Two are enough: they were right once before.
    const { taskId } = await pool.initialize(dealId, index);
    for (const one of [1, 2]) await contribute(one, taskId, TRUTH);
    for (const one of [1, 2]) await workers[one]!.reveal(taskId, TRUTH);
    await pool.finalize(taskId, "0x");

    const { code, stdout } = await watching;
    expect(code).to.equal(0);
    expect(stdout).to.match(/finalized: 0x[^]*The task is completed: everyone was paid\.$/);
  });

  it("says with its exit code that somebody has to act", async () => {
    await networkHelpers.time.increase(3_000n);

    const { code, stdout } = await run(scene.left);

    expect(code).to.equal(1);
    expect(stdout).to.contain("No worker contributed before the deadline.\nCall claim now");
  });

  const unusable: [what: string, args: string[], sentence: string][] = [
    ["no task", [], "The task is missing"],
    ["a deal without an index", ["--deal", TRUTH], "The task is missing"],
    ["an id that is none", ["0x12"], '"0x12"'],
    ["an unknown task", [TRUTH], "was initialized: check the id"],
    ["an unknown deal", ["--deal", TRUTH, "--index", "0"], "was initialized: check the id"],
    ["two ways to tell", [TRUTH, "--watch", "--json"], "give only one of them"],
    ["a key that is not there", ["done", "--key", "nowhere"], "nowhere cannot be read"],
  ];
  for (const [what, args, sentence] of unusable) {
    it(`refuses ${what} with a sentence`, async () => {
      const { code, stderr } = await run(...args.map((arg) => (arg === "done" ? scene.done : arg)));

      expect(code).to.equal(2);
      expect(stderr).to.contain(sentence);
    });
  }
});
