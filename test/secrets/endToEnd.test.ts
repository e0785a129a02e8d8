import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { network } from "hardhat";

import { Beneficiary } from "@poco-marketplace/cli/demo/actors/Beneficiary.js";
import { DatasetProvider } from "@poco-marketplace/cli/demo/actors/DatasetProvider.js";
import { buildParams, taskId as taskIdOf, TaskStatus, type Address } from "@poco-marketplace/sdk/index.js";
import { encodeResultLink } from "@poco-marketplace/sdk/protocol/result.js";
import { appSecret, requesterSecret } from "@poco-marketplace/sdk/wire/secretRef.js";
import { sessionRequestOf } from "@poco-marketplace/sdk/wire/sessionRequest.js";
import { openContentStore, type ContentStore } from "@poco-marketplace/services/store/contentStore.js";
import { measureApp } from "@poco-marketplace/enclave/app/measurement.js";
import type { App } from "@poco-marketplace/enclave/app/appFolder.js";
import { AttestedEnclave, EnclaveFailedError } from "@poco-marketplace/enclave/runtime/attestedEnclave.js";
import { simulatedProcessor } from "@poco-marketplace/enclave/runtime/processor.js";
import { appOf } from "../fixtures/attested.js";
import { secretWorld, startService, type SecretWorld } from "../fixtures/secretService.js";
import { rejection } from "../fixtures/rejection.js";

const connection = await network.create();
const MARKERS = ["MARKER-OF-DATA", "MARKER-OF-APP", "MARKER-OF-REQUESTER"] as const;
const [DATA, OF_APP, OF_REQUESTER] = MARKERS;

/** Says what it was given. */
const PROGRAM = `
  const { IEXEC_IN, IEXEC_DATASET_FILENAME, IEXEC_APP_DEVELOPER_SECRET, IEXEC_REQUESTER_SECRET_1 } = process.env;
  const zip = fs.readFileSync(path.join(IEXEC_IN, IEXEC_DATASET_FILENAME), "latin1");
  done({
    data: zip.includes("${DATA}"),
    app: IEXEC_APP_DEVELOPER_SECRET,
    requester: IEXEC_REQUESTER_SECRET_1,
    args: process.argv.slice(2),
  });`;

describe("A confidential task, from four secrets to a result that one person can read", () => {
  let world: SecretWorld;
  let service: Awaited<ReturnType<typeof startService>>;
  let folder: string;
  let store: ContentStore;
  let app: App;
  let beneficiary: Beneficiary;
  let dataset: { address: Address; checksum: `0x${string}`; encrypted: Uint8Array };
  let dealId: `0x${string}`;

  before(async () => {
    app = await appOf(PROGRAM);
    world = await secretWorld(connection, measureApp(app).mrEnclave);
    folder = await mkdtemp(join(tmpdir(), "confidential-"));
    store = openContentStore(folder);
    service = await startService(world, { content: store });
    const { accounts, contracts, assets } = world;
    const { sms } = service;

    const provider = new DatasetProvider(contracts, accounts.datasetProvider, {
      store,
      vault: sms.writerOf(accounts.datasetProvider),
    });
    const published = await provider.publish("people", Buffer.from(DATA));
    dataset = {
      address: published.dataset,
      checksum: published.checksum,
      encrypted: await store.get(published.cid),
    };
    await sms.push(appSecret(assets.app), OF_APP, accounts.appProvider);
    const requester = accounts.requester.address as Address;
    await sms.push(requesterSecret(requester, "password"), OF_REQUESTER, accounts.requester);
    const vault = sms.writerOf(accounts.beneficiary);
    beneficiary = await Beneficiary.create(accounts.beneficiary.address as Address, { store, vault });
    const params = buildParams({ args: "42 of-the-deal", secrets: { 1: "password" }, resultEncryption: true });
    dealId = await world.makeDeal({ dataset: dataset.address, params, volume: 3n });
  });
  after(async () => {
    await service.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** An enclave for a task, and its session. */
  async function start(index: bigint) {
    const { accounts, scheduler, platform } = world;
    const [worker, taskId] = [accounts.worker1.address as Address, taskIdOf(dealId, index)];
    const enclave = await AttestedEnclave.start({
      app: { kind: "package", app },
      processor: simulatedProcessor(platform),
      worker,
      taskId,
    });
    const { sign } = await scheduler.authorize(worker, taskId, enclave.identity.binding.enclave);
    const { session } = await service.sms.openSession(sessionRequestOf(enclave.identity, sign), accounts.worker1);
    const task = { taskId, dealId, index, botFirst: 0n, botSize: 3n, worker, dataset };
    return { enclave, task, session, sign };
  }

  async function readResult(archive: Uint8Array) {
    const link = encodeResultLink({ storage: "ipfs", location: `/ipfs/${await store.put(archive)}` });
    const { files } = await beneficiary.open(link);
    return JSON.parse(Buffer.from(files.get("said.json")!).toString("utf8")) as Record<string, unknown>;
  }

  it("runs in an enclave with all of them, ends on chain, and is read by its beneficiary", async () => {
    const { enclave, task, session, sign } = await start(0n);

    const done = await enclave.run(task, { session });
    const results = encodeResultLink({ storage: "ipfs", location: `/ipfs/${await store.put(done.archive)}` });
    const contribution = { ...done, taskId: task.taskId, authorization: sign };
    await world.workers[0]!.contributeAndFinalize(contribution, { results, callbackData: "0x" });

    const { status, results: onChain } = await world.poco.viewTask(task.taskId);
    expect(status).to.equal(TaskStatus.COMPLETED);
    const { files } = await beneficiary.open(onChain as `0x${string}`);
    expect(JSON.parse(Buffer.from(files.get("said.json")!).toString("utf8"))).to.deep.equal({
      data: true,
      app: OF_APP,
      requester: OF_REQUESTER,
      args: ["42", "of-the-deal"],
    });
    expect(done.isEncrypted).to.equal(true);
  });

  it("does what the deal says, whatever its worker says", async () => {
    const { enclave, task, session } = await start(1n);
    const mischief = { args: "7 of-the-worker", botSize: 7n, index: 2n, requesterSecrets: { 1: session } };

    const done = await enclave.run(
      { ...task, ...mischief, dataset: { ...dataset, checksum: task.taskId } },
      { session },
    );

    expect(await readResult(done.archive)).to.deep.include({ args: ["42", "of-the-deal"], requester: OF_REQUESTER });
  });

  it("refuses data that its worker changed", async () => {
    const { enclave, task, session } = await start(2n);
    const encrypted = Uint8Array.from(dataset.encrypted);
    encrypted[20]! ^= 1;

    const error = await rejection(
      enclave.run({ ...task, dataset: { ...dataset, encrypted } }, { session }),
      EnclaveFailedError,
    );

    expect(error.message).to.include(dataset.checksum);
  });

  it("leaves no secret in the log", () => {
    expect(service.log().match(/secrets released/g)).to.have.length(3);
    for (const marker of MARKERS) expect(service.log()).not.to.include(marker);
    expect(service.log()).not.to.include("BEGIN PUBLIC KEY");
  });
});
