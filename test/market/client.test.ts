import { expect } from "chai";
import { Wallet } from "ethers";
import { IExec, utils } from "iexec";

import { checked } from "../fixtures/checkedClient.js";
import { FUNDS } from "../fixtures/scenes.js";
import { openMarketPlace, type MarketPlace } from "./marketPlace.js";

/** The client knows the addresses of no other test chain by itself, but takes a hub's. */
const CHAIN_ID = 421_614;

describe("The market and the client iexec", () => {
  let place: MarketPlace;
  /** What is bought and sold, all of one account. */
  let assets: Record<"app" | "dataset" | "workerpool", string>;
  let iexec: IExec;
  let me: string;

  before(async () => {
    place = await openMarketPlace(CHAIN_ID);
    const key = Wallet.createRandom();
    me = key.address;
    await place.request("hardhat_setBalance", [me, "0x56bc75e2d63100000"]);
    const { appRegistry, datasetRegistry, workerpoolRegistry, rlc, poco, accounts } = place;
    const code = `0x0001${"00".repeat(30)}`;
    const app = [me, "census", "DOCKER", "0x", code, "0x"] as const;
    const dataset = [me, "people", "0x", code] as const;
    const workerpool = [me, "pool"] as const;
    assets = {
      app: await appRegistry.predictApp(...app),
      dataset: await datasetRegistry.predictDataset(...dataset),
      workerpool: await workerpoolRegistry.predictWorkerpool(...workerpool),
    };
    await appRegistry.createApp(...app);
    await datasetRegistry.createDataset(...dataset);
    await workerpoolRegistry.createWorkerpool(...workerpool);
    await rlc.connect(accounts.anyone).faucet(FUNDS);
    await rlc.connect(accounts.anyone).approve(poco, FUNDS);
    await poco.connect(accounts.anyone).depositFor(FUNDS, me);

    const client = new IExec(
      { ethProvider: utils.getSignerFromPrivateKey(place.rpc, key.privateKey, {}) },
      { hubAddress: place.manifest.poco, iexecGatewayURL: place.origin },
    );
    iexec = checked(client, place.rpc);
  });

  after(() => place.close());

  it("publish, fetch and unpublish an app order", async () => {
    const { order, orderbook } = iexec;
    const signed = await order.signApporder(await order.createApporder({ app: assets.app, appprice: 5, volume: 7 }));
    const hash = await order.publishApporder(signed, { preflightCheck: false });

    expect(hash).to.equal(await order.hashApporder(signed));
    const published = await orderbook.fetchApporder(hash);
    expect(published).to.include({ orderHash: hash, chainId: CHAIN_ID, status: "open", remaining: 7, signer: me });
    expect(published.order).to.deep.equal({ ...signed, appprice: 5, volume: 7 });
    const book = await orderbook.fetchAppOrderbook({ app: assets.app });
    expect(book.count).to.equal(1);
    expect(book.orders).to.deep.equal([published]);

    expect(await order.unpublishApporder(hash)).to.equal(hash);
    expect((await orderbook.fetchAppOrderbook({ app: assets.app })).count).to.equal(0);
  });

  it("publish, fetch and unpublish dataset orders, the last and all", async () => {
    const { order, orderbook } = iexec;
    const hashes: string[] = [];
    for (const datasetprice of [3, 2, 1]) {
      const template = await order.createDatasetorder({ dataset: assets.dataset, datasetprice });
      const signed = await order.signDatasetorder(template, { preflightCheck: false });
      hashes.push(await order.publishDatasetorder(signed, { preflightCheck: false }));
    }

    const book = await orderbook.fetchDatasetOrderbook({ dataset: assets.dataset, app: "any" });
    expect(book.orders.map(({ orderHash }) => orderHash)).to.deep.equal(hashes.toReversed());

    expect(await order.unpublishLastDatasetorder(assets.dataset)).to.equal(hashes[2]);
    expect(await order.unpublishAllDatasetorders(assets.dataset)).to.have.members(hashes.slice(0, 2));
    expect((await orderbook.fetchDatasetOrderbook({ dataset: assets.dataset })).count).to.equal(0);
  });

  it("tell free dataset orders for bulk from others", async () => {
    const { order, orderbook } = iexec;
    for (const volume of [Number.MAX_SAFE_INTEGER, 10]) {
      const template = await order.createDatasetorder({ dataset: assets.dataset, volume });
      await order.publishDatasetorder(await order.signDatasetorder(template, { preflightCheck: false }), {
        preflightCheck: false,
      });
    }

    const book = await orderbook.fetchDatasetOrderbook({ dataset: assets.dataset, bulkOnly: true });
    expect(book.orders.map(({ bulk, remaining }) => [bulk, remaining])).to.deep.equal([[true, 2 ** 53 - 1]]);
    expect((await orderbook.fetchDatasetOrderbook({ dataset: assets.dataset })).count).to.equal(2);
    expect(await order.unpublishAllDatasetorders(assets.dataset)).to.have.lengthOf(2);
  });

  it("page through a pool's orders", async () => {
    const { order, orderbook } = iexec;
    const hashes: string[] = [];
    for (let workerpoolprice = 0; workerpoolprice < 12; workerpoolprice++) {
      const terms = { workerpool: assets.workerpool, category: 0, workerpoolprice };
      const signed = await order.signWorkerpoolorder(await order.createWorkerpoolorder(terms));
      hashes.push(await order.publishWorkerpoolorder(signed));
    }

    const first = await orderbook.fetchWorkerpoolOrderbook({ workerpool: assets.workerpool, pageSize: 10 });
    expect(first.count).to.equal(12);
    expect(first.orders.map(({ orderHash }) => orderHash)).to.deep.equal(hashes.slice(0, 10));
    const second = await first.more!();
    expect(second.orders.map(({ orderHash }) => orderHash)).to.deep.equal(hashes.slice(10));
    expect(await order.unpublishLastWorkerpoolorder(assets.workerpool)).to.equal(hashes[11]);
    expect(await order.unpublishAllWorkerpoolorders(assets.workerpool)).to.have.length(11);
  });

  it("publish a request, make a deal of it and find it at once", async () => {
    const { order, orderbook, deal } = iexec;
    const quiet = { preflightCheck: false };
    const apporder = await order.signApporder(await order.createApporder({ app: assets.app, appprice: 5 }), quiet);
    const workerpoolorder = await order.signWorkerpoolorder(
      await order.createWorkerpoolorder({ workerpool: assets.workerpool, category: 0, workerpoolprice: 10 }),
    );
    const wish = { app: assets.app, category: 0, appmaxprice: 5, workerpoolmaxprice: 10 };
    const requestorder = await order.signRequestorder(await order.createRequestorder(wish), quiet);
    await order.publishApporder(apporder, quiet);
    await order.publishWorkerpoolorder(workerpoolorder);
    const hash = await order.publishRequestorder(requestorder, quiet);
    expect((await orderbook.fetchRequestOrderbook({ requester: me })).orders[0]).to.include({ orderHash: hash });
    expect(await order.unpublishLastRequestorder()).to.equal(hash);
    await order.publishRequestorder(requestorder, quiet);

    const { dealid } = await order.matchOrders({ apporder, workerpoolorder, requestorder }, quiet);

    const found = await deal.fetchDealsByRequestorder(hash);
    expect(found.count).to.equal(1);
    const shown = await deal.show(dealid);
    expect(found.deals[0]).to.deep.include({
      dealid,
      app: { pointer: assets.app, owner: me, price: 5 },
      requester: me,
      requestHash: hash,
      botFirst: 0,
      botSize: 1,
      startTime: shown.startTime.toNumber(),
      tag: shown.tag,
      params: shown.params,
    });
    expect((await deal.fetchRequesterDeals(me, { appAddress: assets.app })).deals[0]!.dealid).to.equal(dealid);
    expect(await orderbook.fetchRequestorder(hash)).to.include({ status: "filled", remaining: 0 });
  });

  it("hear why an order is refused", async () => {
    const { order } = iexec;
    const terms = { workerpool: assets.workerpool, category: 0, workerpoolprice: "10000 RLC" };
    const signed = await order.signWorkerpoolorder(await order.createWorkerpoolorder(terms));

    const refusal = await order.publishWorkerpoolorder(signed).catch((error: unknown) => error as Error);

    expect(refusal).to.be.instanceOf(Error);
    expect((refusal as Error).message).to.contain(`${me} must have 3000 RLC free in the hub`);
  });
});
