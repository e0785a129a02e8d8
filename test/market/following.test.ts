import { expect } from "chai";
import { ZeroAddress } from "ethers";

import { OrderKind, OrderOperation, hashOrder, type Hex } from "@poco-marketplace/sdk/protocol/index.js";
import { encodeWithBytes } from "../fixtures/encodeWithBytes.js";
import { openMarketPlace, type MarketPlace } from "./marketPlace.js";
import { offersAt } from "./offers.js";

describe("The market follows the chain", () => {
  let place: MarketPlace;
  let offers: ReturnType<typeof offersAt>;
  let snapshot: unknown;

  before(async () => {
    place = await openMarketPlace();
    offers = offersAt(place);
  });

  beforeEach(async () => {
    snapshot = await place.request("evm_snapshot");
  });

  // Each test ends in a reorg that takes back all that it did on chain.
  afterEach(async () => {
    await place.request("evm_revert", [snapshot]);
    for (const kind of Object.values(OrderKind)) {
      const owner = offers.owners[kind];
      const target = kind === "request" ? { requester: owner.address } : { [kind]: place.assets[kind] };
      await place.unpublish(owner, kind, { target: "unpublish_all", ...target });
    }
  });

  after(() => place.close());

  async function remaining(kind: OrderKind, hash: Hex): Promise<unknown> {
    const { body } = await place.get(`/${kind}orders/${hash}`);
    return body["remaining"];
  }

  it("and writes off what a deal uses of all four orders, until nothing is left", async () => {
    const { orders, hashes } = await offers.fourOrders();

    await offers.match(orders);

    expect(await remaining("app", hashes.app)).to.equal(6);
    expect(await remaining("dataset", hashes.dataset)).to.equal(5);
    expect(await remaining("workerpool", hashes.workerpool)).to.equal(4);
    expect(await place.statusOf("workerpool", hashes.workerpool)).to.equal("open");
    expect(await remaining("request", hashes.request)).to.equal(0);
    expect(await place.statusOf("request", hashes.request)).to.equal("filled");
  });

  it("and answers a deal right after its transaction, under each of its names", async () => {
    const { orders, hashes } = await offers.fourOrders();

    await offers.match(orders);
    const { body } = await place.get("/deals", { requestorderHash: hashes.request });

    const [deal] = body["deals"] as Record<string, unknown>[];
    const { assets, accounts } = place;
    expect(body["count"]).to.equal(1);
    expect(deal).to.deep.include({
      app: { pointer: assets.app, owner: accounts.appProvider.address, price: 3 },
      dataset: { pointer: assets.dataset, owner: accounts.datasetProvider.address, price: 0 },
      workerpool: { pointer: assets.workerpool, owner: accounts.scheduler.address, price: 1_000 },
      requester: accounts.requester.address,
      beneficiary: accounts.requester.address,
      callback: ZeroAddress,
      volume: 4,
      botFirst: 0,
      botSize: 4,
      category: 0,
      trust: 1,
      workerStake: 300,
      schedulerRewardRatio: 1,
      appHash: hashes.app,
      datasetHash: hashes.dataset,
      workerpoolHash: hashes.workerpool,
      requestHash: hashes.request,
    });
    for (const query of [
      { requester: accounts.requester.address },
      { app: assets.app.toLowerCase(), dataset: assets.dataset, workerpool: assets.workerpool },
      { apporderHash: hashes.app, datasetorderHash: hashes.dataset, workerpoolorderHash: hashes.workerpool },
      { workerpoolOwner: accounts.scheduler.address, category: "0" },
    ]) {
      const found = await place.get("/deals", query as Record<string, string>);
      expect((found.body["deals"] as { dealid: string }[])[0]?.dealid).to.equal(deal!["dealid"]);
    }
    expect((await place.get("/deals", { requester: accounts.anyone.address })).body["count"]).to.equal(0);
    expect((await place.get(`/deals/${String(deal!["dealid"])}`)).body).to.deep.include(deal!);
  });

  it("and counts what was used of an order before it was published", async () => {
    const { orders } = await offers.fourOrders();
    const app = await offers.offer.app();
    await offers.match({ ...orders, app });

    const { body } = await place.publish(place.accounts.appProvider, "app", app);

    expect(body["published"]).to.include({ remaining: 6, status: "open" });
  });

  it("and knows a boost deal too", async () => {
    const { orders, hashes } = await offers.fourOrders();
    const { app, dataset, workerpool, request } = orders;

    await place.poco.connect(place.accounts.anyone).matchOrdersBoost(app, dataset, workerpool, request);
    const { body } = await place.get("/deals", { requestorderHash: hashes.request });

    const [deal] = body["deals"] as Record<string, unknown>[];
    expect(deal).to.deep.include({
      app: { pointer: place.assets.app, owner: place.accounts.appProvider.address, price: 3 },
      workerpool: { pointer: place.assets.workerpool, owner: place.accounts.scheduler.address, price: 1_000 },
      requester: place.accounts.requester.address,
      beneficiary: place.accounts.requester.address,
      botSize: 4,
      trust: 1,
      schedulerRewardRatio: 1,
    });
    const { timestamp } = (await place.connection.ethers.provider.getBlock("latest"))!;
    expect(deal!["startTime"]).to.equal(timestamp);
    expect(await place.statusOf("request", hashes.request)).to.equal("filled");
  });

  for (const kind of Object.values(OrderKind)) {
    it(`and cancels a ${kind} order that its owner closed, until a reorg takes that back`, async () => {
      const { order, hash } = await offers.published(kind);
      const hub = place.poco.connect(offers.owners[kind]);
      const before: unknown = await place.request("evm_snapshot");
      const close = { order: order as never, operation: OrderOperation.CLOSE, sign: "0x" };
      await {
        app: () => hub.manageAppOrder(close),
        dataset: () => hub.manageDatasetOrder(close),
        workerpool: () => hub.manageWorkerpoolOrder(close),
        request: () => hub.manageRequestOrder(close),
      }[kind]();
      expect(await place.statusOf(kind, hash)).to.equal("canceled");
      expect(await remaining(kind, hash)).to.equal(0);

      await place.request("evm_revert", [before]);
      await place.request("evm_mine");
      expect(await place.statusOf(kind, hash)).to.equal("open");
    });
  }

  it("and lets an order die with the sale of its asset, and live again when it comes back", async () => {
    const { hash } = await offers.published("app");
    const { appRegistry, accounts, assets } = place;
    const sell = (from: typeof accounts.anyone, to: typeof accounts.anyone) =>
      appRegistry.connect(from).transferFrom(from.address, to.address, BigInt(assets.app));

    await sell(accounts.appProvider, accounts.anyone);
    expect(await place.statusOf("app", hash)).to.equal("dead");

    await sell(accounts.anyone, accounts.appProvider);
    expect(await place.statusOf("app", hash)).to.equal("open");
  });

  for (const [kind, needed] of [
    ["workerpool", 300n * 8n],
    ["request", 1_003n * 4n],
  ] as const) {
    it(`and lets a ${kind} order die when its owner lacks a single nRLC of its stake, until it is back`, async () => {
      const { hash } = await offers.published(kind);
      const owner = offers.owners[kind];
      const hub = place.poco.connect(owner);
      const free = await hub.balanceOf(owner.address);

      await hub.withdraw(free - needed);
      expect(await place.statusOf(kind, hash)).to.equal("open");

      await hub.transfer(place.accounts.anyone.address, 1n);
      expect(await place.statusOf(kind, hash)).to.equal("dead");

      await place.poco.connect(place.accounts.anyone).transfer(owner.address, 1n);
      expect(await place.statusOf(kind, hash)).to.equal("open");
    });
  }

  it("and drops a presigned order when a reorg takes the presignature back", async () => {
    const before: unknown = await place.request("evm_snapshot");
    const order = { ...(await offers.offer.app()), sign: "0x" as const };
    const hub = place.poco.connect(place.accounts.appProvider);
    await hub.manageAppOrder({ order, operation: OrderOperation.SIGN, sign: "0x" });
    const { status } = await place.publish(place.accounts.appProvider, "app", order);
    expect(status).to.equal(200);
    const hash = hashOrder("app", order, place.contracts.domain);

    await place.request("evm_revert", [before]);
    await place.request("evm_mine");
    expect(await place.statusOf("app", hash)).to.equal("dead");

    await hub.manageAppOrder({ order, operation: OrderOperation.SIGN, sign: "0x" });
    expect(await place.statusOf("app", hash)).to.equal("open");
  });

  it("and through a reorg of several blocks with deals, sales, payments and closures", async () => {
    const { orders, hashes } = await offers.fourOrders();
    const { appRegistry, accounts, assets, poco, rlc } = place;
    const standing = async () =>
      Object.fromEntries(
        await Promise.all(
          Object.entries(hashes).map(async ([kind, hash]) => {
            const { body } = await place.get(`/${kind}orders/${hash}`);
            return [kind, [body["status"], body["remaining"]]] as const;
          }),
        ),
      );
    const before: unknown = await place.request("evm_snapshot");
    await offers.match(orders);
    await poco
      .connect(accounts.datasetProvider)
      .manageDatasetOrder({ order: orders.dataset, operation: OrderOperation.CLOSE, sign: "0x" });
    await poco.connect(accounts.scheduler).withdraw(await poco.balanceOf(accounts.scheduler.address));
    await appRegistry
      .connect(accounts.appProvider)
      .transferFrom(accounts.appProvider.address, accounts.owner.address, BigInt(assets.app));
    expect(await standing()).to.deep.equal({
      app: ["dead", 6],
      dataset: ["canceled", 0],
      workerpool: ["dead", 4],
      request: ["filled", 0],
    });

    await place.request("evm_revert", [before]);
    // The chain that replaces it is longer, and has one deal of another size.
    const smaller = await place.sign("workerpool", accounts.scheduler, {
      workerpool: assets.workerpool,
      workerpoolprice: 1_000,
      volume: 1,
    });
    await offers.match({ ...orders, workerpool: smaller });
    for (let block = 0; block < 4; block++) await rlc.connect(accounts.anyone).faucet(1n);
    const { body } = await place.get("/deals");

    expect(body["deals"]).to.have.length(1);
    expect((body["deals"] as unknown[])[0]).to.include({ botSize: 1 });
    expect(await standing()).to.deep.equal({
      app: ["open", 9],
      dataset: ["open", 8],
      workerpool: ["open", 8],
      request: ["open", 3],
    });
  });

  it("and is not stopped by params that are not text", async () => {
    const { orders } = await offers.fourOrders();
    const { requester } = place.accounts;
    const request = { ...orders.request, params: "0xff", sign: "0x" };
    const { interface: hub } = place.poco;
    const calls = [
      encodeWithBytes(hub, "manageRequestOrder", [{ order: request, operation: 0n, sign: "0x" }]),
      encodeWithBytes(hub, "matchOrders", [orders.app, orders.dataset, orders.workerpool, request]),
    ];
    for (const data of calls) await requester.sendTransaction({ to: place.manifest.poco, data });
    const { body } = await place.get("/deals");

    expect((body["deals"] as unknown[])[0]).to.include({ params: "", requester: requester.address });
  });

  it("and tells prices day by day, and counts", async () => {
    const { orders } = await offers.fourOrders();
    await offers.match(orders);

    const { body } = await place.get("/ohlc", { category: "0" });
    const [candle] = body["ohlc"] as Record<string, number>[];
    expect(candle).to.include({ open: 1_000, high: 1_000, low: 1_000, close: 1_000, volume: 4 });
    expect(candle!["time"]! % 86_400).to.equal(0);
    expect((await place.get("/metrics")).body).to.deep.include({
      deals: 1,
      orders: { app: { open: 1 }, dataset: { open: 1 }, workerpool: { open: 1 }, request: { filled: 1 } },
    });
  });
});
