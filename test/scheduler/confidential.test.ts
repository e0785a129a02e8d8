import { expect } from "chai";
import { Wallet } from "ethers";
import { network } from "hardhat";
import { IExec } from "iexec";

import { Beneficiary } from "@poco-marketplace/cli/demo/actors/Beneficiary.js";
import { DatasetProvider } from "@poco-marketplace/cli/demo/actors/DatasetProvider.js";
import { createServer, listen } from "@poco-marketplace/services/http/createServer.js";
import { buildParams, type Address, type Hex } from "@poco-marketplace/sdk/index.js";
import { answerChallenge } from "@poco-marketplace/sdk/login/answerChallenge.js";
import type { Challenge } from "@poco-marketplace/sdk/login/challenge.js";
import { appSecret, requesterSecret } from "@poco-marketplace/sdk/wire/secretRef.js";
import { appSource } from "../fixtures/attested.js";
import { keyAt, openPoolWorld, until, type PoolWorld } from "../fixtures/pool.js";
import { login } from "../fixtures/schedulerLogin.js";

const connection = await network.create();
const MARKERS = ["MARKER-OF-DATA", "MARKER-OF-APP", "MARKER-OF-REQUESTER"] as const;
const [DATA, OF_APP, OF_REQUESTER] = MARKERS;
const REQUESTER = 1;
const STRANGER = 13;

/** Says what it was given. */
const PROGRAM = appSource(`
  const { IEXEC_IN, IEXEC_DATASET_FILENAME, IEXEC_APP_DEVELOPER_SECRET, IEXEC_REQUESTER_SECRET_1 } = process.env;
  const zip = fs.readFileSync(path.join(IEXEC_IN, IEXEC_DATASET_FILENAME), "latin1");
  console.log("read " + zip.length + " bytes");
  console.error("careful");
  done({ data: zip.includes("${DATA}"), app: IEXEC_APP_DEVELOPER_SECRET, requester: IEXEC_REQUESTER_SECRET_1 });
`);

describe("A confidential task in a pool", () => {
  let world: PoolWorld;
  let scheduler: Awaited<ReturnType<PoolWorld["startScheduler"]>>;
  let beneficiary: Beneficiary;
  let task: Hex;

  before(async () => {
    world = await openPoolWorld(connection);
    scheduler = await world.startScheduler();
    await world.startWorker(0, scheduler.url);
    const { accounts, contracts, sms, content: store } = world;
    const { app } = await world.publishApp(PROGRAM);
    const provider = new DatasetProvider(contracts, accounts.datasetProvider, {
      store,
      vault: sms.writerOf(accounts.datasetProvider),
    });
    const { dataset } = await provider.publish("people", Buffer.from(DATA));
    await sms.push(appSecret(app), OF_APP, accounts.appProvider);
    await sms.push(
      requesterSecret(accounts.requester.address as Address, "password"),
      OF_REQUESTER,
      accounts.requester,
    );
    const vault = sms.writerOf(accounts.beneficiary);
    beneficiary = await Beneficiary.create(accounts.beneficiary.address as Address, { store, vault });
    const params = buildParams({ secrets: { 1: "password" }, resultEncryption: true });
    const { tasks } = await world.makeDeal({
      app,
      dataset,
      params,
      beneficiary: accounts.beneficiary.address as Address,
    });
    [task] = tasks as [Hex];
    await until(scheduler.url, task, "COMPLETED");
  });

  after(async () => {
    await scheduler.stop();
    await world.close();
  });

  it("has its secrets, and a result that its beneficiary alone can read", async () => {
    const { results } = await world.poco.viewTask(task);

    const { files } = await beneficiary.open(results as Hex);

    expect(JSON.parse(Buffer.from(files.get("said.json")!).toString("utf8"))).to.deep.equal({
      data: true,
      app: OF_APP,
      requester: OF_REQUESTER,
    });
  });

  it("leaves nothing secret in the scheduler's log, nor where clients look", async () => {
    const report = await (await fetch(`${scheduler.url}/tasks/${task}`)).text();

    for (const marker of MARKERS) expect(world.log() + report).not.to.contain(marker);
    expect(world.log()).to.contain(task);
  });

  it("shows its logs to its requester", async () => {
    const authorization = await login(scheduler.url, new Wallet(keyAt(REQUESTER)));

    const answer = await fetch(`${scheduler.url}/tasks/${task}/logs`, { headers: { authorization } });

    expect(answer.status).to.equal(200);
    const { computeLogsList } = (await answer.json()) as { computeLogsList: Record<string, string>[] };
    expect(computeLogsList).to.have.lengthOf(1);
    const [{ walletAddress, stdout, stderr }] = computeLogsList as [Record<string, string>];
    expect(walletAddress).to.equal(world.accounts.worker1.address);
    expect(stdout).to.match(/^read \d+ bytes\n$/);
    expect(stderr).to.equal("careful\n");
  });

  it("is followed by the official client, logs and all", async () => {
    const compass = await createServer();
    compass.get("/31337/workerpools/:address", () => ({ apiUrl: scheduler.url }));
    const compassURL = await listen(compass, 0);
    const account = world.accounts.requester.address.toLowerCase();
    const ethProvider = {
      request: async ({ method, params = [] }: { method: string; params?: unknown[] }): Promise<unknown> =>
        /^eth_(?:requestA|a)ccounts$/.test(method) ? [account] : connection.provider.request({ method, params }),
    };
    const client = new IExec(
      { ethProvider: ethProvider as never },
      { hubAddress: world.manifest.poco, compassURL, ipfsGatewayURL: world.ipfs, allowExperimentalNetworks: true },
    );
    try {
      const { task: seen, replicates } = await client.task.fetchOffchainInfo(task);
      expect(seen.status).to.equal("COMPLETED");
      expect(seen.statusHistory.map(({ status }) => status)).to.include.members(["RECEIVED", "RUNNING", "COMPLETED"]);
      expect(replicates.map(({ worker }) => worker)).to.deep.equal([world.accounts.worker1.address]);
      expect(replicates[0]!.statusHistory.map(({ status }) => status)).to.include("COMPUTED");
      const logs = await client.task.fetchLogs(task);
      expect(logs).to.have.lengthOf(1);
      expect(logs[0]).to.include({ worker: world.accounts.worker1.address, stderr: "careful\n" });
      const archive = await (await client.task.fetchResults(task)).arrayBuffer();
      expect(archive.byteLength).to.be.greaterThan(0);
    } finally {
      await compass.close();
    }
  });

  it("shows its logs to nobody else, and to nobody twice for one signature", async () => {
    const logs = async (authorization: string) => {
      const answer = await fetch(`${scheduler.url}/tasks/${task}/logs`, { headers: { authorization } });
      return { status: answer.status, error: ((await answer.json()) as { error?: string }).error };
    };
    const stranger = await login(scheduler.url, new Wallet(keyAt(STRANGER)));
    const requester = await login(scheduler.url, new Wallet(keyAt(REQUESTER)));
    const [hash, sign] = requester.split("_");

    expect(await logs(stranger)).to.deep.include({ status: 403 });
    expect(await logs(`${hash}_${sign}_${world.accounts.anyone.address}`)).to.deep.include({ status: 401 });
    expect(await logs("nonsense")).to.deep.include({ status: 401 });
    expect((await logs(requester)).status).to.equal(200);
    expect((await logs(requester)).error).to.contain("it was used");
  });

  it("lets nobody work with a challenge for logs, nor see who is denied, nor read logs with one for work", async () => {
    const wallet = new Wallet(keyAt(REQUESTER));
    const join = (authorization: string) =>
      fetch(`${scheduler.url}/workers/join`, {
        method: "POST",
        headers: { authorization, "content-type": "application/json" },
        body: JSON.stringify({ slots: 0 }),
      });
    const toWork = async () => {
      const answer = await fetch(`${scheduler.url}/workers/challenge?address=${wallet.address}`);
      return answerChallenge(wallet, (await answer.json()) as Challenge);
    };
    const logs = await login(scheduler.url, wallet);
    expect((await join(logs)).status).to.equal(401);
    const seen = await fetch(`${scheduler.url}/denials`, { headers: { authorization: logs } });
    expect(seen.status).to.equal(401);
    const headers = { authorization: await toWork() };
    expect((await fetch(`${scheduler.url}/tasks/${task}/logs`, { headers })).status).to.equal(401);
    expect((await join(headers.authorization)).status).to.be.oneOf([400, 403]);
  });
});
