import { writeFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { ZeroAddress } from "ethers";
import type { FastifyInstance } from "fastify";
import { network } from "hardhat";

import type { MatchReport } from "@poco-marketplace/sdk/explain/report.js";
import { createServer, listen } from "@poco-marketplace/services/http/createServer.js";
import { hashOrder, orderToJson, type OrderKind, type SignedDealOrders } from "@poco-marketplace/sdk/index.js";
import { runPoco } from "../fixtures/runPoco.js";
import { scenes } from "../fixtures/scenes.js";
import { serveChain } from "../fixtures/chainServer.js";
import { PRICES, TASK_PRICE, createActors } from "../fixtures/actors.js";

const connection = await network.create();
const { marketWorld } = scenes(connection);

describe("npm run why", () => {
  let folder: string;
  let chain: Awaited<ReturnType<typeof serveChain>>;
  let market: FastifyInstance;
  let orders: SignedDealOrders;
  let shared: string[];
  /** What the market was asked, as paths. */
  const asked: string[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "poco-why-"));
    const world = await marketWorld();
    const { contracts, orders: offer } = await createActors(world);
    orders = await offer({ volume: 2n, trust: 3n });
    chain = await serveChain(connection);
    market = await createServer();
    for (const kind of ["app", "dataset", "workerpool"] as const) {
      market.get(`/${kind}orders`, ({ url }) => {
        asked.push(url);
        const orderHash = hashOrder(kind, orders[kind], contracts.domain);
        const order = orderToJson(orders[kind]);
        const published = { orderHash, order, signer: ZeroAddress, status: "open", remaining: 1 };
        return { ok: true, count: 1, orders: [{ ...published, publicationTimestamp: new Date().toISOString() }] };
      });
    }
    shared = ["--rpc", chain.url, "--hub", world.manifest.poco, "--market", await listen(market, 0)];
  });

  after(async () => {
    await market.close();
    await chain.close();
    await rm(folder, { recursive: true });
  });

  async function file(name: string, contents: unknown): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, typeof contents === "string" ? contents : JSON.stringify(contents));
    return path;
  }

  async function json(...args: readonly string[]): Promise<{ code: number; report: MatchReport }> {
    const { code, stdout } = await runPoco(["why", ...args, ...shared, "--json"]);
    return { code, report: JSON.parse(stdout) as MatchReport };
  }

  it("tells what a signed request costs, and its gas", async () => {
    const { code, report } = await json("--request", await file("request.json", orderToJson(orders.request)));

    expect(code).to.equal(0);
    const [perTask, locked] = [TASK_PRICE, TASK_PRICE * 2n].map(String);
    expect(report.cost).to.include({ volume: "2", perTask, locked, worstCase: locked });
    expect(report.best.map(({ kind, price }) => [kind, price])).to.deep.equal([
      ["app", String(PRICES.app)],
      ["dataset", String(PRICES.dataset)],
      ["workerpool", String(PRICES.workerpool)],
    ]);
    expect(Number(report.gas)).to.be.within(200_000, 500_000);
  });

  it("searches for a request given by options, first for orders that admit it", async () => {
    asked.length = 0;
    const { app, dataset, requester } = orders.request;

    const { code, stdout } = await runPoco([
      "why",
      "--app",
      app,
      "--dataset",
      dataset,
      "--requester",
      requester,
      ...shared,
    ]);

    expect(code).to.equal(0);
    expect(stdout).to.match(/^Match: 2 tasks|^Match: 1 task at/);
    expect(stdout).to.contain("can be estimated once the request is signed");
    expect(asked[0]).to.contain(`requester=${requester}`).and.contain("chainId=31337");
  });

  it("says why not, and what would help", async () => {
    const { app, dataset, requester } = orders.request;
    const request = ["--app", app, "--dataset", dataset, "--requester", requester, "--workerpool-max-price", "0"];

    const { code, stdout } = await runPoco(["why", ...request, ...shared]);

    expect(code).to.equal(1);
    expect(stdout).to.contain("No match: no open order satisfies this request.");
    expect(stdout).to.contain("The workerpool costs 0.000010001 RLC per task, the request pays 0 RLC at most.");
    expect(stdout).to.contain("Raise workerpoolmaxprice to 10001 (0.000010001 RLC)");
  });

  it("takes the files of the official clients", async () => {
    const kinds = ["app", "dataset", "workerpool", "request"] as const;
    const named = Object.fromEntries(kinds.map((kind) => [`${kind}order`, orderToJson(orders[kind])]));
    for (const contents of [named, { 31337: named }]) {
      const place = await file("official.json", contents);
      expect(await json("--orders", place)).to.deep.include({ code: 0 });
      expect(await json("--request", place)).to.deep.include({ code: 0 });
    }
    const several = await file("several.json", { 1: named, 31337: named });
    const refused = await runPoco(["why", "--orders", several, ...shared]);
    expect(refused).to.deep.include({ code: 2 });
    expect(refused.stderr).to.equal("The file has orders of the chains 1, 31337: leave those of one in it.");
  });

  it("says which data of a bulk request its tasks would not get, by the rule of the secret service", async () => {
    const dataset = (terms: object) => ({ ...orderToJson(orders.dataset), ...terms });
    const free = dataset({ datasetprice: "0", volume: "9007199254740990" });
    const lists: Record<string, unknown> = {
      bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy: [
        "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKPbdG",
        7,
      ],
      QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKPbdG: [free, dataset({ datasetprice: "5", volume: "9" })],
    };
    const gateway = await createServer();
    gateway.get<{ Params: { cid: string } }>("/ipfs/:cid", ({ params: { cid } }) => lists[cid]);
    const at = ["--gateway", await listen(gateway, 0)];
    try {
      const params = JSON.stringify({ bulk_cid: Object.keys(lists)[0] });
      const request = await file("bulk.json", { ...orderToJson(orders.request), params, sign: undefined });
      const { report } = await json("--request", request, ...at);
      expect(report.withheld?.map(({ slice, dataset: address }) => [slice, address])).to.deep.equal([
        [0, orders.dataset.dataset],
        [1, null],
      ]);
      const { stdout } = await runPoco(["why", "--request", request, ...at, ...shared]);
      expect(stdout)
        .to.contain("- Task 0: The order of dataset")
        .and.contain("is not for use in bulk: it asks 0.000000005");
      expect(stdout).to.contain("- Task 1: The bulk data at 7 cannot be read: its address is not a CID.");

      const none = await json("--request", await file("plain.json", orderToJson(orders.request)), ...at);
      expect(none.report.withheld).to.deep.equal([]);
    } finally {
      await gateway.close();
    }
    const away = { ...orderToJson(orders.request), params: JSON.stringify({ bulk_cid: Object.keys(lists)[0] }) };
    const refused = await runPoco(["why", "--request", await file("away.json", away), ...at, ...shared]);
    expect(refused.code).to.equal(2);
    expect(refused.stderr).to.contain("Give --gateway URL");
  });

  it("says once what is in the way of every order", async () => {
    const request = { ...orderToJson(orders.request), trust: "9", sign: undefined };
    const { code, stdout } = await runPoco(["why", "--request", await file("trust.json", request), ...shared]);
    expect(code).to.equal(1);
    expect(stdout).to.contain("Obstacles of all orders:");
    expect(stdout.split("asks for a trust of 9")).to.have.lengthOf(2);
    expect(stdout.split("has no other obstacle.")).to.have.lengthOf(4);
  });

  it("explains four orders without a market", async () => {
    const all = Object.fromEntries(
      (["app", "dataset", "workerpool", "request"] satisfies OrderKind[]).map((kind) => [
        kind,
        orderToJson(orders[kind]),
      ]),
    );
    const good = await json("--orders", await file("good.json", all));
    const bad = await json(
      "--orders",
      await file("bad.json", { ...all, request: { ...orderToJson(orders.request), trust: "9" } }),
    );

    expect([good.code, good.report.matches]).to.deep.equal([0, true]);
    expect(bad.code).to.equal(1);
    expect(bad.report.obstacles.map(({ reason }) => reason)).to.deep.equal(["TrustTooHigh", "NotSigned"]);
  });

  const request = ["--app", `0x${"11".repeat(20)}`, "--requester", `0x${"22".repeat(20)}`];
  const unusable: [what: string, args: () => string[] | Promise<string[]>, sentence: string][] = [
    ["nothing to explain", () => shared, "Nothing to explain"],
    ["two requests", () => [...request, "--request", "a.json", ...shared], "Nothing to explain"],
    ["an app without who asks", () => ["--app", request[1]!, ...shared], "The requester is missing"],
    ["an address that is none", () => ["--app", "0x12", "--requester", request[3]!, ...shared], '"0x12"'],
    ["an unknown tag", () => [...request, "--tag", "tea", ...shared], '"tea"'],
    ["a file that is not there", () => ["--request", "nowhere.json", ...shared], "nowhere.json cannot be read"],
    ["no JSON", async () => ["--request", await file("x.json", "{"), ...shared], "x.json cannot be read as JSON"],
    ["an unknown option", () => [...request, "--color", "red"], "--color"],
    ["a hub that is none", () => [...request, ...shared, "--hub", `0x${"33".repeat(20)}`], "There is no hub at 0x3333"],
    ["a chain that is down", () => [...request, ...shared, "--rpc", "http://127.0.0.1:1"], "does not answer"],
    ["a market that is down", () => [...request, ...shared, "--market", "http://127.0.0.1:1"], "does not answer"],
  ];
  for (const [what, args, sentence] of unusable) {
    it(`refuses ${what} with a sentence`, async () => {
      const { code, stdout, stderr } = await runPoco(["why", ...(await args())]);

      expect({ code, stdout }).to.deep.equal({ code: 2, stdout: "" });
      expect(stderr).to.contain(sentence);
    });
  }
});
