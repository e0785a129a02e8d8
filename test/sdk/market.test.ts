import { expect } from "chai";
import { ZeroAddress, ZeroHash } from "ethers";

import { MarketClient } from "@poco-marketplace/sdk/client/market.js";
import { ServiceError } from "@poco-marketplace/sdk/client/serviceConnection.js";
import { dealId, type Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { InvalidFieldError } from "@poco-marketplace/sdk/protocol/field.js";
import { NULL_DATASET_ORDER } from "@poco-marketplace/sdk/protocol/order.js";
import { hashOrder } from "@poco-marketplace/sdk/protocol/typedData.js";
import { rejection } from "../fixtures/rejection.js";
import { openMarketPlace, type Account, type MarketPlace } from "../market/marketPlace.js";

const NOT_THERE = `0x${"ab".repeat(32)}` as const;

describe("The SDK's client of the market", () => {
  let place: MarketPlace;
  const clientOf = (account: Account & { getAddress(): Promise<string> }) =>
    new MarketClient(place.origin, { chainId: place.chainId, signer: account });

  before(async () => {
    place = await openMarketPlace();
  });
  after(() => place.close());

  it("publishes an order, finds it, and takes it out of the book", async () => {
    const market = clientOf(place.accounts.appProvider);
    const { app } = place.assets;
    const order = await place.sign("app", place.accounts.appProvider, { app, appprice: 3, volume: 10 });
    const hash = await market.publish("app", order);

    expect(hash).to.equal(hashOrder("app", order, place.contracts.domain));
    const { entries, count } = await market.search("app", { app });
    expect(count).to.equal(1);
    const [found] = entries;
    expect(found).to.deep.include({ hash, order, status: "open", remaining: 10n });
    expect(found!.signer).to.equal(place.accounts.appProvider.address);
    expect(found!.publishedAt.getTime()).to.be.closeTo(Date.now(), 600_000);

    await market.unpublish("app", hash);
    expect(await market.openOrders("app", { app })).to.deep.equal([]);
    expect(await market.order("app", NOT_THERE)).to.equal(undefined);
  });

  it("reads all pages of open orders, and takes all of an asset out of the book", async () => {
    const market = clientOf(place.accounts.scheduler);
    const { workerpool } = place.assets;
    const hashes: string[] = [];
    for (let price = 0; price < 12; price++) {
      const order = await place.sign("workerpool", place.accounts.scheduler, { workerpool, workerpoolprice: price });
      hashes.push(await market.publish("workerpool", order));
    }

    const page = await market.search("workerpool", { workerpool, pageSize: 10, category: 0 });
    expect([page.entries.length, page.count, page.nextPage]).to.deep.equal([10, 12, 1]);
    const all = await market.openOrders("workerpool", { workerpool, minVolume: 1n });
    expect(all.map(({ hash }) => hash)).to.deep.equal(hashes);
    expect(await market.unpublishAll("workerpool", workerpool)).to.have.members(hashes);
  });

  it("finds a deal right after it was made", async () => {
    const { assets, accounts, contracts } = place;
    const requester = accounts.requester.address as Address;
    const app = await place.sign("app", accounts.appProvider, { app: assets.app, appprice: 3 });
    const offer = { workerpool: assets.workerpool, workerpoolprice: 10 };
    const workerpool = await place.sign("workerpool", accounts.scheduler, offer);
    const terms = { app: assets.app, requester, appmaxprice: 3, workerpoolmaxprice: 10 };
    const request = await place.sign("request", accounts.requester, terms);
    await contracts.hub.connect(accounts.anyone).matchOrders(app, NULL_DATASET_ORDER, workerpool, request);

    const market = new MarketClient(place.origin, { chainId: place.chainId });
    const requestHash = hashOrder("request", request, contracts.domain);
    const { entries } = await market.deals({ requester, app: assets.app });
    expect(entries).to.have.length(1);
    const [deal] = entries;
    expect(deal).to.deep.include({ dealId: dealId(requestHash, 0n), requester, botFirst: 0n, botSize: 1n });
    expect(deal!.app).to.deep.equal({ address: assets.app, owner: accounts.appProvider.address, price: 3n });
    expect(deal!.dataset.address).to.equal(ZeroAddress);
    expect(deal!.orders.request).to.equal(requestHash);
    expect(await market.deal(deal!.dealId)).to.deep.equal(deal);
    expect(await market.deal(NOT_THERE)).to.equal(undefined);
  });

  it("throws the market's sentence, with its status, where it refuses", async () => {
    const market = clientOf(place.accounts.anyone);
    const order = await place.sign("app", place.accounts.appProvider, { app: place.assets.app });

    const error = await rejection(market.publish("app", order), ServiceError);
    expect(error.statusCode).to.equal(403);
    expect(error.message).to.match(/^[A-Z].*\.$/);
    expect([error.service, error.isPassing]).to.deep.equal(["order market", false]);
    expect((await rejection(market.unpublish("app", ZeroHash as `0x${string}`), ServiceError)).statusCode).to.equal(
      404,
    );
  });

  it("asks for a signer before it publishes", async () => {
    const market = new MarketClient(place.origin, { chainId: place.chainId });
    const order = await place.sign("app", place.accounts.appProvider, { app: place.assets.app });

    const error = await rejection(market.publish("app", order), InvalidFieldError);
    expect(error.message).to.equal("signer is missing, expected a signer, which the order market asks to log in");
  });
});
