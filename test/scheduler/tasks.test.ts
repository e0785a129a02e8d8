import { expect } from "chai";
import { Wallet, type AddressLike } from "ethers";
import { network } from "hardhat";
import JSZip from "jszip";

import { decodeResultLink, TaskStatus, type Address, type Hex } from "@poco-marketplace/sdk/index.js";
import {
  App__factory,
  PlatformRegistry__factory,
  IOracleConsumer__factory,
  TeeBroker__factory,
} from "../../typechain-types/index.js";
import { appSource } from "../fixtures/attested.js";
import { eventually, keyAt, openPoolWorld, reportOf, until, type PoolWorld } from "../fixtures/pool.js";
import { logsOf } from "../fixtures/schedulerLogin.js";

const connection = await network.create();
const { ethers } = connection;
const REQUESTER = 1;

const HELLO = appSource(`
  console.log("hello", process.argv.slice(2).join(" "));
  console.error("and a complaint");
  done({ args: process.argv.slice(2), index: process.env.IEXEC_TASK_INDEX, size: process.env.IEXEC_BOT_SIZE });
`).replace('JSON.parse(process.argv[2] ?? "{}")', "undefined");

/** Has something for a contract. */
const ANSWERING = `
  import fs from "node:fs";
  fs.writeFileSync(process.env.IEXEC_OUT + "/computed.json", '{"callback-data":"0xc0ffee"}');
`;

describe("A pool", () => {
  let world: PoolWorld;
  let scheduler: Awaited<ReturnType<PoolWorld["startScheduler"]>>;

  before(async () => {
    world = await openPoolWorld(connection);
    scheduler = await world.startScheduler();
    for (const place of [0, 1]) await world.startWorker(place, scheduler.url);
  });

  after(async () => {
    await scheduler.stop();
    await world.close();
  });

  /** What the app of a finished task said. */
  async function resultOf(task: Hex): Promise<unknown> {
    const { results } = await world.poco.viewTask(task);
    const { storage, location } = decodeResultLink(results as Hex);
    expect(storage).to.equal("ipfs");
    const zip = await JSZip.loadAsync(await world.content.get(location!.replace("/ipfs/", "")));
    return JSON.parse(await zip.file("said.json")!.async("string"));
  }

  /** What the worker of a task said that the hub's TEE broker thinks of its quote. */
  async function verdictOn(task: Hex): Promise<string | undefined> {
    const { causes } = await logsOf(scheduler.url, task, new Wallet(keyAt(REQUESTER)));
    return causes.find(({ status }) => status === "CONTRIBUTE_AND_FINALIZE_ONGOING")?.cause;
  }

  it("does a task in an enclave, and tells how", async () => {
    const { app } = await world.publishApp(HELLO);
    const params = JSON.stringify({ iexec_args: "to 'the world'" });
    const { tasks } = await world.makeDeal({ app, params });

    const report = await until(scheduler.url, tasks[0]!, "COMPLETED");

    expect(await resultOf(tasks[0]!)).to.deep.equal({ args: ["to", "the world"], index: "0", size: "1" });
    expect(report.dateStatusList.map(({ status }) => status)).to.deep.equal([
      "RECEIVED",
      "INITIALIZING",
      "INITIALIZED",
      "RUNNING",
      "COMPLETED",
    ]);
    expect(report.replicates).to.have.lengthOf(1);
    const replicate = await eventually("the worker has said all", async () => {
      const last = (await reportOf(scheduler.url, tasks[0]!))?.replicates[0];
      return last?.statusUpdateList.some(({ status }) => status === "CONTRIBUTE_AND_FINALIZE_DONE") === true && last;
    });
    expect(replicate).to.include({ appExitCode: 0, currentStatus: "COMPLETED" });
    expect(replicate.statusUpdateList.map(({ status }) => status)).to.include.members([
      "CREATED",
      "STARTING",
      "APP_DOWNLOADED",
      "COMPUTED",
      "RESULT_UPLOADED",
      "CONTRIBUTE_AND_FINALIZE_DONE",
    ]);
    const { poco, manifest } = world;
    const shown = await verdictOn(tasks[0]!);
    const checksum = await App__factory.connect(app, ethers.provider).m_appChecksum();
    expect(shown).to.match(
      new RegExp(`^TEE broker ${manifest.attestation!.teeBroker} accepts the SGX quote .* measurement ${checksum}\\.$`),
    );
    const { enclaveChallenge } = await poco.viewContribution(tasks[0]!, replicate.walletAddress);
    expect(enclaveChallenge).not.to.equal(ethers.ZeroAddress);
  });

  it("has the chain believe what several enclaves agree on", async () => {
    const { app } = await world.publishApp(HELLO, { isMeasured: "yes" });
    const { tasks } = await world.makeDeal({ app, trust: 3n });

    const { replicates } = await until(scheduler.url, tasks[0]!, "COMPLETED");

    expect(replicates).to.have.lengthOf(2);
    const { contributors } = await world.poco.viewTask(tasks[0]!);
    const seen = await Promise.all(contributors.map((worker) => world.poco.viewContribution(tasks[0]!, worker)));
    expect(new Set(seen.map(({ enclaveChallenge }) => enclaveChallenge)).size).to.equal(2);
    expect(seen.some(({ enclaveChallenge }) => enclaveChallenge === ethers.ZeroAddress)).to.equal(false);
  });

  it("follows the hub to another TEE broker, and needs no quote where there is none", async () => {
    const { poco, accounts, manifest, rootCertificate } = world;
    const { app } = await world.publishApp(HELLO);
    const registry = await new PlatformRegistry__factory(accounts.owner).deploy(accounts.owner, rootCertificate);
    const broker = await new TeeBroker__factory(accounts.owner).deploy(accounts.owner, poco, registry);
    const verdictUnder = async (teeBroker: AddressLike) => {
      await poco.setTeeBroker(teeBroker);
      const { tasks } = await world.makeDeal({ app });
      const { replicates } = await until(scheduler.url, tasks[0]!, "COMPLETED");
      expect(replicates).to.have.lengthOf(1);
      return verdictOn(tasks[0]!);
    };

    expect(await verdictUnder(broker)).to.contain(await broker.getAddress());
    expect(await registry.queryFilter(registry.filters.AttestationKeyRegistered())).to.have.lengthOf(1);
    expect(await verdictUnder(ethers.ZeroAddress)).to.equal(undefined);
    expect(await verdictUnder(manifest.attestation!.teeBroker)).to.contain(manifest.attestation!.teeBroker);
  });

  it("does a bag of tasks with its workers, each once", async () => {
    const { app } = await world.publishApp(HELLO);
    const { tasks } = await world.makeDeal({ app, volume: 5n });

    const reports = await Promise.all(tasks.map((task) => until(scheduler.url, task, "COMPLETED")));

    const said = (await Promise.all(tasks.map(resultOf))) as { index: string; size: string }[];
    expect(said.map(({ index, size }) => [index, size])).to.deep.equal(["0", "1", "2", "3", "4"].map((n) => [n, "5"]));
    expect(reports.map(({ replicates }) => replicates.length)).to.deep.equal([1, 1, 1, 1, 1]);
    const workers = new Set(reports.map(({ replicates }) => replicates[0]!.walletAddress));
    expect(workers.size).to.equal(2);
  });

  it("says to the requester that an app says more to a callback than the chain keeps, and sends nothing", async () => {
    const { app } = await world.publishApp(`
      import fs from "node:fs";
      fs.writeFileSync(process.env.IEXEC_OUT + "/computed.json", JSON.stringify({ "callback-data": "0x" + "ab".repeat(24_576) }));
    `);
    const { tasks } = await world.makeDeal({ app, callback: world.accounts.anyone.address as Address });

    const { replicates } = await eventually("it is given up", async () => {
      const found = await reportOf(scheduler.url, tasks[0]!);
      return found?.dateStatusList.at(-1)!.cause === "given up: 3 attempts failed" && found;
    });

    expect(replicates.map(({ currentStatus }) => currentStatus)).to.deep.equal(Array(3).fill("RESULT_UPLOAD_FAILED"));
    const { causes } = await logsOf(scheduler.url, tasks[0]!, new Wallet(keyAt(1)));
    expect(causes.map(({ cause }) => cause)).to.include.members([
      "The app's callback-data has 24576 bytes, and the chain keeps 24421 at most: write less.",
    ]);
    expect((await world.poco.viewTask(tasks[0]!)).status).to.equal(TaskStatus.ACTIVE);
  });

  it("calls a contract back with what the app said", async () => {
    const consumer = await ethers.deployContract("RecordingConsumer");
    const { app } = await world.publishApp(ANSWERING);
    const callback = (await consumer.getAddress()) as Address;
    const { tasks } = await world.makeDeal({ app, callback });

    await until(scheduler.url, tasks[0]!, "COMPLETED");

    const { results, resultsCallback } = await world.poco.viewTask(tasks[0]!);
    expect(resultsCallback).to.equal("0xc0ffee");
    expect(decodeResultLink(results as Hex)).to.deep.equal({ storage: "ethereum", location: callback });
    expect(await world.poco.resultFor(tasks[0]!)).to.equal("0xc0ffee");
  });

  for (const [habit, name] of [
    ["loops until its gas is used up", "LoopingConsumer"],
    ["destroys its gas", "BurningConsumer"],
    ["answers with as much as its gas pays for", "BombingConsumer"],
    ["reverts with as much as its gas pays for", "RevertBombingConsumer"],
    ["makes a call that uses up its gas", "NestedLoopingConsumer"],
    ["claims the task while it is told", "ReenteringConsumer"],
  ] as const)
    it(`completes a task whose callback ${habit}, with all the gas that it was promised`, async () => {
      const { poco } = world;
      const consumer = await ethers.deployContract(name);
      const callback = (await consumer.getAddress()) as Address;
      const { app } = await world.publishApp(ANSWERING);
      const { tasks } = await world.makeDeal({ app, callback });
      const [task] = tasks as [Hex];
      if (name === "ReenteringConsumer")
        await consumer.getFunction("plan")(poco.interface.encodeFunctionData("claim", [task]));

      const { replicates } = await until(scheduler.url, task, "COMPLETED");

      expect(replicates).to.have.lengthOf(1);
      expect(await poco.resultFor(task)).to.equal("0xc0ffee");
      const [event] = await poco.queryFilter(poco.filters.TaskFinalize(task));
      const hub = (await poco.getAddress()).toLowerCase();
      const told = (await callsTo(callback, event!.transactionHash)).filter(({ from }) => from === hub);
      expect(told.map(({ input }) => input)).to.deep.equal([
        IOracleConsumer__factory.createInterface().encodeFunctionData("receiveResult", [task, "0xc0ffee"]),
      ]);
      expect(told.map(({ gas }) => BigInt(gas))).to.deep.equal([await poco.callbackgas()]);
    });

  it("finalizes a task of several workers whose callback uses up its gas", async () => {
    const consumer = await ethers.deployContract("LoopingConsumer");
    const callback = (await consumer.getAddress()) as Address;
    const { app } = await world.publishApp(ANSWERING, { isMeasured: "yes" });
    const { tasks } = await world.makeDeal({ app, callback, trust: 3n });

    await until(scheduler.url, tasks[0]!, "COMPLETED");

    expect(await world.poco.resultFor(tasks[0]!)).to.equal("0xc0ffee");
  });
});

interface TracedCall {
  readonly from: string;
  readonly to: string;
  readonly input: Hex;
  readonly gas: Hex;
  readonly calls?: readonly TracedCall[];
}

/** The calls that a transaction made to a contract. */
async function callsTo(target: Address, transaction: string): Promise<TracedCall[]> {
  const trace = (await connection.provider.request({
    method: "debug_traceTransaction",
    params: [transaction, { tracer: "callTracer" }],
  })) as TracedCall;
  const all = (call: TracedCall): TracedCall[] => [call, ...(call.calls ?? []).flatMap(all)];
  return all(trace).filter(({ to }) => to.toLowerCase() === target.toLowerCase());
}
