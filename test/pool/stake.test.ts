import { setTimeout as sleep } from "node:timers/promises";

import { expect } from "chai";
import { Wallet } from "ethers";
import { network } from "hardhat";

import { decodeRevert } from "../../src/chain/errors.js";
import { buildOrder, NULL_DATASET_ORDER, OrderKind, signOrder, type Address, type DealId } from "../../src/index.js";
import { openMarketClient } from "../../src/pool/offers/marketClient.js";
import { openSchedulerClient } from "../../src/worker/schedulerClient.js";
import { eventually, keyAt, openPoolWorld, type PoolWorld } from "../fixtures/pool.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;

const PRICE = 1_000_000_000n;
/** What the pool loses of a task that is not done, in nRLC. */
const STAKE = 300_000_000n;
/** The category of 300 s. */
const XS = 0;
const MALLORY = 13;

describe("The stake of a pool at a price", function () {
  this.timeout(120_000);

  let world: PoolWorld;
  let market: string;
  let pool: Address;
  let stranger: Address;
  let welcome: Address;
  let scheduler: Awaited<ReturnType<PoolWorld["startScheduler"]>> | undefined;
  const leaving: (() => Promise<void>)[] = [];
  const mallory = new Wallet(keyAt(MALLORY), ethers.provider);

  before(async () => {
    world = await openPoolWorld(connection);
    market = await world.startMarket();
    pool = (await world.workerpool.getAddress()) as Address;
    welcome = (await world.app.getAddress()) as Address;
    const fields = [mallory.address, "never runs", "DOCKER", "0x00", `0x${"11".repeat(32)}`, "0x"] as const;
    await world.appRegistry.createApp(...fields);
    stranger = (await world.appRegistry.predictApp(...fields)) as Address;
    await world.rlc.connect(mallory).faucet(1_000n * PRICE);
    await world.rlc.connect(mallory).approveAndCall(world.poco, 1_000n * PRICE, "0x");
  });

  afterEach(async () => {
    for (const leave of leaving.splice(0)) await leave();
    await scheduler?.stop();
    scheduler = undefined;
  });

  after(() => world.close());

  /** Starts the pool at a price. Its database is that of the test before. */
  async function startPool(admits: "everyone" | { apps: Address[]; requesters: Address[] }, maxStake?: bigint) {
    const terms = { price: PRICE, admits, categories: [XS], ...(maxStake !== undefined && { maxStake }) };
    scheduler = await world.startScheduler(0, { offers: { market, everyMs: 50, ...terms } });
    return scheduler;
  }

  /** Joins as a worker that takes tasks and never does them. */
  async function idle(url: string, slots = 2): Promise<void> {
    const client = openSchedulerClient(url, new Wallet(keyAt(7)), { slots });
    const ending = new AbortController();
    const asking = (async () => {
      while (!ending.signal.aborted)
        await client.duties({ running: [], revealing: [] }, ending.signal).catch(() => sleep(20));
    })();
    leaving.push(async () => {
      ending.abort();
      await asking;
      await client.leave().catch(() => undefined);
    });
  }

  const listed = () => openMarketClient(market, world.manifest.chainId, mallory).listed(pool);

  /** The pool's order that is on the market once its workers are there. */
  function offered() {
    return eventually("an order is on the market", async () => (await listed())[0]);
  }

  /** Makes a deal of the pool's order with an app and a request of Mallory's. */
  async function strike(kind: "matchOrders" | "matchOrdersBoost", app: Address, volume: bigint): Promise<DealId> {
    const { order } = await offered();
    const { domain } = world.contracts;
    const appOrder = await signOrder(app === welcome ? world.cast.appProvider : mallory, {
      kind: OrderKind.APP,
      order: buildOrder(OrderKind.APP, { app, volume }),
      domain,
    });
    const request = await signOrder(mallory, {
      kind: OrderKind.REQUEST,
      order: buildOrder(OrderKind.REQUEST, {
        app,
        workerpool: pool,
        workerpoolmaxprice: PRICE,
        requester: mallory.address as Address,
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
    await idle(url, 2);

    const { order, remaining } = await offered();

    expect([order.volume, remaining, order.workerpoolprice]).to.deep.equal([12n, 12n, PRICE]);
  });

  it("is offered for no more than the owner said", async () => {
    const { url } = await startPool("everyone", 2n * STAKE + 1n);
    await idle(url, 2);

    expect((await offered()).order.volume).to.equal(2n);
  });

  it("is not for a stranger's app where the pool names its apps", async () => {
    const { url } = await startPool({ apps: [welcome], requesters: [] });
    await idle(url);

    expect((await offered()).order.apprestrict).to.equal(welcome);
    const refused = await strike("matchOrders", stranger, 1n).catch(decodeRevert);
    expect(refused).to.include({ reason: "Restricted" });
    const boosted = await strike("matchOrdersBoost", stranger, 1n).catch(decodeRevert);
    expect(boosted).to.include({ reason: "Restricted" });
  });

  it("is not for a stranger where the pool names its requesters", async () => {
    const { url } = await startPool({ apps: [], requesters: [world.cast.requester.address as Address] });
    await idle(url);

    expect((await offered()).order.requesterrestrict).to.equal(world.cast.requester.address);
    expect(await strike("matchOrders", stranger, 1n).catch(decodeRevert)).to.include({ reason: "Restricted" });
  });

  it("is not offered any more when the pool stops: its orders are closed on chain", async () => {
    const { url, stop } = await startPool("everyone");
    await idle(url);
    const { hash, order } = await offered();

    await stop();
    scheduler = undefined;

    expect(await world.poco.viewConsumed(hash)).to.equal(order.volume);
  });

  it("loses one boost deal's part to a stranger, who finds no other order that day, and the owner is told at once", async () => {
    const { poco } = world;
    const { url } = await startPool("everyone", 4n * STAKE);
    await idle(url);
    const before = await poco.viewAccount(world.cast.scheduler);
    const { hash, order } = await offered();
    const deal = await strike("matchOrdersBoost", stranger, 3n);

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
    const after = await poco.viewAccount(world.cast.scheduler);
    expect(before.stake + before.locked - after.stake - after.locked).to.equal(3n * STAKE);
  });
});
