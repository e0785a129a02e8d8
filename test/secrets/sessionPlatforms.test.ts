import { expect } from "chai";
import { Wallet } from "ethers";
import { network } from "hardhat";

import { parseQuote } from "@poco-marketplace/enclave/attestation/quote.js";
import { toHex } from "@poco-marketplace/enclave/attestation/bytes.js";
import { createAuthority } from "@poco-marketplace/enclave/attestation/simulated/authority.js";
import { createMachine } from "@poco-marketplace/enclave/attestation/simulated/machine.js";
import { certifyMachine } from "@poco-marketplace/enclave/attestation/simulated/platform.js";
import type { Statement } from "@poco-marketplace/enclave/attestation/simulated/quoteWriter.js";
import { ANY_TCB, type TcbPolicy } from "@poco-marketplace/enclave/attestation/tcbPolicy.js";
import { defaultPolicy, type QuotePolicy } from "@poco-marketplace/enclave/attestation/verdict.js";
import type { Address, DealId, Hex } from "@poco-marketplace/sdk/index.js";
import { signAuthorization } from "@poco-marketplace/sdk/index.js";
import { ServiceError } from "@poco-marketplace/sdk/client/serviceConnection.js";
import { sessionRequestOf } from "@poco-marketplace/sdk/wire/sessionRequest.js";
import { MissingTcbPolicyError } from "@poco-marketplace/enclave/trust/platformPolicy.js";
import {
  ITeeBroker__factory,
  TeeBroker__factory,
  type PlatformRegistry,
  type TeeBroker,
} from "../../typechain-types/index.js";
import { keyOf, pckNameOf, registerAttestationKey } from "../attestation/onchain/platforms.js";
import { deployVerifier } from "../attestation/onchain/verifier.js";
import {
  makeEnclave,
  MEASURED,
  PERIOD,
  secretWorld,
  startService,
  type EnclaveTerms,
  type SecretWorld,
} from "../fixtures/secretService.js";
import { rejection } from "../fixtures/rejection.js";

const connection = await network.create();
const { ethers } = connection;
const DAY = 86_400_000;

/** A service that believes Intel's root, and what else it is told. */
function startUnderIntel(
  world: SecretWorld,
  changes: Partial<QuotePolicy>,
  more: Pick<Parameters<typeof startService>[1] & object, "outdatedPlatforms"> = {},
) {
  return startService(world, { policy: () => defaultPolicy(changes), ...more });
}

describe("A session on a hub with a TEE broker", () => {
  let world: SecretWorld;
  let service: Awaited<ReturnType<typeof startService>>;
  let registry: PlatformRegistry;
  let broker: TeeBroker;
  let deal: DealId;
  let next = 0n;
  /** Of the service's own settings. */
  const registries: Address[] = [];

  before(async () => {
    world = await secretWorld(connection);
    service = await startService(world, { registries });
    ({ registry } = await deployVerifier(connection, world.authority.root.certificate));
    broker = await new TeeBroker__factory(world.accounts.owner).deploy(world.accounts.owner, world.poco, registry);
    await world.poco.setTeeBroker(broker);
    await registry.registerChain(world.platform.chain[0], world.platform.chain[1]);
    await registerAttestationKey(connection, registry, world.platform);
    deal = await world.makeDeal({ data: "none", volume: 20n });
  });
  after(() => service.stop());

  const enclave = (terms: Partial<EnclaveTerms> = {}) => makeEnclave(world, { dealId: deal, index: next++, ...terms });

  /** The evidence of an enclave as the broker takes it, on chain and here. */
  async function brokerForm({ request, binding }: Awaited<ReturnType<typeof enclave>>, index: bigint) {
    const { signed, signatureData } = parseQuote(request.quote);
    const { signature, attestationKey } = signatureData;
    const attestation = {
      ownerSign: request.authorization.sign,
      worker: binding.worker,
      enclave: binding.enclave,
      deal,
      index,
      platform: pckNameOf(connection, world.platform),
      key: keyOf(attestationKey),
      quoteSign: [toHex(signature.subarray(0, 32)), toHex(signature.subarray(32))] as [string, string],
      statement: toHex(signed),
      request: "0x",
      consumedBefore: 0n,
    };
    const call = ITeeBroker__factory.createInterface().encodeFunctionData("check", [ethers.ZeroHash, attestation]);
    const sign = ethers.concat([ethers.zeroPadValue("0x20", 32), ethers.dataSlice(call, 4 + 64)]) as Hex;
    return sessionRequestOf({ binding, quote: request.quote }, sign);
  }

  async function refusal(terms: Partial<EnclaveTerms>) {
    const { request } = await enclave(terms);
    return rejection(service.sms.openSession(request, world.accounts.worker1), ServiceError);
  }

  it("takes the pool owner's signature", async () => {
    const { request, open } = await enclave();

    const { session } = await service.sms.openSession(request, world.accounts.worker1);

    expect((await open(session)).dealId).to.equal(deal);
  });

  it("takes what the broker takes on chain", async () => {
    const index = next;
    const made = await enclave();

    const { session } = await service.sms.openSession(await brokerForm(made, index), world.accounts.worker1);

    expect((await made.open(session)).index).to.equal(index);
  });

  it("refuses what the broker refuses: evidence of another task", async () => {
    const [index, made] = [next, await enclave()];
    const other = await brokerForm(await enclave(), index + 1n);
    const request = {
      ...made.request,
      authorization: { ...made.request.authorization, sign: other.authorization.sign },
    };

    const error = await rejection(service.sms.openSession(request, world.accounts.worker1), ServiceError);

    expect(error).to.include({ statusCode: 403, reason: "NotAuthorized" });
    expect(error.message).to.include(
      `The pool's owner ${world.accounts.scheduler.address} or the TEE broker ${await broker.getAddress()}`,
    );
  });

  it("refuses a platform that the broker's registry revoked", async () => {
    const period = { from: new Date(Date.now() - DAY), until: new Date(Date.now() + DAY) };
    const platform = await certifyMachine(createMachine(), world.authority, period);
    const before = await enclave({ platform });
    await service.sms.openSession(before.request, world.accounts.worker1);
    await registry.revokePlatform(pckNameOf(connection, platform));

    const error = await refusal({ platform });

    expect(error).to.include({ statusCode: 403, reason: "PlatformRefusedOnChain" });
    expect(error.message)
      .to.include(await registry.getAddress())
      .and.to.include("CertificateRevoked");
    expect(await rejection(service.sms.openSession(before.request, world.accounts.worker1), ServiceError)).to.include({
      reason: "PlatformRefusedOnChain",
    });
  });

  it("refuses a platform that a registry of its own settings revoked, without any broker", async () => {
    const snapshot = await connection.networkHelpers.takeSnapshot();
    await world.poco.setTeeBroker(ethers.ZeroAddress);
    await registry.revokePlatform(pckNameOf(connection, world.platform));
    const { request } = await enclave();

    await service.sms.openSession(request, world.accounts.worker1);
    registries.push((await registry.getAddress()) as Address);
    const error = await rejection(service.sms.openSession(request, world.accounts.worker1), ServiceError);
    registries.pop();
    await snapshot.restore();

    expect(error).to.include({ reason: "PlatformRefusedOnChain" });
  });

  it("asks a registry of its own settings for all that it knows, at each release and without any broker", async () => {
    const snapshot = await connection.networkHelpers.takeSnapshot();
    await world.poco.setTeeBroker(ethers.ZeroAddress);
    registries.push((await registry.getAddress()) as Address);
    const { fmspc } = world.platform.facts;
    const none = { components: new Uint8Array(16), pceSvn: 0, tdxComponents: new Uint8Array(16) };
    const domains = await world.makeDeal({ data: "none", app: "domain", volume: 9n });
    const [enclave_, domain] = [await enclave(), await makeEnclave(world, { dealId: domains, version: 4 })];
    const faultOf = async ({ request }: typeof enclave_) =>
      service.sms.openSession(request, world.accounts.worker1).then(
        () => "released",
        (error: unknown) => {
          const { reason, message } = error as ServiceError;
          return `${reason} ${/\((\w+)\)/.exec(message)?.[1]}`;
        },
      );
    const both = async () => [await faultOf(enclave_), await faultOf(domain)];
    const seen: Record<string, string[]> = {};
    try {
      seen["nothing is asked"] = await both();
      await registry.setTcbMinimum(fmspc, { ...none, components: new Uint8Array(16).fill(255) });
      seen["components"] = await both();
      await registry.setTcbMinimum(fmspc, { ...none, pceSvn: 65_535 });
      seen["PCE"] = await both();
      await registry.setTcbMinimum(fmspc, { ...none, tdxComponents: new Uint8Array(16).fill(9) });
      seen["TDX module"] = await both();
      await registry.setTcbMinimum(fmspc, none);
      seen["nothing is asked any more"] = await both();
      await registry.setMinimumQeSvn(0n, 65_535);
      seen["quoting enclave for SGX"] = await both();
      await registry.setMinimumQeSvn(1n, 65_535);
      seen["quoting enclaves for both"] = await both();
    } finally {
      registries.pop();
      await snapshot.restore();
    }

    const [released, tooOld] = ["released", "QuoteRefused TcbTooOld"];
    expect(seen).to.deep.equal({
      "nothing is asked": [released, released],
      components: [tooOld, tooOld],
      PCE: [tooOld, tooOld],
      "TDX module": [released, tooOld],
      "nothing is asked any more": [released, released],
      "quoting enclave for SGX": ["QuoteRefused QuotingEnclaveTooOld", released],
      "quoting enclaves for both": ["QuoteRefused QuotingEnclaveTooOld", "QuoteRefused QuotingEnclaveTooOld"],
    });
  });

  it("refuses a model that a registry says nothing about, where it refuses such", async () => {
    const snapshot = await connection.networkHelpers.takeSnapshot();
    await registry.setOtherPlatforms(true);
    const error = await refusal({});
    await snapshot.restore();

    expect(error).to.include({ statusCode: 403, reason: "QuoteRefused" });
    expect(error.message)
      .to.include("UnknownPlatformModel")
      .and.to.include(await registry.getAddress());
  });

  it("believes nobody where a registry of its own settings is none, or goes by another root", async () => {
    const other = await deployVerifier(connection, (await createAuthority(PERIOD)).root.certificate);
    for (const [address, sentence] of [
      [world.accounts.anyone.address, "There is no registry of platforms at that address"],
      [await world.poco.getAddress(), "There is no registry of platforms at that address"],
      [await other.registry.getAddress(), "Its root of trust is 0x"],
    ] as const) {
      registries.push(address as Address);
      const error = await refusal({}).finally(() => registries.pop());

      expect(error).to.include({ statusCode: 403, reason: "PlatformRefusedOnChain" });
      expect(error.message).to.include(sentence);
    }
  });

  it("releases nothing to a trust domain that its host can export", async () => {
    const dealId = await world.makeDeal({ data: "none", app: "domain", volume: 9n });
    const mrTd = Buffer.from(MEASURED.mrTd.slice(2), "hex");
    const MIGRATABLE = Buffer.from("0000003000000000", "hex");
    const SERVICE_DOMAIN = { teeTcbSvn2: new Uint8Array(16), mrServiceTd: new Uint8Array(48).fill(0x57) };
    let index = 0n;
    const faultOf = async (statement: (reportData: Uint8Array) => Statement) => {
      const about = (_measured: Uint8Array, reportData: Uint8Array) => statement(reportData);
      const { request } = await makeEnclave(world, { dealId, index: index++, statement: about });
      const error = await rejection(service.sms.openSession(request, world.accounts.worker1), ServiceError);
      return `${error.reason} ${/\((\w+)\)/.exec(error.message)?.[1]}`;
    };

    expect([
      await faultOf((reportData) => ({ version: 4, body: { mrTd, reportData, tdAttributes: MIGRATABLE } })),
      await faultOf((reportData) => ({ version: 5, body: { mrTd, reportData, version15: SERVICE_DOMAIN } })),
      await faultOf((reportData) => ({ version: 4, body: { mrTd, reportData, tdAttributes: new Uint8Array(8) } })),
    ]).to.deep.equal([
      "QuoteRefused MigratableTrustDomain",
      "QuoteRefused ServiceTrustDomain",
      "QuoteRefused SeptVeNotDisabled",
    ]);
  });

  it("is not to be had under Intel's root where nothing says which platforms are too old", async () => {
    const listed: TcbPolicy = { ...ANY_TCB, platforms: { "0x00606a000000": { components: [14], pceSvn: 13 } } };

    for (const tcb of [ANY_TCB, listed]) {
      const error = await rejection(startUnderIntel(world, { tcb }), MissingTcbPolicyError);
      expect(error.message).to.include("--tcb FILE").and.to.include("--accept-outdated-platforms");
    }
    for (const running of [
      await startUnderIntel(world, { tcb: { ...listed, otherPlatforms: "refused" } }),
      await startUnderIntel(world, {}, { outdatedPlatforms: "accepted" }),
    ])
      await running.stop();
  });

  it("takes the signature of a broker that is an account, and no other's", async () => {
    const snapshot = await connection.networkHelpers.takeSnapshot();
    const account = Wallet.createRandom();
    await world.poco.setTeeBroker(account.address);
    const by = (signer: Wallet | typeof account) => (worker: Address, taskId: Hex, address: Address) =>
      signAuthorization(signer, { worker, taskId, enclave: address });

    const { request } = await enclave({ authorize: by(account) });
    await service.sms.openSession(request, world.accounts.worker1);
    const error = await refusal({ authorize: by(Wallet.createRandom()) });
    await snapshot.restore();

    expect(error).to.include({ reason: "NotAuthorized" });
  });
});
