import { rm, writeFile } from "node:fs/promises";

import { expect } from "chai";
import { network } from "hardhat";

import { Beneficiary } from "@poco-marketplace/cli/demo/actors/Beneficiary.js";
import { MissingResultKeyError, Worker, WrongProgramError } from "@poco-marketplace/cli/demo/actors/Worker.js";
import {
  TaskStatus,
  buildParams,
  decodeResultLink,
  fileDigest,
  parseTag,
  resultHash,
  resultSeal,
  type Address,
} from "@poco-marketplace/sdk/index.js";
import { openMemoryVault } from "@poco-marketplace/cli/demo/actors/secretVault.js";
import { MissingDatasetError } from "@poco-marketplace/enclave/task/task.js";
import { script } from "../fixtures/program.js";
import { rejection } from "../fixtures/rejection.js";
import { scenes } from "../fixtures/scenes.js";
import { createTroupe, PRICES, requestFor } from "../fixtures/troupe.js";
import { openWorkshop } from "../fixtures/workshop.js";

const connection = await network.create();
const { networkHelpers } = connection;
const { marketWorld } = scenes(connection);
const TEE = parseTag(["tee"]);

/** Says how long its dataset is, as it lies there, and what it was asked. */
const PROGRAM = script(`
  const data = fs.readFileSync(path.join(process.env.IEXEC_IN, process.env.IEXEC_DATASET_FILENAME));
  write("result.txt", JSON.stringify({ args: process.argv.slice(2), isZip: data.subarray(0, 2).toString() }));
  computed({ "deterministic-output-path": path.join(out, "result.txt") });
`);
const ANSWER = JSON.stringify({ args: ["two", "words"], isZip: "PK" });

describe("A worker", () => {
  let workshop: Awaited<ReturnType<typeof openWorkshop>>;
  let program: string;

  beforeEach(async () => {
    workshop = await openWorkshop();
    program = await workshop.write("measure.mjs", PROGRAM);
  });
  afterEach(() => workshop.remove());

  /** A deal about a program and a protected file, with its task open. */
  async function openTask(params: Parameters<typeof buildParams>[0] = {}) {
    const world = await networkHelpers.loadFixture(marketWorld);
    const troupe = await createTroupe(world, workshop);
    const { app } = await troupe.appProvider.publish("measure", program);
    workshop.programs.set(app, program);
    const { dataset } = await troupe.dataProvider.publish("text", Buffer.from("some text"));
    const terms = { tag: TEE, params: buildParams({ args: "two words", ...params }) };
    const { workerpool } = await troupe.orders(terms);
    const { dealId } = await troupe.requester.match({
      workerpool,
      app: await troupe.appProvider.offer({ app, appprice: PRICES.app, tag: TEE }),
      dataset: await troupe.dataProvider.offer({ dataset, datasetprice: PRICES.dataset }),
      request: await troupe.requester.ask(
        requestFor(
          { ...troupe.assets, app, dataset },
          { ...terms, beneficiary: world.cast.beneficiary.address as Address },
        ),
      ),
    });
    const { taskId } = await troupe.scheduler.initialize(dealId, 0n);
    return { ...world, ...troupe, worker: troupe.workers[0]!, app, dataset, taskId };
  }

  it("runs the deal's program on the deal's data, and stores the result", async () => {
    const { worker, taskId } = await openTask();

    const done = await worker.run(taskId);

    const { storage, location } = decodeResultLink(done.results);
    const cid = /^\/ipfs\/(\w+)$/.exec(location!)![1]!;
    expect(storage).to.equal("ipfs");
    expect(Buffer.from(await workshop.store.get(cid))).to.deep.equal(Buffer.from(done.archive));
    expect(done.digest).to.equal(fileDigest(Buffer.from(ANSWER)));
    expect(done.resultHash).to.equal(resultHash(taskId, done.digest));
    expect(done.resultSeal).to.equal(resultSeal(await worker.address(), taskId, done.digest));
    expect(done.isEncrypted).to.equal(false);
  });

  it("encrypts the result for the beneficiary when the deal asks for it", async () => {
    const { worker, taskId, cast } = await openTask({ resultEncryption: true });
    const beneficiary = await Beneficiary.enrol(cast.beneficiary.address as Address, workshop);

    const done = await worker.run(taskId);

    expect(done.isEncrypted).to.equal(true);
    const { files } = await beneficiary.open(done.results);
    expect(Buffer.from(files.get("result.txt")!).toString()).to.equal(ANSWER);
  });

  it("finishes a task alone with its enclave's signature", async () => {
    const { poco, worker, scheduler, taskId } = await openTask();
    const done = await worker.run(taskId);

    await worker.contributeAndFinalize(done, await scheduler.authorize(await worker.address(), taskId, worker.enclave));

    const task = await poco.viewTask(taskId);
    expect(task.status).to.equal(TaskStatus.COMPLETED);
    expect(task.resultDigest).to.equal(done.digest);
    expect(task.results).to.equal(done.results);
    const { enclaveChallenge } = await poco.viewContribution(taskId, await worker.address());
    expect(enclaveChallenge).to.equal(worker.enclave);
  });

  it("has an enclave of its own", async () => {
    const { workers } = await openTask();

    expect(new Set(workers.map(({ enclave }) => enclave)).size).to.equal(workers.length);
  });

  it("runs no program but the published one", async () => {
    const { worker, app, taskId } = await openTask();

    await writeFile(program, "// something else");
    const changed = await rejection(worker.run(taskId), WrongProgramError);
    expect(changed.message).to.match(new RegExp(`^The program of app ${app} has checksum 0x\\w{64}, not 0x\\w{64}: `));

    await rm(program);
    workshop.programs.delete(app);
    const absent = await rejection(worker.run(taskId), WrongProgramError);
    expect(absent.message).to.equal(`The program of app ${app} is not on this machine: get the published one.`);
  });

  it("says whose key is missing when it cannot encrypt the result", async () => {
    const { worker, cast, taskId } = await openTask({ resultEncryption: true });

    const { message } = await rejection(worker.run(taskId), MissingResultKeyError);

    expect(message).to.include(`encrypted for ${cast.beneficiary.address}, who has pushed no public key`);
  });

  it("cannot open data whose key nobody pushed where it looks", async () => {
    const { cast, contracts, dataset, taskId } = await openTask();
    const stranger = new Worker(contracts, cast.worker2, { ...workshop, vault: openMemoryVault() });

    const { message } = await rejection(stranger.run(taskId), MissingDatasetError);

    expect(message).to.equal(
      `The task reads dataset ${dataset}, whose key is missing: push it to the secret service, then run the task again.`,
    );
  });
});
