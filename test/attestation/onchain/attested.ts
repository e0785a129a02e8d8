import { keccak256, type Wallet } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import { toHex } from "@poco-marketplace/enclave/attestation/bytes.js";
import { createAuthority } from "@poco-marketplace/enclave/attestation/simulated/authority.js";
import { createMachine } from "@poco-marketplace/enclave/attestation/simulated/machine.js";
import { certifyMachine, type SimulatedPlatform } from "@poco-marketplace/enclave/attestation/simulated/platform.js";
import { writeQuote, type Statement } from "@poco-marketplace/enclave/attestation/simulated/quoteWriter.js";
import { PRODUCTION_DOMAIN, USUAL_FEATURES } from "@poco-marketplace/enclave/attestation/simulated/reports.js";
import {
  authorizationMessage,
  dealId as dealIdOf,
  fileDigest,
  hashOrder,
  OrderKind,
  parseTag,
  resultHash,
  resultSeal,
  signBoostResult,
  signContribution,
  signedMessageHash,
  taskId as taskIdOf,
  type Address,
  type Hex,
  type TaskId,
} from "@poco-marketplace/sdk/index.js";
import { App__factory, ITeeBroker__factory, TeeBroker__factory } from "../../../typechain-types/index.js";
import { ZERO_ADDRESS } from "../../fixtures/deal.js";
import { scenes } from "../../fixtures/scenes.js";
import { createActors, requestFor } from "../../fixtures/actors.js";
import { PERIOD } from "../simulation.js";
import { keyOf, pckNameOf, registerAttestationKey } from "./platforms.js";
import { deployVerifier } from "./verifier.js";

export const MR_ENCLAVE = Buffer.alloc(32, 0xe1);
export const MR_TD = Buffer.alloc(48, 0x7d);
export const RTMR = [0, 1, 2, 3].map((index) => Buffer.alloc(48, 0xa0 + index)) as [Buffer, Buffer, Buffer, Buffer];
/** What is published with an app: MRENCLAVE, or MRTD and the four registers. */
export const MEASUREMENT = { SGX: toHex(MR_ENCLAVE), TDX: toHex(Buffer.concat([MR_TD, ...RTMR])) } as const;
/** The digest of an image, which an app publishes as its checksum, and MRCONFIGID of a trust domain that runs it. */
export const IMAGE_DIGEST = Buffer.alloc(32, 0xd1);
export const IMAGE_CONFIG = Buffer.concat([Buffer.of(1), IMAGE_DIGEST, Buffer.alloc(15)]);
/** The id of the runtime of these trust domains, with these attributes. */
export const runtimeIdWith = (attributes: Uint8Array) =>
  keccak256(Buffer.concat([attributes, USUAL_FEATURES, MR_TD, ...RTMR.slice(0, 3)]));
export const RUNTIME_ID = runtimeIdWith(PRODUCTION_DOMAIN);
export const ENCRYPTION_KEY_HASH = Buffer.alloc(32, 0x6b);
const TEE_TAG = parseTag(["tee"]);
const VOLUME = 3n;
export const RESULTS = "0x1234" as Hex;
export const DIGEST = fileDigest(Buffer.from("a result"));

/** What the app of a deal is: one of an enclave, one of a trust domain, or an image. */
export type AttestedApp = "SGX" | "TDX" | "image";

/** What an attested authorization is about, and how it differs from an honest one. */
export type Evidence = {
  readonly worker: Address;
  readonly enclave: Address;
  readonly deal: Hex;
  readonly index: bigint;
  readonly platform: SimulatedPlatform;
  readonly version: 3 | 4 | 5;
  /** Other fields of the enclave's report. */
  readonly body?: Record<string, unknown>;
  /** What the quote's report data begins with, if not the permission. */
  readonly permission?: Hex;
  readonly encryptionKeyHash?: Uint8Array;
  readonly request?: Hex;
  readonly consumedBefore?: bigint;
  /** Other parts of the tuple. */
  readonly changes?: Record<string, unknown>;
};

/** A market whose TEE broker believes quotes, with a deal for enclaves of three tasks, a boost deal, and a platform. */
export function attestedScenes(connection: NetworkConnection) {
  const { ethers } = connection;
  const { marketWorld } = scenes(connection);

  async function attestedWorld(kind: AttestedApp) {
    const market = await marketWorld();
    const { accounts, appRegistry } = market;
    const app = [
      accounts.appProvider.address,
      "attested",
      "DOCKER",
      "0x",
      toHex(IMAGE_DIGEST),
      kind === "image" ? "0x" : MEASUREMENT[kind],
    ] as const;
    await appRegistry.createApp(...app);
    const actors = await createActors({
      ...market,
      app: App__factory.connect(await appRegistry.predictApp(...app), accounts.appProvider),
    });
    const authority = await createAuthority(PERIOD);
    const platform = await certifyMachine(createMachine(), authority, PERIOD);
    const { registry } = await deployVerifier(connection, authority.root.certificate);
    await registry.registerChain(platform.chain[0], platform.chain[1]);
    await registerAttestationKey(connection, registry, platform, "SGX");
    await registerAttestationKey(connection, registry, platform, "TDX");
    const broker = await new TeeBroker__factory(accounts.owner).deploy(accounts.owner, market.poco, registry);
    if (kind === "image") await broker.approveRuntime(RUNTIME_ID);
    await market.poco.setTeeBroker(broker);
    return { ...market, ...actors, authority, platform, registry, broker };
  }

  async function dealFor(kind: AttestedApp) {
    const world = await attestedWorld(kind);
    const { requester, orders, contracts, accounts, poco, scheduler } = world;
    const signed = await orders({ volume: VOLUME, trust: 1n, tag: TEE_TAG });
    await requester.match(signed);
    const deal = dealIdOf(hashOrder(OrderKind.REQUEST, signed.request, contracts.domain), 0n);
    for (let index = 0n; index < VOLUME; index += 1n) await scheduler.initialize(deal, index);
    return { ...world, ...evidenceOf({ deal, world, kind }), poco: poco.connect(accounts.worker1), deal };
  }

  async function boostFor(kind: AttestedApp) {
    const world = await attestedWorld(kind);
    const { requester, orders, contracts, accounts, poco, assets } = world;
    const terms = { volume: VOLUME, trust: 1n, tag: TEE_TAG };
    const signed = { ...(await orders(terms)), request: await requester.ask(requestFor(assets, terms)) };
    await poco
      .connect(accounts.sponsor)
      .sponsorMatchOrdersBoost(signed.app, signed.dataset, signed.workerpool, signed.request);
    const deal = dealIdOf(hashOrder(OrderKind.REQUEST, signed.request, contracts.domain), 0n);
    const { request } = signed;
    const words = ethers.AbiCoder.defaultAbiCoder().encode(
      [
        ..."address uint256 address uint256 address uint256 address uint256 bytes32".split(" "),
        "uint256",
        "uint256",
      ].concat(["address", "address", "bytes32", "bytes32"]),
      [
        request.app,
        request.appmaxprice,
        request.dataset,
        request.datasetmaxprice,
        request.workerpool,
        request.workerpoolmaxprice,
        request.requester,
        request.volume,
        request.tag,
        request.category,
        request.trust,
        request.beneficiary,
        request.callback,
        ethers.id(request.params),
        request.salt,
      ],
    ) as Hex;
    return {
      ...world,
      ...evidenceOf({ deal, world, kind, request: words }),
      poco: poco.connect(accounts.worker1),
      deal,
      words,
    };
  }

  /** How to make evidence for the tasks of a deal; by default that of the first worker and enclave for the first task. */
  function evidenceOf({
    deal,
    world,
    kind,
    request = "0x",
  }: {
    deal: Hex;
    world: Awaited<ReturnType<typeof attestedWorld>>;
    kind: AttestedApp;
    request?: Hex;
  }) {
    const enclave = world.accounts.enclaves[0] as Wallet;
    const usual = {
      worker: world.accounts.worker1.address as Address,
      enclave: enclave.address as Address,
      deal,
      index: 0n,
      platform: world.platform,
      version: kind === "image" ? (4 as const) : (3 as const),
      request,
    };
    const configured = kind === "image" && { mrConfigId: IMAGE_CONFIG };
    async function tuple(changes: Partial<Evidence> = {}) {
      const evidence: Evidence = { ...usual, ...changes };
      const { worker, index, platform, version } = evidence;
      const leave = { worker, enclave: evidence.enclave, taskId: taskIdOf(evidence.deal, index) };
      const permission = authorizationMessage(leave);
      const reportData = Buffer.concat([
        Buffer.from((evidence.permission ?? permission).slice(2), "hex"),
        evidence.encryptionKeyHash ?? ENCRYPTION_KEY_HASH,
      ]);
      const body =
        version === 3
          ? { mrEnclave: MR_ENCLAVE, reportData, ...evidence.body }
          : { mrTd: MR_TD, rtmr: RTMR, ...configured, reportData, ...evidence.body };
      const quote = Buffer.from(writeQuote(platform, { version, body } as Statement));
      // Not parsed, since some evidence is of what no reader takes.
      const length = version === 3 ? 432 : version === 4 ? 632 : 54 + quote.readUInt32LE(50);
      const [signed, signature] = [quote.subarray(0, length), quote.subarray(length + 4, length + 68)];
      const attestationKey = quote.subarray(length + 68, length + 132);
      return {
        hash: signedMessageHash(permission),
        attestation: {
          ownerSign: (await world.scheduler.authorize(worker, leave.taskId, leave.enclave)).sign,
          worker,
          enclave: evidence.enclave,
          deal: evidence.deal,
          index,
          platform: pckNameOf(connection, platform),
          key: keyOf(attestationKey),
          quoteSign: [toHex(signature.subarray(0, 32)), toHex(signature.subarray(32))] as [string, string],
          statement: toHex(signed),
          request: evidence.request ?? "0x",
          consumedBefore: evidence.consumedBefore ?? 0n,
          ...evidence.changes,
        },
      };
    }
    /** Whether the broker takes it; reverts with the reason if not. */
    async function check(changes: Partial<Evidence> = {}): Promise<void> {
      const { hash, attestation } = await tuple(changes);
      await world.broker.check(hash, attestation);
    }
    async function sign(changes: Partial<Evidence> = {}): Promise<Hex> {
      const { attestation } = await tuple(changes);
      const call = ITeeBroker__factory.createInterface().encodeFunctionData("check", [ethers.ZeroHash, attestation]);
      // What comes after the selector and the hash, with where it begins counted from there.
      return ethers.concat([ethers.zeroPadValue("0x20", 32), ethers.dataSlice(call, 4 + 64)]) as Hex;
    }
    /** What the hub takes to end the task at once, with that authorization. */
    async function solo(authorization: Hex, index = 0n, worker = usual.worker) {
      const task: TaskId = taskIdOf(deal, index);
      const contribution = { resultHash: resultHash(task, DIGEST), resultSeal: resultSeal(worker, task, DIGEST) };
      const enclaveSign = await signContribution(enclave, contribution);
      return [task, DIGEST, RESULTS, "0x", enclave.address, enclaveSign, authorization] as const;
    }
    async function commitment(authorization: Hex, index = 0n, worker = usual.worker) {
      const task: TaskId = taskIdOf(deal, index);
      const contribution = { resultHash: resultHash(task, DIGEST), resultSeal: resultSeal(worker, task, DIGEST) };
      const enclaveSign = await signContribution(enclave, contribution);
      const { resultHash: hash, resultSeal: seal } = contribution;
      return [task, hash, seal, enclave.address, enclaveSign, authorization] as const;
    }
    async function push(authorization: Hex, index = 0n) {
      const taskId: TaskId = taskIdOf(deal, index);
      const result = {
        worker: usual.worker,
        taskId,
        callback: ZERO_ADDRESS,
        results: RESULTS,
        resultsCallback: "0x" as Hex,
      };
      const enclaveSign = await signBoostResult(enclave, result);
      return [deal, index, RESULTS, "0x", authorization, enclave.address, enclaveSign] as const;
    }
    return { usual, tuple, check, sign, solo, commitment, push };
  }

  const attestedDeal = () => dealFor("SGX");
  const attestedTrustDomainDeal = () => dealFor("TDX");
  const attestedBoost = () => boostFor("SGX");
  const attestedBoostOfTrustDomain = () => boostFor("TDX");
  const attestedImageDeal = () => dealFor("image");
  const attestedImageBoost = () => boostFor("image");

  return {
    attestedDeal,
    attestedBoost,
    attestedBoostOfTrustDomain,
    attestedTrustDomainDeal,
    attestedImageDeal,
    attestedImageBoost,
  };
}
