import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { expect } from "chai";
import { id as hashOf } from "ethers";
import { network } from "hardhat";

import { buildOrder, BULK_VOLUME, OrderKind, orderToJson, type Address } from "@poco-marketplace/sdk/index.js";
import { requestFor } from "../fixtures/actors.js";
import { openTestIndexer } from "./indexer.js";
import { BULK_CID, CALLBACK_DATA, createVillage, type Village } from "./village.js";

const connection = await network.create();

/** Word for word what `@iexec/dataprotector` 2.0.0-beta.27 sends. */
const PROTECTED_DATA = `
      query ($start: Int!, $range: Int!, $where: ProtectedData_filter) {
        protectedDatas(
          where: $where
          skip: $start
          first: $range
          orderBy: creationTimestamp
          orderDirection: desc
        ) {
          id
          name
          owner {
            id
          }
          schema {
            id
          }
          creationTimestamp
          multiaddr
        }
      }
    `;
/** Word for word what `@iexec/web3mail` 1.9.0 sends. */
const CONTACTS = `
  query GetValidContacts(
    $requiredSchema: [String!]!
    $id: [String!]!
    $start: Int!
    $range: Int!
  ) {
    protectedDatas(
      where: {
        transactionHash_not: "0x"
        schema_contains: $requiredSchema
        id_in: $id
      }
      skip: $start
      first: $range
      orderBy: creationTimestamp
      orderDirection: desc
    ) {
      id
      name
    }
  }
`;
const OTHER_SLICE_CID = "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKPbdG";
const SLICE_CID = "QmSnuWmxptJZdLJpKRarxBMS2Ju2oANVrgbr2xWbie9b2D";
/** A signed order as it stands in a slice; nobody checks its signature here. */
const grant = (dataset: string, terms: { datasetprice?: bigint } = {}) => {
  const order = buildOrder(OrderKind.DATASET, { dataset: dataset as Address, volume: BULK_VOLUME, ...terms });
  return orderToJson({ ...order, sign: "0x" });
};
const PAGE = { start: 0, range: 1_000 };

type Names = { protectedDatas: { name: string }[] };
const namesOf = (answer: Record<string, unknown>) => (answer as Names).protectedDatas.map(({ name }) => name);

describe("The queries of published clients", () => {
  let village: Village;
  let indexer: Awaited<ReturnType<typeof openTestIndexer>>;
  let gateway: Server;
  const files = new Map<string, unknown>();
  const fetched: string[] = [];

  const schemaOf = async (id: string) => {
    const variables = { ...PAGE, where: { id } };
    const { protectedDatas } = await indexer.get(PROTECTED_DATA, variables);
    return (protectedDatas as { schema: { id: string }[] }[]).map(({ schema }) => schema.map((one) => one.id));
  };

  before(async () => {
    village = await createVillage(connection);
    gateway = createServer({ keepAliveTimeout: 0 }, (request, response) => {
      fetched.push(request.url!);
      const file = files.get(request.url!);
      response.writeHead(file === undefined ? 404 : 200).end(JSON.stringify(file));
    });
    await new Promise<void>((resolve) => gateway.listen(0, "127.0.0.1", resolve));
    const ipfsGateway = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
    indexer = await openTestIndexer(connection, village, { ipfsGateway });
  });
  after(async () => {
    await indexer.close();
    gateway.close();
  });

  it("find all protected data, the newest first", async () => {
    const { data, lower } = village;

    const { protectedDatas } = await indexer.get(PROTECTED_DATA, PAGE);

    const [riddle, photo, emails] = protectedDatas as Record<string, unknown>[];
    expect((protectedDatas as unknown[]).length).to.equal(3);
    expect(riddle).to.include({ id: data.riddle, name: "riddle" });
    expect(riddle!["schema"]).to.deep.equal([]);
    expect(photo!["schema"]).to.deep.equal([{ id: "nested.deep:bool" }, { id: "photo:image/png" }]);
    const block = await connection.ethers.provider.getBlock(
      (await village.datasetRegistry.queryFilter(village.datasetRegistry.filters.Transfer(), 0))[1]!.blockNumber,
    );
    expect(emails).to.deep.equal({
      id: data.emails,
      name: "emails",
      owner: { id: lower.requester },
      schema: [{ id: "email:string" }, { id: "nested.deep:f64" }],
      creationTimestamp: String(block!.timestamp),
      multiaddr: "0xa503",
    });
  });

  it("find protected data by id, owner, time and schema together", async () => {
    const { data, lower } = village;
    const either = [{ schema_contains: ["nested.deep:f64"] }, { schema_contains: ["nested.deep:bool"] }];
    const ask = async (...and: object[]) => namesOf(await indexer.get(PROTECTED_DATA, { ...PAGE, where: { and } }));

    expect(await ask({ or: either })).to.deep.equal(["photo", "emails"]);
    expect(await ask({ owner: lower.requester }, { schema_contains: ["email:string"] })).to.deep.equal(["emails"]);
    expect(await ask({ id: data.riddle.toUpperCase().replace("0X", "0x") })).to.deep.equal(["riddle"]);
    expect(await ask({ creationTimestamp_gte: 5 }, { or: either }, { id: data.photo })).to.deep.equal(["photo"]);
    expect(await ask({ creationTimestamp_gte: 2 ** 40 })).to.deep.equal([]);
    expect(await ask({ owner: lower.app })).to.deep.equal([]);
    const page = { start: 1, range: 1 };
    expect(namesOf(await indexer.get(PROTECTED_DATA, page))).to.deep.equal(["photo"]);
  });

  it("find contacts whose data has an email", async () => {
    const { emails, photo, riddle } = village.data;
    const variables = { ...PAGE, requiredSchema: ["email:string"], id: [emails, photo, riddle] };

    const { protectedDatas } = await indexer.get(CONTACTS, variables);

    expect(protectedDatas).to.deep.equal([{ id: emails, name: "emails" }]);
    expect(namesOf(await indexer.get(CONTACTS, { ...variables, id: [] }))).to.deep.equal([]);
  });

  it("find what the owner says is in its data, also when a stranger was quicker to register it with a lie", async () => {
    const { accounts, protector } = village;
    const owner = accounts.beneficiary;
    const call = (schema: object) => [owner.address, "mine", JSON.stringify(schema), "0xa503", hashOf("mine")] as const;
    const truth = { email: "string" };
    const dataset = await protector.createDatasetWithSchema.staticCall(...call(truth));
    const lowered = dataset.toLowerCase();

    await protector.connect(accounts.anyone).createDatasetWithSchema(...call({ photo: "image/png" }));
    expect(await schemaOf(lowered)).to.deep.equal([]);

    // The owner's client sends what it had signed: it succeeds, and finds its dataset in the event as always.
    const transaction = await protector.connect(owner).createDatasetWithSchema(...call(truth));
    const told = (await transaction.wait())!.logs.map((log) => protector.interface.parseLog(log));
    const event = told.find((log) => log?.name === "DatasetSchema");
    expect(event?.args.toObject()).to.deep.equal({ dataset, schema: JSON.stringify(truth) });
    expect(await schemaOf(lowered)).to.deep.equal([["email:string"]]);

    await expect(
      protector.connect(accounts.anyone).createDatasetWithSchema(...call({ lie: "bool" })),
    ).to.be.revertedWithCustomError(village.datasetRegistry, "AssetAlreadyExists");
    await protector.connect(owner).setSchema(dataset, JSON.stringify({ name: "string" }));
    expect(await schemaOf(lowered)).to.deep.equal([["name:string"]]);

    await village.datasetRegistry
      .connect(owner)
      .transferFrom(owner.address, accounts.scheduler.address, BigInt(dataset));
    await protector.connect(accounts.scheduler).setSchema(dataset, JSON.stringify({ sold: "bool" }));
    await expect(protector.connect(owner).setSchema(dataset, "{}"))
      .to.be.revertedWithCustomError(protector, "NotDatasetOwner")
      .withArgs(dataset, accounts.scheduler.address, owner.address);
    expect(await schemaOf(lowered)).to.deep.equal([["sold:bool"]]);
  });

  it("find what a callback was told, by dataset and apps", async () => {
    const { lower } = village;
    const query = `query ($dataset: String!, $apps: [String!]!) {
      tasks(where: {resultsCallback_not: "0x", status: "COMPLETED", deal_: {dataset: $dataset, app_in: $apps}}) {
        resultsCallback
      }
    }`;

    const found = await indexer.get(query, { dataset: lower.dataset, apps: [lower.app] });

    expect(found).to.deep.equal({ tasks: [{ resultsCallback: CALLBACK_DATA }] });
    expect(await indexer.get(query, { dataset: lower.dataset, apps: [] })).to.deep.equal({ tasks: [] });
    expect(await indexer.get(query, { dataset: lower.app, apps: [lower.app] })).to.deep.equal({ tasks: [] });
  });

  it("find the tasks of a bulk request, and their data as soon as the store has the lists", async () => {
    const { bulk, data, deal } = village;
    const query = `query ($requestorder: Bytes!) {
      deals(where: {requestorder: $requestorder}) { tasks { taskId: id bulkSlice { datasets { id } } } }
    }`;
    const taskId = bulk.task;
    const ask = async (requestorder: string) => (await indexer.get(query, { requestorder }))["deals"];
    expect(await ask(bulk.requestorder)).to.deep.equal([{ tasks: [{ taskId, bulkSlice: null }] }]);

    files.set(`/ipfs/${BULK_CID}`, [SLICE_CID]);
    const slice = [grant(data.photo), grant(data.riddle, { datasetprice: 1n }), grant(data.emails)];
    files.set(`/ipfs/${SLICE_CID}`, slice);

    const datasets = [{ id: data.photo }, { id: data.emails }];
    expect(await ask(bulk.requestorder)).to.deep.equal([{ tasks: [{ taskId, bulkSlice: { datasets } }] }]);
    fetched.length = 0;
    await ask(bulk.requestorder);
    expect(fetched, "fetched again").to.deep.equal([]);
    const tasks = [deal.done, deal.open].toSorted().map((id) => ({ taskId: id, bulkSlice: null }));
    expect(await ask(deal.requestorder)).to.deep.equal([{ tasks }]);
  });

  it("find the data of each task where one request became several deals", async () => {
    const { data, actors } = village;
    const terms = { params: JSON.stringify({ bulk_cid: BULK_CID }) };
    const request = await actors.requester.ask({ ...requestFor(actors.assets, terms), volume: 2n });
    await actors.requester.match({ ...(await actors.orders(terms)), request });
    const { dealId } = await actors.requester.match({ ...(await actors.orders(terms)), request });
    await actors.scheduler.initialize(dealId, 1n);
    files.set(`/ipfs/${BULK_CID}`, [SLICE_CID, OTHER_SLICE_CID]);
    files.set(`/ipfs/${SLICE_CID}`, [grant(data.photo)]);
    files.set(`/ipfs/${OTHER_SLICE_CID}`, [grant(data.emails)]);
    await indexer.restart();

    const query = `query ($id: ID!) { deal(id: $id) { tasks { bulkSlice { datasets { id } } } } }`;

    expect(await indexer.get(query, { id: dealId })).to.deep.equal({
      deal: { tasks: [{ bulkSlice: { datasets: [{ id: data.emails }] } }] },
    });
  });

  it("are answered with what the newest block says", async () => {
    const late = await village.protect(village.accounts.beneficiary, "late", { late: "string" });
    expect(namesOf(await indexer.get(PROTECTED_DATA, PAGE))[0]).to.equal("late");

    const { beneficiary, sponsor } = village.accounts;
    const registry = village.datasetRegistry.connect(beneficiary);
    await registry["safeTransferFrom(address,address,uint256)"](beneficiary, sponsor, late);
    const where = { owner: sponsor.address };

    expect(namesOf(await indexer.get(PROTECTED_DATA, { ...PAGE, where }))).to.deep.equal(["late", "riddle"]);
  });
});
