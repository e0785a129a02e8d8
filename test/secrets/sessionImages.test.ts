import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { network } from "hardhat";

import { imageConfiguration } from "@poco-marketplace/enclave/attestation/imageRule.js";
import { simulatedRuntime } from "@poco-marketplace/enclave/runtime/simulatedRuntime.js";
import { ServiceError } from "@poco-marketplace/sdk/client/serviceConnection.js";
import type { Address, DealId, Hex } from "@poco-marketplace/sdk/index.js";
import { appSecret } from "@poco-marketplace/sdk/wire/secretRef.js";
import { App__factory, TeeBroker__factory, type TeeBroker } from "../../typechain-types/index.js";
import { deployVerifier } from "../attestation/onchain/verifier.js";
import {
  makeEnclave,
  MEASURED,
  secretWorld,
  startService,
  type EnclaveTerms,
  type SecretWorld,
} from "../fixtures/secretService.js";
import { rejection } from "../fixtures/rejection.js";

const connection = await network.create();
const OTHER: Hex = `0x${"d2".repeat(32)}`;

describe("A session for a trust domain that runs an image", () => {
  let world: SecretWorld;
  let service: Awaited<ReturnType<typeof startService>>;
  let broker: TeeBroker;
  let deal: DealId;
  let digest: Hex;
  const { id: runtime } = simulatedRuntime();
  /** Every test has a task of its own. */
  let next = 0n;

  before(async () => {
    world = await secretWorld(connection);
    const { accounts, poco, unmeasured } = world;
    service = await startService(world);
    const { registry } = await deployVerifier(connection, world.authority.root.certificate);
    broker = await new TeeBroker__factory(accounts.owner).deploy(accounts.owner, poco, registry);
    await poco.setTeeBroker(broker);
    await broker.approveRuntime(runtime);
    digest = (await App__factory.connect(unmeasured, accounts.anyone).m_appChecksum()) as Hex;
    await service.sms.push(appSecret(unmeasured), "secret-of-image", accounts.appProvider);
    deal = await world.makeDeal({ app: "unmeasured", data: "none", volume: 20n });
  });
  after(() => service.stop());

  const enclave = (terms: Partial<EnclaveTerms> = {}) =>
    makeEnclave(world, { dealId: deal, index: next++, measurement: { kind: "image", digest }, ...terms });

  async function refusal(terms: Partial<EnclaveTerms> = {}) {
    const { request } = await enclave(terms);
    return rejection(service.sms.openSession(request, world.accounts.worker1), ServiceError);
  }

  for (const version of [4, 5] as const) {
    it(`gives it its secrets, with a quote of version ${version}`, async () => {
      const { request, open } = await enclave({ version });

      const { session } = await service.sms.openSession(request, world.accounts.worker1);

      expect(await open(session)).to.include({ dealId: deal, appSecret: "secret-of-image" });
    });
  }

  it("gives none to one that was started for another image", async () => {
    const error = await refusal({ measurement: { kind: "image", digest: OTHER } });

    expect(error).to.include({ statusCode: 403, reason: "WrongImage" });
    expect(error.message).to.contain(`started for image ${OTHER}`).and.to.contain(`published ${digest}`);
  });

  it("gives none to one whose runtime has not verified the image", async () => {
    const { mrTd, rtmr } = simulatedRuntime();
    const error = await refusal({
      statement: (_, reportData) => ({
        version: 4,
        body: {
          mrTd,
          mrConfigId: imageConfiguration(digest),
          rtmr: [rtmr[0], rtmr[1], rtmr[2], new Uint8Array(48)],
          reportData,
        },
      }),
    });

    expect(error).to.include({ statusCode: 403, reason: "WrongImageRegister" });
  });

  it("gives none to one whose app published a measurement", async () => {
    const dealId = await world.makeDeal({ app: "domain", data: "none" });

    expect(await refusal({ dealId, index: 0n })).to.include({ statusCode: 403, reason: "ConfiguredEnclave" });
    const { request } = await enclave({ dealId, index: 0n, version: 4, measurement: MEASURED });
    await service.sms.openSession(request, world.accounts.worker1);
  });

  it("gives none to one of another runtime", async () => {
    const { rtmr, ...rest } = simulatedRuntime();
    const changed = { ...rest, rtmr: [new Uint8Array(48).fill(1), rtmr[1], rtmr[2]] } as const;

    const error = await refusal({ runtime: changed });

    expect(error).to.include({ statusCode: 403, reason: "UnapprovedRuntime" });
    expect(error.message).to.contain("approvedRuntimes()");
  });

  it("gives none once its runtime is withdrawn, without a restart", async () => {
    await broker.withdrawRuntime(runtime);
    expect(await refusal()).to.include({ statusCode: 403, reason: "UnapprovedRuntime" });

    await broker.approveRuntime(runtime);
    const { request } = await enclave();
    await service.sms.openSession(request, world.accounts.worker1);
  });

  it("gives none where the hub's TEE broker lists no runtimes: an account, a contract of another kind, or nobody", async () => {
    const { accounts, poco } = world;
    for (const other of [accounts.broker.address, await broker.registry(), ZeroAddress] as Address[]) {
      await poco.setTeeBroker(other);
      expect(await refusal(), other).to.include({ statusCode: 403, reason: "UnapprovedRuntime" });
    }
    await poco.setTeeBroker(broker);
    const { request } = await enclave();
    await service.sms.openSession(request, accounts.worker1);
  });
});
