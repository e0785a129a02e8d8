import { expect } from "chai";
import { network } from "hardhat";

import { toHex } from "@poco-marketplace/enclave/attestation/bytes.js";
import { createAuthority, type SimulatedAuthority } from "@poco-marketplace/enclave/attestation/simulated/authority.js";
import { createMachine } from "@poco-marketplace/enclave/attestation/simulated/machine.js";
import { certifyMachine } from "@poco-marketplace/enclave/attestation/simulated/platform.js";
import type { Tee } from "@poco-marketplace/enclave/attestation/header.js";
import type { SimulatedPlatform } from "@poco-marketplace/enclave/attestation/simulated/platform.js";
import { IAttestation__factory } from "../../../typechain-types/index.js";
import { PERIOD } from "../simulation.js";
import { DAY } from "../vectors.js";
import { authorityKeyOf, keyOf, pckNameOf, registerAttestationKey, TEE_INDEX } from "./platforms.js";
import { deployVerifier } from "./verifier.js";

const connection = await network.create({ override: { hardfork: "osaka", initialDate: DAY } });
const { ethers, networkHelpers } = connection;
const NO_SVN = `0x${"00".repeat(16)}`;
const UNTIL = BigInt(PERIOD.until.getTime() / 1000);
const HALF = `0x${"11".repeat(32)}`;
const FMSPC = "0x53494d000000";

/** One machine, certified at two levels of updates, under one root. */
async function twoLevels() {
  const authority = await createAuthority(PERIOD);
  const machine = createMachine();
  const old = await certifyMachine(machine, authority, { ...PERIOD, facts: { pceSvn: 12 } });
  const current = await certifyMachine(machine, authority, { ...PERIOD, facts: { pceSvn: 13 } });
  const deployed = await deployVerifier(connection, authority.root.certificate);
  const [, anyone] = await ethers.getSigners();
  return {
    ...deployed,
    registry: deployed.registry.connect(anyone),
    asOwner: deployed.registry,
    anyone: anyone!,
    authority,
    machine,
    old,
    current,
    errors: IAttestation__factory.connect(await deployed.registry.getAddress(), anyone),
    check: (platform: SimulatedPlatform, tee: Tee = "SGX", teeTcbSvn = NO_SVN) =>
      deployed.registry.checkAttestationKey(
        pckNameOf(connection, platform),
        TEE_INDEX[tee],
        keyOf(machine.quotingEnclaves[tee].attestationKey.point),
        teeTcbSvn,
      ),
  };
}

/** The same with everything registered. */
async function registered() {
  const scene = await twoLevels();
  const { registry, old, current } = scene;
  await registry.registerChain(old.chain[0], old.chain[1]);
  await registry.registerPlatform(current.chain[0], authorityKeyOf(connection, current.chain[1]).key);
  for (const platform of [old, current]) await registerAttestationKey(connection, registry, platform);
  return scene;
}

const names = (platform: SimulatedPlatform) => Object.values(pckNameOf(connection, platform));
const idOf = ({ intermediate }: SimulatedAuthority) => authorityKeyOf(connection, intermediate.certificate).id;
/** The hash of values in the ABI's encoding: the key of a record, or the slot of a mapping's entry. */
function hash(types: readonly string[], values: readonly unknown[]): string {
  return ethers.keccak256(ethers.AbiCoder.defaultAbiCoder().encode(types, values));
}

/** A slot that holds these values, each in so many bytes, the last one in the lowest. */
function word(...fields: readonly (readonly [value: bigint, bytes: number])[]): string {
  return ethers.zeroPadValue(ethers.concat(fields.map(([value, bytes]) => ethers.toBeHex(value, bytes))), 32);
}

describe("A registry of platforms", () => {
  it("says that a root that is not Intel's is simulated", async () => {
    const { registry, authority } = await networkHelpers.loadFixture(twoLevels);

    expect(await registry.isSimulated()).to.equal(true);
    const { x, y } = await registry.rootKey();
    expect({ x, y }).to.deep.equal(keyOf(authority.root.key.point));
  });

  it("takes a chain, a platform whose CA is known, and an attestation key, from anyone", async () => {
    const { registry, old, current, authority, machine, check } = await networkHelpers.loadFixture(twoLevels);
    const [id, serial] = names(old);
    const { key } = authorityKeyOf(connection, old.chain[1]);

    const chain = registry.registerChain(old.chain[0], old.chain[1]);
    await expect(chain).to.emit(registry, "AuthorityRegistered").withArgs(id, Object.values(key).map(unpack), UNTIL);
    await expect(chain).to.emit(registry, "PlatformRegistered");
    await registry.registerPlatform(current.chain[0], key);
    const point = keyOf(machine.quotingEnclaves.SGX.attestationKey.point);
    await expect(registerAttestationKey(connection, registry, old))
      .to.emit(registry, "AttestationKeyRegistered")
      .withArgs(id, serial, TEE_INDEX.SGX, Object.values(point), 9n);

    const { notAfter, isRevoked } = await registry.authority(idOf(authority));
    expect({ notAfter, isRevoked }).to.deep.equal({ notAfter: UNTIL, isRevoked: false });
    const platform = await registry.platform(pckNameOf(connection, old));
    expect(platform.pceSvn).to.equal(12n);
    expect(platform.fmspc).to.equal(FMSPC);
    expect(platform.notAfter).to.equal(UNTIL);
    const known = await registry.attestationKey(pckNameOf(connection, old), TEE_INDEX.SGX, point);
    expect(known.components).to.equal(toHex(Uint8Array.from(old.facts.tcbComponents)));
    expect(known.qeSvn).to.equal(9n);
    await check(old);
  });

  it("keeps platforms, CAs, attestation keys and least versions in these words", async () => {
    const { registry, asOwner, authority, machine, old } = await networkHelpers.loadFixture(registered);
    const [name, id] = [pckNameOf(connection, old), idOf(authority)];
    const components = old.facts.tcbComponents;
    const least = { components: toHex(Uint8Array.from(components)), pceSvn: 11, tdxComponents: `0x${"0a".repeat(16)}` };
    await asOwner.setOtherPlatforms(true);
    await asOwner.setMinimumQeSvn(TEE_INDEX.SGX, 6);
    await asOwner.setMinimumQeSvn(TEE_INDEX.TDX, 7);
    await asOwner.setTcbMinimum(FMSPC, least);
    await asOwner.revokePlatform(name);
    await asOwner.revokeAuthority(id);

    const recordIn = (slot: number, key: string) => hash(["bytes32", "uint256"], [key, slot]);
    const wordAt = (slot: number | string) => ethers.provider.getStorage(registry, slot);
    const point = keyOf(old.pckKey.point);
    const attestation = keyOf(machine.quotingEnclaves.SGX.attestationKey.point);
    const commitment = hash(["bytes32", "bytes32", "bytes16"], [point.x, point.y, least.components]).slice(0, 38);
    const platform = hash(["bytes32", "uint160"], [name.authority, name.serial]);
    const attestationKey = hash(
      ["bytes32", "uint160", "uint8", "bytes32", "bytes32"],
      [name.authority, name.serial, TEE_INDEX.SGX, attestation.x, attestation.y],
    );
    // The least version of TDX's quoting enclave | of SGX's | whether other models are refused.
    expect(await wordAt(1)).to.equal(word([7n, 2], [6n, 2], [1n, 1]));
    // Whether it is revoked | until when it is valid.
    expect(await wordAt(recordIn(3, id))).to.equal(word([1n, 1], [UNTIL, 5]));
    // Revoked | valid until | PCE's version | model | commitment to key and components.
    expect(await wordAt(recordIn(4, platform))).to.equal(
      word([1n, 1], [UNTIL, 5], [12n, 2], [BigInt(FMSPC), 6], [BigInt(commitment), 18]),
    );
    // Components | quoting enclave's version | registered.
    expect(await wordAt(recordIn(5, attestationKey))).to.equal(word([BigInt(least.components), 16], [9n, 2], [1n, 1]));
    // There are components of TDX | there is a minimum | PCE's version | components; then the components of TDX.
    const minimum = recordIn(2, FMSPC.padEnd(66, "0"));
    expect(await wordAt(minimum)).to.equal(word([1n, 1], [1n, 1], [11n, 2], [BigInt(least.components), 16]));
    expect(await wordAt(ethers.toBeHex(BigInt(minimum) + 1n, 32))).to.equal(word([BigInt(least.tdxComponents), 16]));
  });

  it("takes no attestation key with better security versions than were certified", async () => {
    const { registry, old } = await networkHelpers.loadFixture(registered);
    const better = { ...old, facts: { ...old.facts, tcbComponents: Array<number>(16).fill(255) } };

    await expect(registerAttestationKey(connection, registry, better, "TDX"))
      .to.be.revertedWithCustomError(registry, "WrongPckKey")
      .withArgs(...names(old));
  });

  it("takes no report of a quoting enclave that is too long, though it was signed as it is", async () => {
    const { registry, errors, old, machine } = await networkHelpers.loadFixture(registered);
    const report = Buffer.concat([machine.quotingEnclaves.SGX.report, Buffer.alloc(1)]);

    await expect(registerAttestationKey(connection, registry, old, "SGX", report))
      .to.be.revertedWithCustomError(errors, "WrongLength")
      .withArgs(0, 385, 384);
  });

  it("knows an attestation key only for the certificate that vouched for it", async () => {
    const { registry, errors, old, current, check } = await networkHelpers.loadFixture(twoLevels);
    await registry.registerChain(old.chain[0], old.chain[1]);
    await registry.registerChain(current.chain[0], current.chain[1]);
    await registerAttestationKey(connection, registry, old);

    await check(old);
    await expect(check(current)).to.be.revertedWithCustomError(registry, "UnknownAttestationKey");

    // The same report, vouched for by the key of the other level.
    const name = pckNameOf(connection, current);
    const { attestationKey, authenticationData, report } = old.machine.quotingEnclaves.SGX;
    const rest = [
      toHex(Uint8Array.from(old.facts.tcbComponents)),
      0n,
      keyOf(attestationKey.point),
      report,
      [HALF, HALF] as [string, string],
      authenticationData,
    ] as const;
    await expect(registry.registerAttestationKey(name, keyOf(old.pckKey.point), ...rest))
      .to.be.revertedWithCustomError(registry, "WrongPckKey")
      .withArgs(...names(current));
    await expect(
      registry.registerAttestationKey(name, keyOf(current.pckKey.point), ...rest),
    ).to.be.revertedWithCustomError(errors, "QeReportSignatureInvalid");
  });

  it("lets nobody escape a revocation or a minimum by another level of the same machine", async () => {
    const { asOwner, errors, old, current, check } = await networkHelpers.loadFixture(registered);
    await check(old);
    await check(current);

    await asOwner.setTcbMinimum(FMSPC, { components: NO_SVN, pceSvn: 13, tdxComponents: NO_SVN });
    await check(current);
    await expect(check(old)).to.be.revertedWithCustomError(errors, "TcbTooOld");

    await asOwner.revokePlatform(pckNameOf(connection, current));
    await expect(check(current)).to.be.revertedWithCustomError(errors, "CertificateRevoked");
    await expect(check(old)).to.be.revertedWithCustomError(errors, "TcbTooOld");
  });

  it("refuses what is registered already", async () => {
    const { registry, old } = await networkHelpers.loadFixture(registered);

    await expect(registry.registerChain(old.chain[0], old.chain[1])).to.be.revertedWithCustomError(
      registry,
      "AlreadyRegistered",
    );
    await expect(registerAttestationKey(connection, registry, old)).to.be.revertedWithCustomError(
      registry,
      "AlreadyRegistered",
    );
  });

  it("takes the certificate of a platform under a known CA only", async () => {
    const { registry, errors, current } = await networkHelpers.loadFixture(twoLevels);
    const { key, id } = authorityKeyOf(connection, current.chain[1]);

    await expect(registry.registerPlatform(current.chain[0], key))
      .to.be.revertedWithCustomError(registry, "UnknownAuthority")
      .withArgs(id);
    await registry.registerChain(current.chain[0], current.chain[1]);
    const forged = { ...key, key: keyOf(current.pckKey.point) };
    await expect(registry.registerPlatform(current.chain[0], forged)).to.be.revertedWithCustomError(
      registry,
      "UnknownAuthority",
    );
    await expect(
      registry.registerPlatform(current.chain[0], { ...key, keyId: `0x${"11".repeat(20)}` }),
    ).to.be.revertedWithCustomError(errors, "KeyIdentifierMismatch");
  });

  it("refuses a chain under another root, and one whose names only are right", async () => {
    const { registry, errors } = await networkHelpers.loadFixture(twoLevels);
    const other = await createAuthority(PERIOD);
    const { chain } = await certifyMachine(createMachine(), other, PERIOD);

    await expect(registry.registerChain(chain[0], chain[1])).to.be.revertedWithCustomError(
      errors,
      "KeyIdentifierMismatch",
    );
    await expect(registry.registerChain(chain[1], chain[1])).to.be.revertedWithCustomError(
      errors,
      "WrongBasicConstraints",
    );
  });

  it("counts an attestation key by the oldest quoting enclave that was seen with it", async () => {
    const { registry, asOwner, errors, current, check } = await networkHelpers.loadFixture(registered);
    const older = Buffer.from(current.machine.quotingEnclaves.SGX.report);
    older.writeUInt16LE(8, 258);
    await asOwner.setMinimumQeSvn(TEE_INDEX.SGX, 9);
    await check(current);

    await registerAttestationKey(connection, registry, current, "SGX", older);

    await expect(check(current))
      .to.be.revertedWithCustomError(errors, "QuotingEnclaveTooOld")
      .withArgs(TEE_INDEX.SGX, 8n, 9n);
    await expect(registerAttestationKey(connection, registry, current)).to.be.revertedWithCustomError(
      registry,
      "AlreadyRegistered",
    );
  });

  it("compares every security version with its minimum", async () => {
    const { asOwner, errors, current, registry, check } = await networkHelpers.loadFixture(registered);
    await registerAttestationKey(connection, registry, current, "TDX");
    const components = Uint8Array.from(current.facts.tcbComponents);
    const minimum = { components: toHex(components), pceSvn: 13, tdxComponents: `0x${"02".repeat(16)}` };
    const teeTcbSvn = `0x${"02".repeat(16)}`;
    await asOwner.setTcbMinimum(FMSPC, minimum);
    await check(current);
    await check(current, "TDX", teeTcbSvn);

    for (let index = 0; index < 16; index += 1) {
      if (components[index] === 255) continue;
      const higher = Uint8Array.from(components);
      higher[index]! += 1;
      await asOwner.setTcbMinimum(FMSPC, { ...minimum, components: toHex(higher) });
      await expect(check(current))
        .to.be.revertedWithCustomError(errors, "TcbTooOld")
        .withArgs(FMSPC, toHex(components).padEnd(66, "0"), toHex(higher).padEnd(66, "0"));
    }
    await asOwner.setTcbMinimum(FMSPC, { ...minimum, pceSvn: 14 });
    await expect(check(current)).to.be.revertedWithCustomError(errors, "TcbTooOld");
    await asOwner.setTcbMinimum(FMSPC, minimum);
    await expect(check(current, "TDX", `0x${"02".repeat(15)}01`)).to.be.revertedWithCustomError(errors, "TcbTooOld");
  });

  it("refuses models without a minimum if its owner says so", async () => {
    const { asOwner, errors, current, check } = await networkHelpers.loadFixture(registered);

    await asOwner.setOtherPlatforms(true);
    await expect(check(current)).to.be.revertedWithCustomError(errors, "UnknownPlatformModel").withArgs(FMSPC);
    await asOwner.setTcbMinimum(FMSPC, { components: NO_SVN, pceSvn: 0, tdxComponents: NO_SVN });
    await check(current);
  });

  it("asks quoting enclaves of each kind for a security version of its own", async () => {
    const { asOwner, registry, errors, current, check } = await networkHelpers.loadFixture(registered);
    await registerAttestationKey(connection, registry, current, "TDX");
    const actual = (tee: Tee) => BigInt(Buffer.from(current.machine.quotingEnclaves[tee].report).readUInt16LE(258));

    for (const [tee, other] of [
      ["TDX", "SGX"],
      ["SGX", "TDX"],
    ] as const) {
      const least = actual(tee) + 1n;
      await expect(asOwner.setMinimumQeSvn(TEE_INDEX[tee], least))
        .to.emit(registry, "MinimumQeSvnSet")
        .withArgs(TEE_INDEX[tee], least);
      expect(await registry.minimumQeSvn(TEE_INDEX[tee])).to.equal(least);
      expect(await registry.minimumQeSvn(TEE_INDEX[other])).to.equal(0n);
      await expect(check(current, tee))
        .to.be.revertedWithCustomError(errors, "QuotingEnclaveTooOld")
        .withArgs(TEE_INDEX[tee], actual(tee), least);
      await check(current, other);
      await asOwner.setMinimumQeSvn(TEE_INDEX[tee], 0n);
    }
  });

  it("says which minimums its owner has set", async () => {
    const { asOwner, registry } = await networkHelpers.loadFixture(twoLevels);
    const [components, tdxComponents] = [`0x0102${"00".repeat(14)}`, `0x${"00".repeat(14)}0304`];
    expect(await registry.tcbMinimum(FMSPC)).to.deep.equal([false, [NO_SVN, 0n, NO_SVN]]);
    expect(await registry.areOtherPlatformsRefused()).to.equal(false);

    await asOwner.setTcbMinimum(FMSPC, { components, pceSvn: 13, tdxComponents });
    await asOwner.setOtherPlatforms(true);

    expect(await registry.tcbMinimum(FMSPC)).to.deep.equal([true, [components, 13n, tdxComponents]]);
    expect((await registry.tcbMinimum("0x000000000001")).isSet).to.equal(false);
    expect(await registry.areOtherPlatformsRefused()).to.equal(true);
  });

  it("does without a platform, and a CA, that was revoked, before and after they are registered", async () => {
    const { asOwner, registry, errors, old, current, authority, check } = await networkHelpers.loadFixture(twoLevels);
    await asOwner.revokePlatform(pckNameOf(connection, old));
    await expect(registry.registerChain(old.chain[0], old.chain[1])).to.be.revertedWithCustomError(
      errors,
      "CertificateRevoked",
    );
    await registry.registerChain(current.chain[0], current.chain[1]);
    await registerAttestationKey(connection, registry, current);
    await check(current);

    await asOwner.revokeAuthority(idOf(authority));
    await expect(check(current)).to.be.revertedWithCustomError(errors, "CertificateRevoked");
    const third = await certifyMachine(createMachine(), authority, PERIOD);
    await expect(registry.registerChain(third.chain[0], third.chain[1])).to.be.revertedWithCustomError(
      errors,
      "CertificateRevoked",
    );
  });

  it("refuses to be made under a root that is none", async () => {
    const { owner, authority, errors } = await networkHelpers.loadFixture(twoLevels);
    const factory = await ethers.getContractFactory("PlatformRegistry", owner);

    await expect(factory.deploy(owner, authority.intermediate.certificate)).to.be.revertedWithCustomError(
      errors,
      "WrongBasicConstraints",
    );
  });

  for (const [what, call] of Object.entries({
    "revokes platforms": "revokePlatform",
    "revokes CAs": "revokeAuthority",
    "sets minimums": "setTcbMinimum",
    "decides about other models": "setOtherPlatforms",
    "sets the age of quoting enclaves": "setMinimumQeSvn",
  } as const)) {
    it(`has an owner, who alone ${what}`, async () => {
      const { registry, anyone, current, authority } = await networkHelpers.loadFixture(registered);
      const calls = {
        revokePlatform: () => registry.revokePlatform(pckNameOf(connection, current)),
        revokeAuthority: () => registry.revokeAuthority(idOf(authority)),
        setTcbMinimum: () => registry.setTcbMinimum(FMSPC, { components: NO_SVN, pceSvn: 0, tdxComponents: NO_SVN }),
        setOtherPlatforms: () => registry.setOtherPlatforms(true),
        setMinimumQeSvn: () => registry.setMinimumQeSvn(0n, 1),
      };

      await expect(calls[call]())
        .to.be.revertedWithCustomError(registry, "OwnableUnauthorizedAccount")
        .withArgs(anyone.address);
    });
  }
});

/** As events show it: structs as lists. */
function unpack(value: string | object): unknown {
  return typeof value === "string" ? value : Object.values(value);
}
