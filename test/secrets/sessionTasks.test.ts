import { expect } from "chai";
import { network } from "hardhat";

import {
  buildParams,
  parseTag,
  taskId as taskIdOf,
  type Address,
  type DealId,
  type Hex,
} from "@poco-marketplace/sdk/index.js";
import { ServiceError } from "@poco-marketplace/sdk/client/serviceConnection.js";
import { datasetKey, requesterSecret, RESERVED, web2Secret } from "@poco-marketplace/sdk/wire/secretRef.js";
import {
  makeEnclave,
  MEASURED,
  secretWorld,
  startService,
  TEE_TAG,
  type EnclaveTerms,
  type SecretWorld,
} from "../fixtures/secretService.js";
import { encodeWithBytes } from "../fixtures/encodeWithBytes.js";
import { rejection } from "../fixtures/rejection.js";
import { createActors } from "../fixtures/actors.js";
import { App__factory } from "../../typechain-types/index.js";

const connection = await network.create();
const { networkHelpers } = connection;

describe("A task of which secrets are asked", () => {
  let world: SecretWorld;
  let service: Awaited<ReturnType<typeof startService>>;

  before(async () => {
    world = await secretWorld(connection);
    service = await startService(world);
  });
  after(() => service.stop());

  async function ask(terms: EnclaveTerms) {
    const { request, open } = await makeEnclave(world, terms);
    const { session } = await service.sms.openSession(request, world.accounts.worker1);
    return open(session);
  }
  const refusal = (terms: EnclaveTerms) => rejection(ask(terms), ServiceError);

  it("must be of a deal that asks for enclaves", async () => {
    const error = await refusal({ dealId: await world.makeDeal({ data: "none", tag: parseTag([]) }) });

    expect(error).to.include({ statusCode: 403, reason: "NoEnclaveAsked" });
    expect(error.message).to.include(`has tag 0x${"00".repeat(32)}, without tee (bit 0)`);
  });

  it("must be initialized", async () => {
    const dealId = await world.makeDeal({ data: "none" });
    const error = await refusal({ dealId, index: 1n });

    expect(error).to.include({ statusCode: 404, reason: "UnknownTask" });
    expect(error.message).to.include(`Task ${taskIdOf(dealId, 1n)} was not initialized on this chain`);
  });

  it("must not be done", async () => {
    const dealId = await world.makeDeal({ data: "none" });
    await (await makeEnclave(world, { dealId })).finish();

    const error = await refusal({ dealId });

    expect(error).to.include({ statusCode: 409, reason: "TaskNotActive" });
    expect(error.message).to.include(`Task ${taskIdOf(dealId, 0n)} is COMPLETED`);
  });

  it("gets what its params name, and nothing where they name nothing", async () => {
    const { accounts } = world;
    const [requester, worker] = [accounts.requester.address as Address, accounts.worker1.address as Address];
    await service.sms.push(requesterSecret(requester, "unnamed"), "stays here", accounts.requester);
    await service.sms.push(web2Secret(worker, RESERVED.ipfsToken), "token of the worker", accounts.worker1);
    await service.sms.push(web2Secret(worker, RESERVED.proxyUrl), "https://proxy.example.org", accounts.worker1);

    const session = await ask({ dealId: await world.makeDeal({ data: "none" }) });

    expect(session).to.include.keys("taskId", "storage").and.not.to.include.keys("dataset", "bulk", "appSecret");
    expect(session).not.to.have.property("resultKey");
    expect(session.requesterSecrets).to.deep.equal({});
    expect(session.storage).to.deep.equal({
      provider: "ipfs",
      token: "token of the worker",
      proxy: "https://proxy.example.org",
    });
  });

  it("whose result goes to Dropbox gets the token of its requester", async () => {
    const { accounts } = world;
    const requester = accounts.requester.address as Address;
    const dealId = await world.makeDeal({ data: "none", params: buildParams({ resultStorageProvider: "dropbox" }) });
    const missing = await refusal({ dealId });
    expect(missing).to.include({ statusCode: 404, reason: "MissingWeb2Secret" });
    expect(missing.message).to.include(`${requester} did not push ${RESERVED.dropboxToken}`);
    await service.sms.push(web2Secret(requester, RESERVED.dropboxToken), "token", accounts.requester);

    expect((await ask({ dealId })).storage).to.deep.equal({ provider: "dropbox", token: "token" });
  });

  it("needs the key of its dataset", async () => {
    const dealId = await world.makeDeal();
    const error = await refusal({ dealId });
    expect(error).to.include({ statusCode: 404, reason: "MissingDatasetKey" });
    expect(error.message).to.include(`The key of dataset ${world.assets.dataset} was not pushed`);

    await service.sms.push(datasetKey(world.assets.dataset), "the key", world.accounts.datasetProvider);

    expect((await ask({ dealId })).dataset?.key).to.equal("the key");
  });

  it("needs the secrets of its requester", async () => {
    const params = buildParams({ secrets: { 2: "nowhere" } });
    const error = await refusal({ dealId: await world.makeDeal({ data: "none", params }) });

    expect(error).to.include({ statusCode: 404, reason: "MissingRequesterSecret" });
    expect(error.message).to.include(`secret 2 of requester ${world.accounts.requester.address}, named nowhere`);
  });

  it("needs the beneficiary's key where its result is to be encrypted", async () => {
    const params = buildParams({ resultEncryption: true });
    const error = await refusal({ dealId: await world.makeDeal({ data: "none", params }) });

    expect(error).to.include({ statusCode: 404, reason: "MissingWeb2Secret" });
    expect(error.message).to.include(`${world.accounts.beneficiary.address} did not push ${RESERVED.resultKey}`);
  });

  it("needs params that can be read", async () => {
    const dealId = await world.makeDeal({ data: "none", params: `{"iexec_secrets":["first"` });
    const error = await refusal({ dealId });

    expect(error).to.include({ statusCode: 422, reason: "UnreadableParams" });
    expect(error.message).to.include(`The params of deal ${dealId} cannot be read`);
  });

  it("needs params that are text, and gets nothing as if there were none", async () => {
    const { poco, accounts, scheduler } = world;
    const { request: signed, ...orders } = await world.orders({ tag: TEE_TAG });
    const request = { ...signed, params: "0xff", sign: "0x" };
    const calls = [
      encodeWithBytes(poco.interface, "manageRequestOrder", [{ order: request, operation: 0n, sign: "0x" }]),
      encodeWithBytes(poco.interface, "matchOrders", [orders.app, orders.dataset, orders.workerpool, request]),
    ];
    for (const data of calls) await accounts.requester.sendTransaction({ to: poco, data });
    const [made] = (await poco.queryFilter(poco.filters.SchedulerNotice())).slice(-1);
    const dealId = made!.args.dealid as DealId;
    await scheduler.initialize(dealId, 0n);

    const error = await refusal({ dealId });

    expect(error).to.include({ statusCode: 422, reason: "UnreadableParams" });
    expect(error.message).to.include(`The params of deal ${dealId} cannot be read: their bytes are not UTF-8`);
  });

  it("takes the checksum of an app that published no measurement for its MRENCLAVE", async () => {
    const dealId = await world.makeDeal({ data: "none", app: "unmeasured" });
    const checksum = (await App__factory.connect(world.unmeasured, world.accounts.anyone).m_appChecksum()) as Hex;

    const error = await refusal({ dealId });
    const session = await ask({ dealId, measurement: { ...MEASURED, mrEnclave: checksum } });

    expect(error).to.include({ statusCode: 403, reason: "WrongMeasurement" });
    expect(error.message).to.include(`app ${world.unmeasured} of the deal published ${checksum}`);
    expect(session.dealId).to.equal(dealId);
  });

  it("needs an app whose measurement is of a length that quotes have", async () => {
    const { accounts, appRegistry } = world;
    const fields = [accounts.appProvider.address, "odd", "DOCKER", "0x", `0x${"02".repeat(32)}`, "0x1234"] as const;
    await appRegistry.createApp(...fields);
    const app = App__factory.connect(await appRegistry.predictApp(...fields), accounts.appProvider);
    const actors = await createActors({ ...world, app });
    const orders = await actors.orders({ tag: TEE_TAG });
    const { dealId } = await actors.requester.match(orders);
    await actors.scheduler.initialize(dealId, 0n);

    const error = await refusal({ dealId });

    expect(error).to.include({ statusCode: 403, reason: "AppWithoutMeasurement" });
    expect(error.message).to.include("published 0x1234 as its measurement");
  });

  it("must be open for contributions, and not have failed", async () => {
    const dealId = await world.makeDeal({ data: "none" });
    const { contributionDeadline, finalDeadline } = await world.poco.viewTask(taskIdOf(dealId, 0n));
    await networkHelpers.time.increaseTo(contributionDeadline);

    const closed = await refusal({ dealId });
    expect(closed).to.include({ statusCode: 409, reason: "ContributionsClosed" });
    const moment = new Date(Number(contributionDeadline) * 1000).toISOString();
    expect(closed.message).to.include(`closed at ${moment}, and it is ${moment}`);

    await networkHelpers.time.increaseTo(finalDeadline);
    await world.poco.claim(taskIdOf(dealId, 0n));

    const failed = await refusal({ dealId });
    expect(failed).to.include({ statusCode: 409, reason: "TaskNotActive" });
    expect(failed.message).to.include("is FAILED");
  });
});
