import { expect } from "chai";
import { ZeroHash, type BaseContract, type TransactionResponse } from "ethers";
import { network } from "hardhat";

import { parseTag } from "@poco-marketplace/sdk/index.js";
import { schemaPaths } from "@poco-marketplace/services/indexer/schemaPaths.js";
import { encodeWithBytes } from "../fixtures/encodeWithBytes.js";
import { openTestIndexer } from "./indexer.js";
import { createVillage, type Village } from "./village.js";

const connection = await network.create();
const { networkHelpers } = connection;

const EVERYTHING = `{
  accounts(first: 1000) { id balance frozen }
  tasks { id status consensus revealDeadline contributions { id status } }
  protectedDatas { id owner { id } }
  orders(first: 1000) { id kind consumed isClosed isSignedOnChain }
  transfers(first: 1000) { id value }
}`;

describe("An indexer", () => {
  let village: Village;
  let indexer: Awaited<ReturnType<typeof openTestIndexer>>;

  before(async () => {
    village = await createVillage(connection);
    indexer = await openTestIndexer(connection, village);
  });
  after(() => indexer.close());

  it("forgets what a reorg takes back, and knows what replaces it", async () => {
    const { actors, deal, finish, datasetRegistry, accounts, data, poco } = village;
    const before = await indexer.get(EVERYTHING);
    const snapshot = await networkHelpers.takeSnapshot();

    await finish(deal.open);
    const registry = datasetRegistry.connect(accounts.requester);
    await registry["safeTransferFrom(address,address,uint256)"](accounts.requester, accounts.sponsor, data.emails);
    await actors.requester.match(await actors.orders());
    const forked = await indexer.get(EVERYTHING);
    expect(forked["tasks"]).to.not.deep.equal(before["tasks"]);
    await snapshot.restore();
    // One by one: blocks that are mined at once do not name their parents on this chain.
    for (let blocks = 0; blocks < 20; blocks++) await networkHelpers.mine();

    expect(await indexer.get(EVERYTHING)).to.deep.equal(before);
    const { app } = await actors.orders();
    await poco.connect(accounts.appProvider).manageAppOrder({ order: app, operation: 1, sign: "0x" });
    const { orders } = await indexer.get(`{ orders(where: {isClosed: true}) { kind consumed } }`);
    expect(orders).to.deep.equal([{ kind: "APP", consumed: "0" }]);
  });

  it("answers after a restart, and as of its last block while the node is away", async () => {
    const before = await indexer.get(EVERYTHING);

    await indexer.restart({ catchUpWithin: 3_000 });
    expect(await indexer.get(EVERYTHING)).to.deep.equal(before);
    await indexer.stopNode();
    expect(await indexer.get(EVERYTHING)).to.deep.equal(before);
    await indexer.startNode();
    await indexer.restart();

    await village.protect(village.accounts.sponsor, "new", "{}");
    const { protectedDatas } = await indexer.get(`{ protectedDatas(where: {name: "new"}) { name } }`);
    expect(protectedDatas).to.deep.equal([{ name: "new" }]);
  });

  it("says why it cannot answer when its node never was there", async () => {
    await indexer.stopNode();
    await indexer.restart({ catchUpWithin: 1_500 });

    const answer = await indexer
      .server()
      .inject({ url: "/graphql", method: "POST", payload: { query: "{ _meta { block { number } } }" } });

    expect(answer.statusCode).to.equal(503);
    const { errors } = answer.json<{ errors: { message: string }[] }>();
    expect(errors[0]!.message).to.match(/^After 1500 ms, .* but not the newest\. The last attempt failed: /);
    await indexer.startNode();
    await indexer.restart();
  });

  it("follows a task through a reopening to its failure", async () => {
    const { actors, deal, accounts, poco } = village;
    await actors.contribute(1, deal.open, `0x${"12".repeat(32)}`);
    const status = async () => {
      const query = `query ($id: String!) { task(id: $id) {
        status consensus revealDeadline finalDeadline contributions { status worker { id } } } }`;
      return (await indexer.get(query, { id: deal.open }))["task"] as Record<string, string | null | object[]>;
    };
    const revealing = await status();
    const { revealDeadline } = await poco.viewTask(deal.open);
    expect(revealing).to.deep.include({ status: "REVEALING", revealDeadline: String(revealDeadline) });

    await networkHelpers.time.increaseTo(revealDeadline);
    await poco.connect(accounts.scheduler).reopen(deal.open);
    const worker = { id: accounts.worker2.address.toLowerCase() };
    const contributions = [{ status: "REJECTED", worker }];
    expect(await status()).to.deep.include({ status: "ACTIVE", consensus: null, revealDeadline: null, contributions });

    await networkHelpers.time.increaseTo(BigInt(revealing["finalDeadline"] as string));
    await poco.claim(deal.open);
    expect(await status()).to.deep.include({ status: "FAILED" });
  });
});

describe("An indexer of what anyone may write on chain", () => {
  /** Bytes that are no text. */
  const ODD = "0xff00";
  let village: Village;
  let indexer: Awaited<ReturnType<typeof openTestIndexer>>;

  before(async () => {
    village = await createVillage(connection);
    indexer = await openTestIndexer(connection, village, { catchUpWithin: 5_000 });
  });
  after(() => indexer.close());

  async function boostOrders() {
    const { actors } = village;
    return actors.orders({ volume: 2n, tag: parseTag(["tee"]), trust: 1n });
  }

  /** The arguments of the event of a match. */
  async function matched(sent: Promise<TransactionResponse>) {
    const { logs } = (await (await sent).wait())!;
    const event = logs.map((log) => village.poco.interface.parseLog(log)).find((log) => log?.name === "OrdersMatched");
    return event!.args as unknown as { dealid: string; requestHash: string };
  }

  it("has boost deals as the hub has them", async () => {
    const { poco, accounts, lower } = village;
    const { app, dataset, workerpool, request } = await boostOrders();
    const { dealid: id, requestHash: hash } = await matched(
      poco.connect(accounts.requester).matchOrdersBoost(app, dataset, workerpool, request),
    );
    const { deadline } = await poco.viewDealBoost(id);
    const { workClockTimeRef } = await poco.viewCategory(request.category);

    const query = `query ($id: String!) { deal(id: $id) {
      requester { id } app { id } dataset { id } workerpool { id } params trust botSize startTime workerStake
      requestorder { id consumed } } }`;
    expect((await indexer.get(query, { id }))["deal"]).to.deep.equal({
      requester: { id: lower.requester },
      app: { id: lower.app },
      dataset: { id: lower.dataset },
      workerpool: { id: lower.workerpool },
      params: request.params,
      trust: "1",
      botSize: "2",
      startTime: String(deadline - 7n * workClockTimeRef),
      workerStake: "0",
      requestorder: { id: hash, consumed: "2" },
    });
  });

  it("goes on after texts that are not UTF-8, and has empty ones in their place", async () => {
    const { poco, accounts, protector, appRegistry, datasetRegistry, workerpoolRegistry } = village;
    const { requester } = accounts;
    const send = async (contract: BaseContract, name: string, values: readonly unknown[]) =>
      requester.sendTransaction({
        to: await contract.getAddress(),
        data: encodeWithBytes(contract.interface, name, values),
      });

    await send(appRegistry, "createApp", [requester.address, ODD, ODD, "0x", ZeroHash, "0x"]);
    await send(workerpoolRegistry, "createWorkerpool", [requester.address, ODD]);
    const dataset = (await datasetRegistry.predictDataset(requester.address, "plain", "0x", ZeroHash)).toLowerCase();
    await send(datasetRegistry, "createDataset", [requester.address, "0x706c61696e", "0x", ZeroHash]);
    await send(protector, "setSchema", [dataset, ODD]);
    const ids: string[] = [];
    for (const matching of ["matchOrders", "matchOrdersBoost"]) {
      const { app, dataset: data, workerpool, request: readable } = await boostOrders();
      const request = { ...readable, params: ODD, sign: "0x" };
      await send(poco, "manageRequestOrder", [{ order: request, operation: 0n, sign: "0x" }]);
      ids.push((await matched(send(poco, matching, [app, data, workerpool, request]))).dealid);
    }

    const found = await indexer.get(
      `query ($ids: [String!], $dataset: String!, $owner: String!) {
        deals(where: {id_in: $ids}) { params }
        apps(where: {owner: $owner}) { name type }
        workerpools(where: {owner: $owner}) { description }
        protectedData(id: $dataset) { schema { id } jsonSchema } }`,
      { ids, dataset, owner: requester.address.toLowerCase() },
    );
    expect(found).to.deep.equal({
      deals: [{ params: "" }, { params: "" }],
      apps: [{ name: "", type: "" }],
      workerpools: [{ description: "" }],
      protectedData: { schema: [], jsonSchema: "" },
    });
  });

  it("goes on after a schema with half a surrogate pair, which no JSON of PostgreSQL may have", async () => {
    await village.protect(village.accounts.sponsor, "half", String.raw`{"a\ud800":"string"}`);

    const { protectedDatas } = await indexer.get(`{ protectedDatas(where: {name: "half"}) { schema { id } } }`);
    expect(protectedDatas).to.deep.equal([{ schema: [{ id: "a\uFFFD:string" }] }]);
  });
});

describe("The files of a schema", () => {
  for (const [what, json, paths] of [
    ["lie in folders", '{"b":{"c":"f64","a":{"x":"bool"}},"a":"string"}', ["a:string", "b.a.x:bool", "b.c:f64"]],
    ["are none in what is not an object", '["string"]', []],
    ["are none in what is not JSON", "{", []],
    ["are none in numbers and null", '{"a":1,"b":null,"c":["string"]}', []],
    ["have names that databases keep", String.raw`{"a\u0000":"string"}`, ["a\uFFFD:string"]],
  ] as const) {
    it(what, () => expect(schemaPaths(json)).to.deep.equal(paths));
  }

  it("are so many and so deep at most", () => {
    const many = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [index, "bool"]));
    expect(schemaPaths(JSON.stringify(many))).to.have.lengthOf(1_000);
    expect(schemaPaths(`${'{"a":'.repeat(40)}"bool"${"}".repeat(40)}`)).to.deep.equal([]);
  });
});
