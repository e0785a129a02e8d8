import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";
import { toUtf8Bytes, Wallet } from "ethers";
import { network } from "hardhat";

import { OCI_TYPES } from "@poco-marketplace/enclave/image/build/imageDocuments.js";
import { digestOf, hexOf, type Digest } from "@poco-marketplace/enclave/image/digest.js";
import type { RegistryOptions } from "@poco-marketplace/enclave/image/registry.js";
import { decodeRevert } from "@poco-marketplace/sdk/chain/errors/decodeRevert.js";
import {
  buildOrder,
  hashOrder,
  NULL_DATASET_ORDER,
  OrderKind,
  signOrder,
  taskId,
  TaskStatus,
  type Address,
  type DealId,
  type Hex,
} from "@poco-marketplace/sdk/index.js";
import { MarketClient } from "@poco-marketplace/sdk/client/market.js";
import type { SchedulerServiceOptions } from "@poco-marketplace/services/scheduler/service.js";
import { openAppInspector } from "@poco-marketplace/services/worker/inspectApp.js";
import { WorkerSession } from "@poco-marketplace/sdk/client/workerSession.js";
import { App__factory } from "../../typechain-types/index.js";
import { buildImage } from "../fixtures/image/image.js";
import { serveRegistry } from "../fixtures/image/registryServer.js";
import { runPoco } from "../fixtures/runPoco.js";
import { eventually, keyAt, openPoolWorld, reportOf, type PoolWorld } from "../fixtures/pool.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const PRICE = 1_000_000_000n;
/** What the pool loses of a task that is not done, in nRLC. */
const STAKE = 300_000_000n;
/** The category of 300 s. */
const XS = 0;
const MALLORY = 13;

describe("The stake of a pool at a price", () => {
  let world: PoolWorld;
  let market: string;
  let packages: string;
  let workerpool: Address;
  let stranger: Address;
  let welcome: Address;
  let scheduler: Awaited<ReturnType<PoolWorld["startScheduler"]>> | undefined;
  const leaving: (() => Promise<void>)[] = [];
  const mallory = new Wallet(keyAt(MALLORY), ethers.provider);
  /** Another account of hers. */
  const sybil = new Wallet(keyAt(MALLORY - 1), ethers.provider);

  before(async () => {
    world = await openPoolWorld(connection);
    market = await world.startMarket();
    packages = await mkdtemp(join(tmpdir(), "packages-"));
    workerpool = (await world.workerpool.getAddress()) as Address;
    welcome = (await world.app.getAddress()) as Address;
    const fields = [mallory.address, "never runs", "DOCKER", "0x00", `0x${"11".repeat(32)}`, "0x"] as const;
    await world.appRegistry.createApp(...fields);
    stranger = (await world.appRegistry.predictApp(...fields)) as Address;
    for (const payer of [mallory, sybil]) {
      await world.rlc.connect(payer).faucet(1_000n * PRICE);
      await world.rlc.connect(payer).approveAndCall(world.poco, 1_000n * PRICE, "0x");
    }
  });

  afterEach(async () => {
    for (const leave of leaving.splice(0)) await leave();
    await scheduler?.stop();
    scheduler = undefined;
  });

  after(async () => {
    await world.close();
    await rm(packages, { recursive: true, force: true });
  });

  /** Starts the pool at a price. Its database is that of the test before. */
  async function startPool(
    admits: "everyone" | { apps: Address[]; requesters: Address[] },
    maxStake?: bigint,
    { maxLoss, ...more }: Pick<SchedulerServiceOptions, "inspectApp" | "limits"> & { maxLoss?: bigint } = {},
  ) {
    const limits = { ...(maxStake !== undefined && { maxStake }), ...(maxLoss !== undefined && { maxLoss }) };
    const terms = { price: PRICE, admits, categories: [XS], ...limits };
    scheduler = await world.startScheduler(0, { offers: { market, everyMs: 50, ...terms }, ...more });
    return scheduler;
  }

  /** Looks at apps as a scheduler of the network does. */
  function inspector(registries: RegistryOptions = {}) {
    const { manifest, ipfs } = world;
    const chain = { provider: ethers.provider, hub: manifest.poco };
    return openAppInspector({ ...chain, folder: packages, gateway: ipfs, registries });
  }

  /** Joins as a worker that takes tasks and never does them, or says at once that it failed. */
  async function idle(url: string, status?: "COMPUTE_FAILED", key = keyAt(7)): Promise<void> {
    const client = new WorkerSession(url, new Wallet(key), { slots: 2 });
    const ending = new AbortController();
    const { signal } = ending;
    const asking = (async () => {
      while (!signal.aborted) {
        const { run } = await client.awaitChanges({ running: [], revealing: [] }, signal).catch(() => ({ run: [] }));
        for (const { taskId: task, attempt } of run) {
          if (status !== undefined) await client.report(task, { attempt, status }, signal).catch(() => undefined);
        }
        await sleep(20);
      }
    })();
    leaving.push(async () => {
      ending.abort();
      await asking;
      await client.leave().catch(() => undefined);
    });
  }

  const listed = () =>
    new MarketClient(market, { chainId: world.manifest.chainId, signer: mallory }).openOrders("workerpool", {
      workerpool,
      app: "any",
      dataset: "any",
      requester: "any",
    });

  /** The pool's order that is on the market once its workers are there. */
  function offered() {
    return eventually("an order is on the market", async () => (await listed())[0]);
  }

  /** Makes a deal of the pool's order with an app and a request of Mallory's. */
  async function match(
    kind: "matchOrders" | "matchOrdersBoost",
    app: Address,
    volume: bigint,
    by = mallory,
  ): Promise<DealId> {
    const { order } = await offered();
    const { domain } = world.contracts;
    const appOrder = await signOrder(app === welcome ? world.accounts.appProvider : mallory, {
      kind: OrderKind.APP,
      order: buildOrder(OrderKind.APP, { app, volume }),
      domain,
    });
    const request = await signOrder(by, {
      kind: OrderKind.REQUEST,
      order: buildOrder(OrderKind.REQUEST, {
        app,
        workerpool,
        workerpoolmaxprice: PRICE,
        requester: by.address as Address,
        volume,
        category: BigInt(XS),
      }),
      domain,
    });
    const hub = world.poco.connect(mallory);
    const orders = [appOrder, NULL_DATASET_ORDER, order, request] as const;
    const id = await hub[kind].staticCall(...orders);
    await (await hub[kind](...orders)).wait();
    return id as DealId;
  }

  it("is offered to nobody while no worker is there", async () => {
    await startPool("everyone");
    await sleep(300);

    expect(await listed()).to.deep.equal([]);
  });

  it("is offered for as many tasks as its workers can end in time, not a thousand", async () => {
    const { url } = await startPool("everyone");
    await idle(url);

    const { order, remaining } = await offered();

    // Six for a worker that has not done any yet.
    expect([order.volume, remaining, order.workerpoolprice]).to.deep.equal([6n, 6n, PRICE]);
  });

  it("is offered for no more than the owner said", async () => {
    const { url } = await startPool("everyone", 2n * STAKE + 1n);
    await idle(url);

    expect((await offered()).order.volume).to.equal(2n);
  });

  it("is not for a stranger's app where the pool names its apps", async () => {
    const { url } = await startPool({ apps: [welcome], requesters: [] });
    await idle(url);

    expect((await offered()).order.apprestrict).to.equal(welcome);
    const refused = await match("matchOrders", stranger, 1n).catch(decodeRevert);
    expect(refused).to.include({ reason: "Restricted" });
    const boosted = await match("matchOrdersBoost", stranger, 1n).catch(decodeRevert);
    expect(boosted).to.include({ reason: "Restricted" });
  });

  it("is not put to an app that nobody can run though the pool names it, and its log says why", async () => {
    const { app: good } = await world.publishApp("", { name: "that runs" });
    const { url } = await startPool({ apps: [stranger, good], requesters: [] }, undefined, { inspectApp: inspector() });
    await idle(url);

    expect((await offered()).order.apprestrict).to.equal(good);
    await sleep(200);
    expect(await listed()).to.have.lengthOf(1);
    expect(world.log()).to.contain(`Nothing is offered to app ${stranger}, since no worker can run it: Nothing can be`);
  });

  it("is not for a stranger where the pool names its requesters", async () => {
    const { url } = await startPool({ apps: [], requesters: [world.accounts.requester.address as Address] });
    await idle(url);

    expect((await offered()).order.requesterrestrict).to.equal(world.accounts.requester.address);
    expect(await match("matchOrders", stranger, 1n).catch(decodeRevert)).to.include({ reason: "Restricted" });
  });

  it("is not offered any more when the pool stops: its orders are closed on chain", async () => {
    const { url, stop } = await startPool("everyone");
    await idle(url);
    const { hash, order } = await offered();

    await stop();
    scheduler = undefined;

    expect(await world.poco.viewConsumed(hash)).to.equal(order.volume);
  });

  /** What the pool has lost since `before`. */
  async function lostSince(before: { stake: bigint; locked: bigint }): Promise<bigint> {
    const now = await world.poco.viewAccount(world.accounts.scheduler);
    return before.stake + before.locked - now.stake - now.locked;
  }

  /** The tasks of a deal reach their final deadline, and the scheduler claims them. */
  async function fail(deal: DealId, volume: bigint): Promise<void> {
    await networkHelpers.time.increase(10 * 300);
    await networkHelpers.mine();
    for (let index = 0n; index < volume; index++) {
      await eventually("the task is claimed", async () => {
        return (await world.poco.viewTask(taskId(deal, index))).status === TaskStatus.FAILED;
      });
    }
  }

  /** Asks the scheduler, as whoever has a key. */
  function pool(args: readonly string[], key: Hex) {
    return runPoco(["pool", ...args, "--scheduler", scheduler!.url], { POCO_KEY: key });
  }

  /** Nothing is offered until Mallory is forgiven. */
  async function expectClosedTo(app: Address): Promise<void> {
    await eventually("nothing is offered", async () => (await listed()).length === 0);
    expect((await pool(["forgive", app, mallory.address], keyAt(6))).code).to.equal(0);
    await offered();
  }

  it("is offered to nobody for a day once as much was lost as its owner allows, if each time to another stranger", async () => {
    const { url } = await startPool("everyone", 4n * STAKE, { maxLoss: 2n * STAKE, limits: { failures: 1 } });
    await idle(url, "COMPUTE_FAILED", keyAt(9));
    const before = await world.poco.viewAccount(world.accounts.scheduler);

    const deals = [await match("matchOrders", stranger, 1n)];
    await eventually("it is given up", async () => world.log().includes(`Task ${taskId(deals[0]!, 0n)} is given up`));
    const { order } = await offered();
    deals.push(await match("matchOrders", stranger, 1n, sybil));

    await eventually("nothing is offered", async () => (await listed()).length === 0);
    expect(world.log()).to.contain(
      "Within a day 0.6 RLC of the pool's stake were given up, and 0.6 may be (--max-loss)",
    );
    const hash = hashOrder(OrderKind.WORKERPOOL, order, world.contracts.domain);
    expect(await world.poco.viewConsumed(hash)).to.equal(order.volume);
    for (const deal of deals) await fail(deal, 1n);
    expect(await lostSince(before)).to.equal(2n * STAKE);
  });

  it("loses one deal's part to an app that cannot be fetched, for which nothing is begun", async () => {
    const { url } = await startPool("everyone", 4n * STAKE, { inspectApp: inspector() });
    await idle(url);
    const before = await world.poco.viewAccount(world.accounts.scheduler);

    const deal = await match("matchOrders", stranger, 3n);
    const cause = "given up: Nothing can be fetched from";
    const { dateStatusList } = await eventually("it is given up", async () => {
      const report = await reportOf(url, taskId(deal, 0n));
      return report?.dateStatusList.at(-1)?.cause?.startsWith(cause) === true && report;
    });

    expect(dateStatusList.map(({ status }) => status)).to.deep.equal(["RECEIVED", "RECEIVED"]);
    expect((await world.poco.viewTask(taskId(deal, 0n))).status).to.equal(TaskStatus.UNSET);
    expect(world.log()).to.contain(`Deals of requester ${mallory.address} for app ${stranger} are not taken until`);
    await expectClosedTo(stranger);
    await fail(deal, 3n);
    expect(await lostSince(before)).to.equal(3n * STAKE);
  });

  it("loses one deal's part to an app that measures something else than was published", async () => {
    const { app: good } = await world.publishApp("", { name: "as it should be" });
    const { m_appMultiaddr: multiaddr, m_appChecksum: checksum } = App__factory.connect(good, ethers.provider);
    const fields = [
      mallory.address,
      "unmeasured",
      "DOCKER",
      await multiaddr(),
      await checksum(),
      `0x${"22".repeat(32)}`,
    ];
    await world.appRegistry.createApp(...(fields as Parameters<typeof world.appRegistry.createApp>));
    const app = await world.appRegistry.predictApp(...(fields as Parameters<typeof world.appRegistry.predictApp>));
    const inspectApp = inspector();
    expect(await inspectApp(good)).to.equal(undefined);
    const { url } = await startPool("everyone", 4n * STAKE, { inspectApp });
    await idle(url);

    const deal = await match("matchOrders", app as Address, 1n);

    await eventually("it is given up", async () => {
      const report = await reportOf(url, taskId(deal, 0n));
      return report?.dateStatusList.at(-1)?.cause?.includes(`and published 0x${"22".repeat(32)}`);
    });
    expect((await world.poco.viewTask(taskId(deal, 0n))).status).to.equal(TaskStatus.UNSET);
    await expectClosedTo(app as Address);
    await fail(deal, 1n);
  });

  it("is not put to an image that no worker could run, of which only the documents are read", async () => {
    const arm = buildImage({ config: { architecture: "arm64" } });
    const unfit = buildImage({ config: { architecture: "riscv64" } });
    const mislabeled = buildImage({ run: { Entrypoint: ["/app.sh"], Labels: { "poco.network": "off" } } });
    const layer = { mediaType: OCI_TYPES.layer, digest: digestOf(toUtf8Bytes("large")), size: 2 ** 34 + 1 };
    const large = buildImage({ manifest: { layers: [layer] }, run: {} });
    const images = [arm, unfit, mislabeled, large];
    const registry = await serveRegistry(new Map(images.flatMap(({ contents }) => [...contents])));
    leaving.push(() => registry.close());
    const published = async ({ digest }: { digest: Digest }, place = `${registry.host}/a/b:1`) => {
      const fields = [mallory.address, `${digest} ${place}`, "DOCKER", toUtf8Bytes(place), `0x${hexOf(digest)}`, "0x"];
      await world.appRegistry.createApp(...(fields as Parameters<typeof world.appRegistry.createApp>));
      return world.appRegistry.predictApp(...(fields as Parameters<typeof world.appRegistry.predictApp>));
    };
    const inspectApp = inspector({ privateRegistries: [registry.host] });
    const problemOf = async (...image: Parameters<typeof published>) =>
      inspectApp((await published(...image)) as Address);

    const runnable = (await published(arm)) as Address;
    expect(await inspectApp(runnable)).to.equal(undefined);
    const { length: requests } = registry.requests;
    expect(await inspectApp(runnable)).to.equal(undefined);
    expect(registry.requests).to.have.lengthOf(requests);
    expect(await problemOf(unfit)).to.match(/cannot be run: The image is for linux.riscv64/);
    expect(await problemOf(mislabeled)).to.match(/label poco.network is "off"/);
    expect(await problemOf(large)).to.match(/more than 17179869184 bytes in its layers/);
    expect(await problemOf({ digest: `sha256:${"0d".repeat(32)}` })).to.contain("does not have the manifest");
    expect(await problemOf(arm, `${registry.host}/A`)).to.contain('"A" has upper-case letters');
    const configs = images.map(({ config }) => digestOf(config));
    const blobs = registry.requests.flatMap((request) => /blobs\/(.+)$/.exec(request)?.[1] ?? []);
    expect(new Set(blobs)).to.deep.equal(new Set(configs));
    // Another worker may have an account at the registry, be in its network, or see it up again.
    registry.intercept = (_, response) => (response.writeHead(401).end(), "answered");
    expect(await problemOf(unfit, `${registry.host}/private`)).to.equal(undefined);
    registry.intercept = () => undefined;
    expect(await inspector()((await published(unfit, `${registry.host}/near`)) as Address)).to.equal(undefined);
  });

  it("is not put to an app any more of which three tasks in a row failed, within a deal either", async () => {
    const { url } = await startPool("everyone", 7n * STAKE, { limits: { failures: 1 } });
    await idle(url, "COMPUTE_FAILED", keyAt(10));
    const before = await world.poco.viewAccount(world.accounts.scheduler);

    const deal = await match("matchOrders", stranger, 6n);
    const tasks = Array.from({ length: 6 }, (_, index) => taskId(deal, BigInt(index)));
    const reports = await Promise.all(
      tasks.map((task) =>
        eventually("it is given up", async () => {
          const report = await reportOf(url, task);
          return report?.dateStatusList.some(({ cause }) => cause !== undefined) === true && report;
        }),
      ),
    );

    // Some more may have been begun by the time that the third had failed, in whichever order, but not all.
    const tried = reports.map(({ replicates }) => replicates.length);
    expect(Math.max(...tried)).to.equal(1);
    expect(tried.filter((times) => times === 1).length).to.be.within(3, 5);
    expect(reports[tried.indexOf(0)]!.dateStatusList.at(-1)!.cause).to.match(
      /^given up: its app and requester are denied: [3-5] tasks in a row failed: 1 attempts failed$/,
    );
    await expectClosedTo(stranger);
    await fail(deal, 6n);
    expect(await lostSince(before)).to.equal(6n * STAKE);
  });

  it("can be let in again by the pool's owner only, who sees who is denied", async () => {
    const { url } = await startPool("everyone", 4n * STAKE, { inspectApp: inspector() });
    await idle(url);
    const deal = await match("matchOrders", stranger, 1n);
    await eventually("nothing is offered", async () => (await listed()).length === 0);
    const denied = await pool(["denials"], keyAt(6));
    expect(denied.stdout)
      .to.contain(`App ${stranger}, requester ${mallory.address}, until`)
      .and.contain("Nothing can be");
    const asked = await pool(["denials"], keyAt(MALLORY));
    expect(asked)
      .to.deep.include({ code: 1, stdout: "" })
      .and.have.property("stderr")
      .that.contains("for the pool's owner");
    const forgiven = await pool(["forgive", stranger, mallory.address], keyAt(MALLORY));
    expect(forgiven.code).to.equal(1);
    expect(await listed()).to.deep.equal([]);
    expect((await pool(["forgive", welcome, mallory.address], keyAt(6))).stderr).to.contain("is not denied for app");
    expect((await pool(["forgive", "0x12", mallory.address], keyAt(6))).code).to.equal(2);
    expect((await pool(["forgive", stranger, mallory.address], keyAt(6))).code).to.equal(0);
    await offered();
    await fail(deal, 1n);
  });

  it("loses one boost deal's part to a stranger, who finds no other order that day, and the owner is told at once", async () => {
    const { poco } = world;
    const { url } = await startPool("everyone", 4n * STAKE);
    await idle(url);
    const before = await poco.viewAccount(world.accounts.scheduler);
    const { hash, order } = await offered();
    const deal = await match("matchOrdersBoost", stranger, 3n);

    const sentence = `Boost deal ${deal} has 3 tasks for this pool`;
    await eventually("the log says so", async () => world.log().includes(sentence));
    await eventually("the order is closed", async () => (await poco.viewConsumed(hash)) === order.volume);
    await sleep(300);
    expect(await listed()).to.deep.equal([]);

    // Nor after a restart.
    await scheduler!.stop();
    const again = await startPool("everyone", 4n * STAKE);
    await idle(again.url);
    await sleep(500);
    expect(await listed()).to.deep.equal([]);
    expect(world.log().split(sentence)).to.have.lengthOf(2);

    await networkHelpers.time.increase(7 * 300);
    for (const index of [0n, 1n, 2n]) await poco.connect(mallory).claimBoost(deal, index);
    expect(await lostSince(before)).to.equal(3n * STAKE);
  });
});
