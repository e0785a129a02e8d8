import { expect } from "chai";

import { openMarketService } from "@poco-marketplace/services/market/service.js";
import { freshDatabase } from "../database/databases.js";
import { openMarketPlace, type MarketPlace } from "./marketPlace.js";

const SQL = "0x' or 1=1; drop table market.published_order; --";
const HASH = `0x${"ab".repeat(32)}`;

describe("The market and whoever means it harm", () => {
  let place: MarketPlace;

  before(async () => {
    place = await openMarketPlace();
    const order = await place.sign("app", place.accounts.appProvider, { app: place.assets.app });
    expect((await place.publish(place.accounts.appProvider, "app", order)).status).to.equal(200);
  });

  after(() => place.close());

  /** The book is still there, and whole. */
  afterEach(async () => {
    const { status, body } = await place.get("/apporders", { app: "any" });
    expect([status, body["count"]]).to.deep.equal([200, 1]);
  });

  for (const [path, query, error] of [
    ["/apporders", { app: SQL }, "app is "],
    ["/apporders", { appOwner: SQL }, "appOwner is "],
    ["/apporders", { app: "0x12" }, "app is "],
    ["/apporders", { minTag: SQL }, "minTag is "],
    ["/apporders", { minTag: "tee" }, "minTag is "],
    ["/apporders", { minVolume: "-1" }, "minVolume is "],
    ["/apporders", { minVolume: "1e9" }, "minVolume is "],
    ["/apporders", { minVolume: String(2n ** 53n) }, "minVolume is "],
    ["/apporders", { isDatasetStrict: "1" }, "isDatasetStrict is "],
    ["/apporders", { pageSize: "9" }, "pageSize is "],
    ["/apporders", { pageSize: "1001" }, "pageSize is "],
    ["/apporders", { pageSize: "9".repeat(100) }, "pageSize is "],
    ["/apporders", { pageIndex: "1000001" }, "pageIndex is "],
    ["/apporders", { pageIndex: "-1" }, "pageIndex is "],
    ["/workerpoolorders", { category: "x" }, "category is "],
    ["/requestorders", { beneficiary: "any" }, "beneficiary is "],
    ["/deals", { requestorderHash: "0x00" }, "requestorderHash is "],
    ["/deals", { requester: SQL }, "requester is "],
    ["/deals/1", {}, "hash is "],
    ["/apporders/1", {}, "hash is "],
    ["/challenge", {}, "address is missing"],
    ["/challenge", { address: "me" }, "address is "],
    ["/ohlc", {}, "category is missing"],
    ["/ohlc", { category: "0", interval: "constructor" }, "interval is "],
    ["/apporders", { chainId: "1" }, "chainId is "],
  ] as const) {
    it(`answers GET ${path} ${JSON.stringify(query).slice(0, 60)} with 400 and a sentence`, async () => {
      const { status, body } = await place.get(path, query as Record<string, string>);
      expect(status).to.equal(400);
      expect(body.error).to.contain(error).and.match(/\.$/).and.have.length.below(300);
    });
  }

  it("refuses a filter that comes twice", async () => {
    const answer = await place.server.inject("/apporders?app=any&app=any");
    expect(answer.statusCode).to.equal(400);
    expect(answer.json()).to.deep.equal({ error: "app is given more than once: give it once." });
  });

  it("finds addresses and hashes in whatever case", async () => {
    const { assets, accounts } = place;
    for (const app of [assets.app.toLowerCase(), `0x${assets.app.slice(2).toUpperCase()}`]) {
      const { body } = await place.get("/apporders", { app, appOwner: accounts.appProvider.address.toLowerCase() });
      expect(body["count"]).to.equal(1);
      const [{ orderHash }] = body["orders"] as [{ orderHash: string }];
      expect(await place.statusOf("app", `0x${orderHash.slice(2).toUpperCase()}`)).to.equal("open");
    }
  });

  it("has an answer for a page far beyond the last", async () => {
    const { status, body } = await place.get("/apporders", { app: "any", pageIndex: "1000000", pageSize: "1000" });
    expect([status, body]).to.deep.equal([200, { ok: true, orders: [], count: 1 }]);
  });

  it("does not know what is not there", async () => {
    for (const path of [
      `/apporders/${HASH}`,
      `/requestorders/${HASH}`,
      `/deals/${HASH}`,
      "/categories/99",
      "/categories/x",
    ]) {
      const { status, body } = await place.get(path);
      expect(status).to.equal(404);
      expect(body.error).to.match(/^There is no .*\.$/);
    }
  });

  const json = { "content-type": "application/json" };
  for (const [what, status, payload, headers] of [
    ["a body that is too large", 413, JSON.stringify({ order: { params: "x".repeat(300_000) } }), json],
    ["JSON that is cut off", 400, '{"order":', json],
    ["no body", 400, "", json],
    ["null", 400, "null", json],
    ["a list", 400, "[]", json],
    ["an order that is a text", 400, '{"order":"app"}', json],
    ["an order without fields", 400, '{"order":{}}', json],
    ["an order with a field more", 400, '{"order":{"constructor":1}}', json],
    ["a prototype", 400, '{"__proto__":{"order":1},"order":{}}', json],
    ["plain text", 400, "hello", { "content-type": "text/plain" }],
    ["another format", 415, "<order/>", { "content-type": "text/xml" }],
  ] as const) {
    it(`answers an order that is ${what} with ${status}`, async () => {
      const authorization = await place.login(place.accounts.appProvider);
      const answer = await place.call("POST", "/apporders", { payload, headers: { ...headers, authorization } });
      expect(answer.status).to.equal(status);
      expect(answer.body.error).to.be.a("string").and.have.length.within(10, 400);
    });
  }

  for (const payload of [
    {},
    { target: "unpublish_everything" },
    { target: "unpublish_orderHash" },
    { target: "unpublish_orderHash", orderHash: SQL },
    { target: "unpublish_all", app: { $ne: null } },
    { target: "unpublish_last", dataset: HASH },
  ]) {
    it(`answers PUT ${JSON.stringify(payload).slice(0, 60)} with 400`, async () => {
      const { status, body } = await place.unpublish(place.accounts.appProvider, "app", payload);
      expect(status).to.equal(400);
      expect(body.error).to.match(/ is .*, expected .*\.$/);
    });
  }

  it("says so when the chain cannot be asked, and serves the book all the same", async () => {
    const fresh = await freshDatabase();
    const server = await openMarketService({
      rpc: "http://127.0.0.1:9",
      deployment: place.manifest,
      database: fresh.location,
      catchUpWithin: 50,
    });
    try {
      const deals = await server.inject("/deals");
      expect([deals.statusCode, deals.json<{ error: string }>().error]).to.match(
        /^503,The market is behind the chain: /,
      );
      const categories = await server.inject("/categories");
      expect([categories.statusCode, categories.json()]).to.deep.equal([
        503,
        { error: "The market cannot reach its chain or its database right now: try again in a moment." },
      ]);
      expect((await server.inject("/apporders?app=any")).json()).to.deep.equal({ ok: true, orders: [], count: 0 });
    } finally {
      await server.close();
      await fresh.remove();
    }
  });
});
