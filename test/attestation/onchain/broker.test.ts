import { expect } from "chai";
import { network } from "hardhat";

import { certifyMachine } from "@poco-marketplace/enclave/attestation/simulated/platform.js";
import { createMachine } from "@poco-marketplace/enclave/attestation/simulated/machine.js";
import {
  authorizationMessage,
  signedMessageHash,
  TaskStatus,
  taskId as taskIdOf,
} from "@poco-marketplace/sdk/index.js";
import type { Address, Hex } from "@poco-marketplace/sdk/index.js";
import { IAttestation__factory, IPlatformRegistry__factory } from "../../../typechain-types/index.js";
import { PERIOD } from "../simulation.js";
import { DAY } from "../vectors.js";
import { attestedScenes, RTMR, type Evidence } from "./attested.js";
import { pckNameOf } from "./platforms.js";

const connection = await network.create({ override: { hardfork: "osaka", initialDate: DAY } });
const { networkHelpers } = connection;
const { attestedDeal, attestedBoost, attestedBoostOfTrustDomain, attestedTrustDomainDeal } = attestedScenes(connection);
const DEBUG = Buffer.from("0700000000000000e700000000000000", "hex");
const MAGIC = "0x1626ba7e";

describe("A TEE broker that believes quotes", () => {
  it("lets a genuine enclave contribute and finalize, once", async () => {
    const { poco, deal, sign, solo, usual } = await networkHelpers.loadFixture(attestedDeal);
    const call = await solo(await sign());

    await poco.contributeAndFinalize(...call);

    const task = taskIdOf(deal, 0n);
    expect((await poco.viewTask(task)).status).to.equal(TaskStatus.COMPLETED);
    expect((await poco.viewContribution(task, usual.worker)).enclaveChallenge).to.equal(usual.enclave);
    await expect(poco.contributeAndFinalize(...call))
      .to.be.revertedWithCustomError(poco, "UnexpectedTaskStatus")
      .withArgs(task, TaskStatus.COMPLETED);
  });

  it("lets a genuine enclave contribute", async () => {
    const { poco, deal, sign, commitment } = await networkHelpers.loadFixture(attestedDeal);

    await poco.contribute(...(await commitment(await sign())));

    expect((await poco.viewTask(taskIdOf(deal, 0n))).status).to.equal(TaskStatus.REVEALING);
  });

  it("lets a genuine enclave push the result of a boost deal, whose app its request order names", async () => {
    const { poco, broker, deal, sign, push, check, words } = await networkHelpers.loadFixture(attestedBoost);

    await poco.pushResultBoost(...(await push(await sign())));

    expect((await poco.viewTask(taskIdOf(deal, 0n))).status).to.equal(TaskStatus.COMPLETED);
    await expect(check({ request: "0x" }))
      .to.be.revertedWithCustomError(broker, "UnknownAttestedDeal")
      .withArgs(deal);
    await expect(check({ consumedBefore: 1n })).to.be.revertedWithCustomError(broker, "WrongRequest");
    const otherApp = `0x${"00".repeat(12)}${"11".repeat(20)}${words.slice(66)}` as Hex;
    await expect(check({ request: otherApp })).to.be.revertedWithCustomError(broker, "WrongRequest");
    await expect(check({ request: `${words}00` })).to.be.revertedWithCustomError(broker, "WrongRequest");
  });

  for (const version of [4, 5] as const) {
    it(`lets a genuine trust domain contribute and finalize, with a quote of version ${version}`, async () => {
      const { poco, deal, sign, solo, check, broker } = await networkHelpers.loadFixture(attestedTrustDomainDeal);

      await poco.contributeAndFinalize(...(await solo(await sign({ version }))));

      expect((await poco.viewTask(taskIdOf(deal, 0n))).status).to.equal(TaskStatus.COMPLETED);
      for (const register of RTMR.keys()) {
        const rtmr = RTMR.map((value, index) => (index === register ? Buffer.alloc(48, 1) : value));
        await expect(check({ version, body: { rtmr } })).to.be.revertedWithCustomError(broker, "WrongMeasurement");
      }
      await expect(check({ version, body: { mrTd: Buffer.alloc(48) } })).to.be.revertedWithCustomError(
        broker,
        "WrongMeasurement",
      );
      await expect(
        check({ version, body: { tdAttributes: Buffer.from("0100000000000000", "hex") } }),
      ).to.be.revertedWithCustomError(IAttestation__factory.connect(await broker.getAddress()), "DebugEnclave");
      for (const field of ["mrConfigId", "mrOwner", "mrOwnerConfig"]) {
        const body = { [field]: Buffer.alloc(48, 1) };
        await expect(check({ version, body })).to.be.revertedWithCustomError(broker, "ConfiguredEnclave");
      }
    });
  }

  it("takes no evidence for another task, worker or enclave than it is about", async () => {
    const { poco, broker, accounts, deal, sign, solo, tuple, usual } = await networkHelpers.loadFixture(attestedDeal);
    const refused = async (call: Awaited<ReturnType<typeof solo>>, worker = accounts.worker1) =>
      expect(poco.connect(worker).contributeAndFinalize(...call))
        .to.be.revertedWithCustomError(poco, "WorkerNotAuthorized")
        .withArgs(call[0], worker.address, await broker.getAddress());

    // Another task, another worker.
    await refused(await solo(await sign(), 1n));
    await refused(await solo(await sign(), 0n, accounts.worker2.address as Address), accounts.worker2);

    // Signed by the pool owner for it, with the quote of the first.
    const taskId = taskIdOf(deal, 0n);
    const permission = authorizationMessage({ ...usual, taskId });
    const worker = accounts.worker2.address as Address;
    const enclave = accounts.enclaves[1].address as Address;
    for (const changes of [{ index: 1n }, { worker }, { enclave }]) {
      const { hash, attestation } = await tuple({ ...changes, permission });
      await expect(broker.check(hash, attestation)).to.be.revertedWithCustomError(broker, "WrongReportData");
      const honest = await tuple(changes);
      const asked = signedMessageHash(permission);
      await expect(broker.check(asked, honest.attestation))
        .to.be.revertedWithCustomError(broker, "WrongPermission")
        .withArgs(asked, honest.hash);
    }
  });

  it("answers as ERC-1271 wants it", async () => {
    const { broker, tuple, sign } = await networkHelpers.loadFixture(attestedDeal);
    const { hash } = await tuple();

    expect(await broker.isValidSignature(hash, await sign())).to.equal(MAGIC);
    for (const junk of ["0x", "0x20", `0x${"ff".repeat(64)}`, `0x${"00".repeat(640)}`]) {
      await expect(broker.isValidSignature(hash, junk)).to.be.revert(connection.ethers);
    }
  });

  it("wants the pool owner's own signature", async () => {
    const { broker, accounts, deal, tuple } = await networkHelpers.loadFixture(attestedDeal);
    const { hash, attestation } = await tuple();
    const ownerSign = await accounts.worker1.signMessage("I am the owner");

    await expect(broker.check(hash, { ...attestation, ownerSign }))
      .to.be.revertedWithCustomError(broker, "NotAuthorizedByOwner")
      .withArgs(deal, accounts.scheduler.address);
  });

  it("takes no signature of the pool owner's for another task, worker or enclave", async () => {
    const { broker, accounts, deal, tuple } = await networkHelpers.loadFixture(attestedDeal);
    const { ownerSign } = (await tuple()).attestation;
    const worker = accounts.worker2.address as Address;
    const enclave = accounts.enclaves[1].address as Address;

    for (const changes of [{ index: 1n }, { worker }, { enclave }]) {
      const { hash, attestation } = await tuple({ ...changes, changes: { ownerSign } });
      await expect(broker.check(hash, attestation))
        .to.be.revertedWithCustomError(broker, "NotAuthorizedByOwner")
        .withArgs(deal, accounts.scheduler.address);
    }
  });

  it("takes no evidence about a task of another hub, whose tasks have other names", async () => {
    const { broker, tuple, deal } = await networkHelpers.loadFixture(attestedDeal);
    const elsewhere = await attestedDeal();
    const theirs = await elsewhere.tuple();

    expect(elsewhere.deal).not.to.equal(deal);
    await elsewhere.broker.check(theirs.hash, theirs.attestation);
    await expect(broker.check(theirs.hash, theirs.attestation))
      .to.be.revertedWithCustomError(broker, "UnknownAttestedDeal")
      .withArgs(elsewhere.deal);
    const ours = await tuple();
    await expect(elsewhere.broker.check(ours.hash, ours.attestation))
      .to.be.revertedWithCustomError(elsewhere.broker, "UnknownAttestedDeal")
      .withArgs(deal);
  });

  it("knows no deal that was never made", async () => {
    const { broker, check } = await networkHelpers.loadFixture(attestedDeal);
    const deal = `0x${"de".repeat(32)}` as const;

    await expect(check({ deal })).to.be.revertedWithCustomError(broker, "UnknownAttestedDeal").withArgs(deal);
  });

  const enclaves: Readonly<Record<string, readonly [Partial<Evidence>, string]>> = {
    "another app's": [{ body: { mrEnclave: Buffer.alloc(32, 0xe2) } }, "WrongMeasurement"],
    "a trust domain for an enclave's app": [{ version: 4 }, "WrongMeasurement"],
    "one without an encryption key": [{ encryptionKeyHash: Buffer.alloc(32) }, "MissingEncryptionKey"],
    "one that its host configured": [{ body: { configId: Buffer.alloc(64, 1) } }, "ConfiguredEnclave"],
    "one with a version of its configuration": [{ body: { configSvn: 1 } }, "ConfiguredEnclave"],
    "one in 32-bit mode": [
      { body: { attributes: Buffer.from("0100000000000000e700000000000000", "hex") } },
      "UnexpectedAttributes",
    ],
    "one with the provision key": [
      { body: { attributes: Buffer.from("1500000000000000e700000000000000", "hex") } },
      "UnexpectedAttributes",
    ],
    "one with features that nobody asked for": [
      { body: { attributes: Buffer.from("0500000000000000ffffffffffffffff", "hex") } },
      "UnexpectedFeatures",
    ],
    "one with another selection of its host's": [
      { body: { miscSelect: Buffer.from("04000000", "hex") } },
      "UnexpectedMiscSelect",
    ],
    "one in debug mode": [{ body: { attributes: DEBUG } }, "DebugEnclave"],
    "one whose quote is signed otherwise": [
      { changes: { quoteSign: [`0x${"01".repeat(32)}`, `0x${"02".repeat(32)}`] } },
      "QuoteSignatureInvalid",
    ],
    "one with no signature at all": [
      { changes: { quoteSign: [`0x${"00".repeat(32)}`, `0x${"00".repeat(32)}`] } },
      "SignatureOutOfRange",
    ],
  };
  for (const [what, [changes, error]] of Object.entries(enclaves)) {
    it(`takes no enclave that is ${what}`, async () => {
      const { broker, check } = await networkHelpers.loadFixture(attestedDeal);
      const isOurs = broker.interface.getError(error) !== null;

      await expect(check(changes)).to.be.revertedWithCustomError(
        isOurs ? broker : IAttestation__factory.connect(await broker.getAddress()),
        error,
      );
    });
  }

  const MIGRATABLE = Buffer.from("0000003000000000", "hex");
  const SERVICE_DOMAIN = { teeTcbSvn2: Buffer.alloc(16, 5), mrServiceTd: Buffer.alloc(48, 0x57) };
  const openDomains: Readonly<Record<string, readonly [4 | 5, Record<string, unknown>, string]>> = {
    "is migratable": [4, { tdAttributes: MIGRATABLE }, "MigratableTrustDomain"],
    "is migratable, in version 5": [5, { tdAttributes: MIGRATABLE }, "MigratableTrustDomain"],
    "its host bound a service domain to": [5, { version15: SERVICE_DOMAIN }, "ServiceTrustDomain"],
    "has an attribute that nobody knows": [
      4,
      { tdAttributes: Buffer.from("0001001000000000", "hex") },
      "UnknownAttributes",
    ],
    "lacks SEPT_VE_DISABLE": [4, { tdAttributes: Buffer.alloc(8) }, "SeptVeNotDisabled"],
    "has the key locker": [4, { tdAttributes: Buffer.from("0000009000000000", "hex") }, "UnexpectedAttributes"],
    "has all processor features": [4, { xfam: Buffer.alloc(8, 0xff) }, "UnexpectedFeatures"],
    "has no processor features": [5, { xfam: Buffer.alloc(8) }, "UnexpectedFeatures"],
  };
  for (const [what, [version, body, error]] of Object.entries(openDomains)) {
    it(`neither believes nor pays a trust domain that ${what}, even where debug mode is accepted`, async () => {
      const { poco, broker, accounts, sign, solo, commitment, check, deal } =
        await networkHelpers.loadFixture(attestedTrustDomainDeal);
      await broker.setDebugEnclaves(true);
      const authorization = await sign({ version, body });

      await expect(check({ version, body })).to.be.revertedWithCustomError(
        IAttestation__factory.connect(await broker.getAddress()),
        error,
      );
      const refusal = [taskIdOf(deal, 0n), accounts.worker1.address, await broker.getAddress()] as const;
      await expect(poco.contributeAndFinalize(...(await solo(authorization))))
        .to.be.revertedWithCustomError(poco, "WorkerNotAuthorized")
        .withArgs(...refusal);
      await expect(poco.contribute(...(await commitment(authorization))))
        .to.be.revertedWithCustomError(poco, "WorkerNotAuthorized")
        .withArgs(...refusal);
    });
  }

  it("does not let a trust domain that its host can export push the result of a boost deal", async () => {
    const { poco, sign, push } = await networkHelpers.loadFixture(attestedBoostOfTrustDomain);

    for (const changes of [
      { version: 4 as const, body: { tdAttributes: MIGRATABLE } },
      { version: 5 as const, body: { version15: SERVICE_DOMAIN } },
      { version: 4 as const, body: { tdAttributes: Buffer.alloc(8) } },
    ]) {
      await expect(poco.pushResultBoost(...(await push(await sign(changes))))).to.be.revertedWithCustomError(
        poco,
        "WorkerNotAuthorized",
      );
    }
    await poco.pushResultBoost(...(await push(await sign({ version: 4 }))));
  });

  it("takes trust domains without SEPT_VE_DISABLE once its owner allows them, and none that is migratable", async () => {
    const { broker, check } = await networkHelpers.loadFixture(attestedTrustDomainDeal);
    const errors = IAttestation__factory.connect(await broker.getAddress());
    const without = { version: 4 as const, body: { tdAttributes: Buffer.alloc(8) } };
    expect(await broker.isSeptVeDisableRequired()).to.equal(true);

    await expect(broker.setSeptVeDisable(false)).to.emit(broker, "SeptVeDisableSet").withArgs(false);
    await check(without);
    await check({ version: 4 });
    await expect(
      check({ version: 4, body: { tdAttributes: Buffer.from("0000002000000000", "hex") } }),
    ).to.be.revertedWithCustomError(errors, "MigratableTrustDomain");
    expect(await broker.isSeptVeDisableRequired()).to.equal(false);

    await broker.setSeptVeDisable(true);
    await expect(check(without)).to.be.revertedWithCustomError(errors, "SeptVeNotDisabled");
  });

  it("has an owner, who alone says whether SEPT_VE_DISABLE is required", async () => {
    const { broker, accounts } = await networkHelpers.loadFixture(attestedDeal);

    await expect(broker.connect(accounts.worker1).setSeptVeDisable(false))
      .to.be.revertedWithCustomError(broker, "OwnableUnauthorizedAccount")
      .withArgs(accounts.worker1.address);
  });

  it("takes debug enclaves once its owner allows them", async () => {
    const { broker, check } = await networkHelpers.loadFixture(attestedDeal);

    await expect(broker.setDebugEnclaves(true)).to.emit(broker, "DebugEnclavesSet").withArgs(true);
    await check({ body: { attributes: DEBUG } });
    expect(await broker.areDebugEnclavesAccepted()).to.equal(true);
  });

  it("says whose tasks it judges, by whose platforms", async () => {
    const { broker, poco, registry } = await networkHelpers.loadFixture(attestedDeal);

    expect(await broker.hub()).to.equal(await poco.getAddress());
    expect(await broker.registry()).to.equal(await registry.getAddress());
  });

  it("has an owner, who alone allows debug enclaves", async () => {
    const { broker, accounts } = await networkHelpers.loadFixture(attestedDeal);

    await expect(broker.connect(accounts.worker1).setDebugEnclaves(true))
      .to.be.revertedWithCustomError(broker, "OwnableUnauthorizedAccount")
      .withArgs(accounts.worker1.address);
  });

  it("takes no statement with a byte changed, or with more than there should be", async () => {
    const { broker, tuple } = await networkHelpers.loadFixture(attestedDeal);
    const { hash, attestation } = await tuple();
    const bytes = Buffer.from(attestation.statement.slice(2), "hex");
    const taken: number[] = [];
    for (const [offset, byte] of bytes.entries()) {
      bytes[offset] = byte ^ (1 << (offset % 8));
      const isTaken = await broker.check(hash, { ...attestation, statement: bytes }).then(
        () => true,
        () => false,
      );
      if (isTaken) taken.push(offset);
      bytes[offset] = byte;
    }
    expect(taken).to.deep.equal([]);
    await broker.check(hash, { ...attestation, statement: bytes });
    const longer = Buffer.concat([bytes, Buffer.alloc(1)]);
    const errors = IAttestation__factory.connect(await broker.getAddress());
    await expect(broker.check(hash, { ...attestation, statement: longer }))
      .to.be.revertedWithCustomError({ interface: errors.interface }, "WrongLength")
      .withArgs(0n, BigInt(longer.length), BigInt(bytes.length));
  });

  it("takes no platform that is unknown, revoked or expired", async () => {
    const { registry, authority, check, platform } = await networkHelpers.loadFixture(attestedDeal);
    const registryErrors = IPlatformRegistry__factory.connect(await registry.getAddress());
    const errors = IAttestation__factory.connect(await registry.getAddress());
    const unknown = await certifyMachine(createMachine(), authority, PERIOD);
    const otherLevel = await certifyMachine(platform.machine, authority, PERIOD);

    await check();
    await expect(check({ platform: unknown })).to.be.revertedWithCustomError(registryErrors, "UnknownPlatform");
    await registry.registerChain(otherLevel.chain[0], otherLevel.chain[1]);
    await expect(check({ platform: otherLevel })).to.be.revertedWithCustomError(
      registryErrors,
      "UnknownAttestationKey",
    );
    await registry.revokePlatform(pckNameOf(connection, platform));
    await expect(check()).to.be.revertedWithCustomError(errors, "CertificateRevoked");
  });

  it("takes no platform whose certificate has expired", async () => {
    const { registry, check } = await networkHelpers.loadFixture(attestedDeal);
    const errors = IAttestation__factory.connect(await registry.getAddress());

    await networkHelpers.time.increaseTo(PERIOD.until.getTime() / 1000 + 1);
    await expect(check()).to.be.revertedWithCustomError(errors, "Expired");
  });
});
