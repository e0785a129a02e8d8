import { expect } from "chai";
import { Signature, Wallet, ZeroHash } from "ethers";

import {
  OrderOperation,
  hashOrder,
  orderToJson,
  parseTag,
  type Address,
  type Hex,
  type Signed,
  type AppOrder,
} from "@poco-marketplace/sdk/protocol/index.js";
import { openMarketPlace, type Account, type MarketPlace } from "./marketPlace.js";

const BEYOND = 2n ** 53n;

describe("Publishing on the market", () => {
  let place: MarketPlace;

  before(async () => {
    place = await openMarketPlace();
  });

  after(() => place.close());

  const signApp = (form: Partial<AppOrder> = {}, signer: Account = place.accounts.appProvider) =>
    place.sign("app", signer, { app: place.assets.app, ...form });
  const publishApp = (order: Signed<AppOrder>, publisher: Account = place.accounts.appProvider) =>
    place.publish(publisher, "app", order);

  it("answers with the order, its hash and when it was", async () => {
    const order = await signApp({ appprice: 7n, volume: 3n });

    const { status, body } = await publishApp(order);

    expect(status).to.equal(200);
    const { publicationTimestamp, ...published } = body["published"] as Record<string, unknown>;
    expect(published).to.deep.equal({
      orderHash: hashOrder("app", order, place.contracts.domain),
      chainId: place.chainId,
      order: { ...order, appprice: 7, volume: 3 },
      signer: place.accounts.appProvider.address,
      status: "open",
      remaining: 3,
    });
    expect(Date.now() - Date.parse(String(publicationTimestamp))).to.be.within(-600_000, 600_000);
  });

  it("again changes nothing", async () => {
    const order = await signApp();
    const first = await publishApp(order);
    const second = await publishApp(order);

    expect(second.status).to.equal(200);
    expect(second.body).to.deep.equal(first.body);
  });

  it("takes a signature of 64 bytes", async () => {
    const order = await signApp();
    const { status } = await publishApp({ ...order, sign: Signature.from(order.sign).compactSerialized as Hex });
    expect(status).to.equal(200);
  });

  it("takes what the contract that is the owner accepts, for the order and for the login", async () => {
    const { connection, accounts, datasetRegistry, contracts } = place;
    const wallet = await connection.ethers.deployContract("OwnedWallet", [accounts.anyone]);
    const owner = (await wallet.getAddress()) as Address;
    const fields = [owner, "of a contract", "0x", ZeroHash] as const;
    await datasetRegistry.createDataset(...fields);
    const dataset = (await datasetRegistry.predictDataset(...fields)) as Address;
    const order = await place.sign("dataset", accounts.anyone, { dataset });
    const publisher = { address: owner, signTypedData: accounts.anyone.signTypedData.bind(accounts.anyone) } as Account;

    const { status, body } = await place.publish(publisher, "dataset", order);

    expect(status, body.error).to.equal(200);
    expect(body["published"]).to.include({ signer: owner, orderHash: hashOrder("dataset", order, contracts.domain) });
    const forged = await place.sign("dataset", accounts.requester, { dataset });
    expect((await place.publish(publisher, "dataset", forged)).status).to.equal(422);
  });

  it("takes an order without a signature once it is presigned", async () => {
    const order = { ...(await signApp()), sign: "0x" as const };
    const refused = await publishApp(order);
    expect(refused.status).to.equal(422);
    expect(refused.body.error).to.match(/^The order \(hash 0x\w{64}\) is neither signed nor presigned by 0x\w{40}\.$/);

    const hub = place.poco.connect(place.accounts.appProvider);
    await hub.manageAppOrder({ order, operation: OrderOperation.SIGN, sign: "0x" });
    expect((await publishApp(order)).status).to.equal(200);
  });

  it("refuses an order that somebody else signed", async () => {
    const { status, body } = await publishApp(await signApp({}, place.accounts.anyone));
    expect([status, body.error]).to.match(/^422,The order \(hash .*\) is neither signed nor presigned by/);
  });

  it("refuses somebody else's order", async () => {
    const { assets, accounts } = place;
    const { status, body } = await publishApp(await signApp(), accounts.anyone);
    expect([status, body.error]).to.deep.equal([
      403,
      `The app ${assets.app} belongs to ${accounts.appProvider.address}, but ${accounts.anyone.address} logged in to publish it.`,
    ]);

    const requester = accounts.requester.address as Address;
    const request = await place.sign("request", accounts.requester, { app: assets.app, requester });
    expect(await place.publish(accounts.anyone, "request", request)).to.deep.equal({
      status: 403,
      body: {
        error: `The order is for requester ${requester}, but ${accounts.anyone.address} logged in to publish it.`,
      },
    });
  });

  it("refuses what is not registered, or registered as something else", async () => {
    const { assets, accounts } = place;
    for (const app of [accounts.anyone.address as Address, assets.dataset]) {
      const order = await place.sign("app", accounts.datasetProvider, { app });
      const { status, body } = await publishApp(order, accounts.datasetProvider);
      expect([status, body.error]).to.deep.equal([422, `The app ${app} is not in the hub's registry.`]);
    }
    const requester = accounts.requester.address as Address;
    for (const wish of [{ app: assets.dataset }, { app: assets.app, dataset: assets.app }]) {
      const request = await place.sign("request", accounts.requester, { ...wish, requester });
      const { status, body } = await place.publish(accounts.requester, "request", request);
      expect([status, body.error]).to.match(/^422,The (app|dataset) 0x\w{40} is not in the hub's registry\.$/);
    }
  });

  it("refuses an order of which nothing is left, and one that was closed", async () => {
    const { assets, accounts, poco } = place;
    const closed = await signApp();
    await poco
      .connect(accounts.appProvider)
      .manageAppOrder({ order: closed, operation: OrderOperation.CLOSE, sign: "0x" });
    const { status, body } = await publishApp(closed);
    expect([status, body.error]).to.match(/^422,The order 0x\w{64} was closed by its owner: sign another one\.$/);

    const used = await signApp();
    const workerpool = await place.sign("workerpool", accounts.scheduler, { workerpool: assets.workerpool });
    const dataset = await place.sign("dataset", accounts.datasetProvider, { dataset: assets.dataset });
    const wish = { ...assets, workerpool: assets.workerpool, requester: accounts.requester.address as Address };
    await poco.matchOrders(used, dataset, workerpool, await place.sign("request", accounts.requester, wish));
    const { body: refusal } = await publishApp(used);
    expect(refusal.error).to.match(/^Nothing is left of the order 0x\w{64}: all 1 tasks are used\.$/);
  });

  it("says how much stake is missing", async () => {
    const { assets, accounts } = place;
    // In escrow is 1,000 RLC; the stake is 30 % of the price.
    const terms = { workerpool: assets.workerpool, workerpoolprice: 10n ** 9n, volume: 3_334 };
    const order = await place.sign("workerpool", accounts.scheduler, terms);
    expect(await place.publish(accounts.scheduler, "workerpool", order)).to.deep.equal({
      status: 422,
      body: {
        error:
          `${accounts.scheduler.address} must have 1000.2 RLC free in the hub for the 3334 tasks of the order ` +
          "(0.3 RLC each), and has 1000: deposit 0.2 RLC, or sign an order of a smaller volume.",
      },
    });
    const covered = await place.sign("workerpool", accounts.scheduler, { ...terms, volume: 3_333 });
    expect((await place.publish(accounts.scheduler, "workerpool", covered)).status).to.equal(200);

    const request = await place.sign("request", accounts.anyone, {
      app: assets.app,
      appmaxprice: 1,
      requester: accounts.anyone.address as Address,
    });
    const { body } = await place.publish(accounts.anyone, "request", request);
    expect(body.error).to.contain("must have 0.000000001 RLC free in the hub for the 1 tasks");
  });

  for (const [what, change, error] of [
    [
      "a price that JSON would round",
      { appprice: BEYOND },
      `AppOrder.appprice is ${BEYOND}, expected at most 2^53 - 1`,
    ],
    ["a volume that JSON would round", { volume: BEYOND }, `AppOrder.volume is ${BEYOND}, expected at most 2^53 - 1`],
    ["a framework without an enclave", { tag: parseTag(["tdx"]) }, "AppOrder.tag is"],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const { status, body } = await publishApp(await signApp(change));
      expect(status).to.equal(400);
      expect(body.error).to.contain(error);
    });
  }

  it("takes the largest numbers that JSON carries", async () => {
    const { status, body } = await publishApp(await signApp({ appprice: BEYOND - 1n, volume: BEYOND - 1n }));
    expect(status, body.error).to.equal(200);
    expect(body["published"]).to.deep.include({ remaining: Number.MAX_SAFE_INTEGER });
  });

  it("refuses a category that the hub does not have", async () => {
    const { assets, accounts } = place;
    const order = await place.sign("workerpool", accounts.scheduler, { workerpool: assets.workerpool, category: 5n });
    const { status, body } = await place.publish(accounts.scheduler, "workerpool", order);
    expect([status, body.error]).to.deep.equal([422, "There is no category 5: the hub has 5, counted from 0."]);
  });

  it("takes back one's own orders only", async () => {
    const { assets, accounts } = place;
    const published = await publishApp(await signApp());
    const { orderHash } = published.body["published"] as { orderHash: string };

    const others = await place.unpublish(accounts.anyone, "app", { target: "unpublish_orderHash", orderHash });
    expect(others.status).to.equal(403);
    const none = await place.unpublish(accounts.anyone, "app", { target: "unpublish_all", app: assets.app });
    expect(none.status).to.equal(404);
    const unknown = await place.unpublish(accounts.appProvider, "app", {
      target: "unpublish_orderHash",
      orderHash: ZeroHash,
    });
    expect(unknown.status).to.equal(404);
    const otherKind = await place.unpublish(accounts.appProvider, "dataset", {
      target: "unpublish_orderHash",
      orderHash,
    });
    expect(otherKind.status).to.equal(404);
    expect(await place.statusOf("app", orderHash)).to.equal("open");

    const wish = { target: "unpublish_last", app: assets.app.toLowerCase() };
    expect((await place.unpublish(accounts.appProvider, "app", wish)).body["unpublished"]).to.deep.equal([orderHash]);
    expect((await place.get(`/apporders/${orderHash}`)).status).to.equal(404);
  });

  it("wants a login", async () => {
    const { accounts, call } = place;
    const payload = { order: orderToJson(await signApp()) };
    const attempt = (authorization?: string) =>
      call("POST", "/apporders", { payload, ...(authorization !== undefined && { headers: { authorization } }) });
    const stolen = await place.login(accounts.anyone);
    const [hash, sign] = stolen.split("_");

    for (const [header, error] of [
      [undefined, "The header Authorization must be"],
      ["Bearer abc", "The header Authorization must be"],
      [
        `${ZeroHash}_${sign}_${accounts.appProvider.address}`,
        `The challenge ${ZeroHash} is not open for ${accounts.appProvider.address}`,
      ],
      [
        `${hash}_${sign}_${accounts.appProvider.address}`,
        `The challenge ${hash} is not open for ${accounts.appProvider.address}`,
      ],
    ] as const) {
      const { status, body } = await attempt(header);
      expect(status).to.equal(401);
      expect(body.error).to.contain(error);
    }
    const forger = {
      address: accounts.appProvider.address,
      signTypedData: (...data: never[]) => Wallet.createRandom().signTypedData(...(data as [never, never, never])),
    };
    const forged = await attempt(await place.login(forger as unknown as Account));
    expect([forged.status, forged.body.error]).to.match(/^401,The signature of the challenge .* is not one of/);

    const header = await place.login(accounts.appProvider);
    expect((await attempt(header)).status).to.equal(200);
    const replayed = await attempt(header);
    expect([replayed.status, replayed.body.error]).to.match(/^401,The challenge .* is not open for .*: it was used/);
  });
});
