/** The SDK's clients alone, against a whole network: the page about them does what it says. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

import { expect } from "chai";
import { JsonRpcProvider, Wallet, getBytes } from "ethers";

import {
  NoMatchError,
  SchedulerClient,
  TaskFailedError,
  connectClients,
  fetchResult,
  grantAccess,
  grantedAccess,
  protectData,
  revokeAccess,
  runApp,
  waitForTask,
  type Clients,
  type MadeDeal,
  type ProtectedData,
} from "@poco-marketplace/sdk/client/index.js";
import { PocoRevertError } from "@poco-marketplace/sdk/chain/errors/decodeRevert.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { decodeMultiaddr } from "@poco-marketplace/sdk/protect/multiaddr.js";
import { eventually } from "../fixtures/eventually.js";
import { rejection } from "../fixtures/rejection.js";
import { offerIApp, publishIApp } from "./iapp.js";
import { accountOf, theNetwork, type RunningNetwork } from "./network.js";

const ROOT = path.join(import.meta.dirname, "..", "..");
const PAGE = readFileSync(path.join(ROOT, "docs/how-to/use-the-client.md"), "utf8");

const READ = `
  const data = process.env.IEXEC_DATASET_FILENAME;
  const isThere = data !== undefined && fs.existsSync(path.join(process.env.IEXEC_IN, data));
  console.log("the app runs");
  done({ isThere, secret: process.env.IEXEC_REQUESTER_SECRET_1 });
`;

describe("The SDK's clients, on a network,", () => {
  let network: RunningNetwork;
  let node: JsonRpcProvider;
  let app: Address;
  let owner: Clients;
  let requester: Clients;
  let data: ProtectedData;
  let deal: MadeDeal;

  const as = (role: string) => connectClients(network, new Wallet(accountOf(network, role).privateKey, node));

  before(async () => {
    network = await theNetwork();
    node = new JsonRpcProvider(network.rpc, undefined, { cacheTimeout: -1, pollingInterval: 100 });
    app = (await publishIApp(network, READ)) as Address;
    await offerIApp(network, app);
    [owner, requester] = await Promise.all([as("data provider"), as("requester")]);
  });
  after(() => node.destroy());

  it("do what their page says", async () => {
    const [, program] = /^```js\n([\s\S]*?)^```$/m.exec(PAGE)!;
    mkdirSync(path.join(ROOT, "cache"), { recursive: true });
    const folder = mkdtempSync(path.join(ROOT, "cache", "client-"));
    try {
      const file = path.join(folder, "program.mjs");
      writeFileSync(file, program!.replace("@poco-marketplace/sdk/client", "$&/index.js"));
      const args = ["--import", "tsx", file, network.file, app];
      const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT });
      expect(stdout).to.equal('said.json: {"isThere":true}\n');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("protect data, which the subgraph lists", async () => {
    data = await protectData(owner, { name: "notes", data: { text: "the quick brown fox", more: { n: 1 } } });

    const mine = await owner.subgraph.protectedDataOf(data.owner);
    const listed = mine.find(({ dataset }) => dataset === data.dataset)!;
    expect(listed).to.deep.include({ owner: data.owner, name: "notes", checksum: data.checksum });
    expect(listed.schema).to.have.members(["text:string", "more.n:f64"]);
    expect(decodeMultiaddr(getBytes(listed.multiaddr))).to.equal(data.cid);
    expect(await owner.store.has(data.cid)).to.equal(true);
  });

  it("say why an app cannot be run on data that nobody granted", async () => {
    const error = await rejection(runApp(requester, { app, dataset: data.dataset }), NoMatchError);
    expect(error.message).to.include(`The market has no open order for the dataset ${data.dataset}`);
  });

  it("run it once it is granted, with a secret, and verify its result", async () => {
    await grantAccess(owner, { dataset: data.dataset, app });
    deal = await runApp(requester, {
      app,
      dataset: data.dataset,
      workerpool: network.workerpool!,
      secrets: { 1: "hush" },
    });
    const [task] = deal.tasks;
    const { files, verifiedPath } = await fetchResult(requester, task!, { pollMs: 200 });

    expect(verifiedPath).to.equal("said.json");
    expect(Buffer.from(files.get("said.json")!).toString()).to.equal('{"isThere":true,"secret":"hush"}');
    const { resultDigest } = await waitForTask(requester, task!);
    const indexed = await requester.subgraph.deal(deal.dealId);
    expect(indexed).to.deep.include({ app, dataset: data.dataset, botSize: 1n });
    expect(indexed!.tasks[0]).to.deep.include({ taskId: task!.taskId, status: "COMPLETED", resultDigest });
    const [newest] = await requester.subgraph.dealsOf((await requester.signer.getAddress()) as Address, { first: 1 });
    expect(newest!.dealId).to.equal(deal.dealId);
  });

  it("do not wait for a task that its workerpool has given up", async () => {
    const { tasks } = await runApp(requester, { app, params: { args: "no-json" }, workerpool: network.workerpool! });
    const error = await rejection(waitForTask(requester, tasks[0]!, { pollMs: 200 }), TaskFailedError);
    expect(error.message).to.include("its workerpool has given up").and.include("anyone can call claim");
  });

  it("tell the requester, and nobody else, what the app printed", async () => {
    const url = await requester.directory.schedulerOf(network.workerpool!);
    const { taskId } = deal.tasks[0]!;
    const scheduler = (clients: Clients) =>
      new SchedulerClient(url!, { chainId: network.chainId, signer: clients.signer });

    const task = await eventually("the scheduler knows", async () => {
      const known = await scheduler(owner).task(taskId);
      return known?.status === "COMPLETED" ? known : undefined;
    });
    expect(task.replicates.map(({ exitCode }) => exitCode)).to.deep.equal([0]);
    const { logs } = await scheduler(requester).logs(taskId);
    expect(logs[0]!.stdout).to.include("the app runs");
    expect((await rejection(scheduler(owner).logs(taskId), Error)).message).to.include("for its requester");
  });

  it("take an access back, for good", async () => {
    const granted = await grantAccess(owner, { dataset: data.dataset, app, volume: 5 });
    expect((await grantedAccess(owner, { dataset: data.dataset })).map(({ hash }) => hash)).to.deep.equal([
      granted.hash,
    ]);

    await rejection(revokeAccess(requester, granted), PocoRevertError);
    await revokeAccess(owner, granted);

    expect(await grantedAccess(owner, { dataset: data.dataset, app })).to.deep.equal([]);
    expect((await owner.market.order("dataset", granted.hash))!.status).to.equal("canceled");
  });
});
