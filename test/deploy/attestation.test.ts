import { expect } from "chai";
import { network } from "hardhat";

import { readParameters } from "../../deploy/parameters.js";
import embedded from "../../deploy/parameters/embedded.json" with { type: "json" };
import { faultsOf, readBack } from "../../deploy/selfCheck.js";
import { INTEL_ROOT_CERTIFICATE, INTEL_ROOT_KEY } from "@poco-marketplace/enclave/attestation/root.js";
import { createAuthority } from "@poco-marketplace/enclave/attestation/simulated/authority.js";
import { toHex } from "@poco-marketplace/enclave/attestation/bytes.js";
import { readManifest, type Address } from "@poco-marketplace/sdk/index.js";
import {
  IAttestation__factory,
  PlatformRegistry__factory,
  QuoteVerifier__factory,
  TeeBroker__factory,
  type PlatformRegistry,
  type QuoteVerifier,
  type TeeBroker,
} from "../../typechain-types/index.js";
import { PERIOD } from "../attestation/simulation.js";
import { DAY, readVector } from "../attestation/vectors.js";
import { createWorld, type World } from "../fixtures/world.js";

const connection = await network.create({ override: { hardfork: "osaka", initialDate: DAY } });
const { networkHelpers, ethers } = connection;
const OWNER = "0x90F79bf6EB2c4f870365E785982E1f101E93b906";
const authority = await createAuthority(PERIOD);
const simulated = authority.root.certificate;
const base64 = Buffer.from(simulated).toString("base64");

const underIntel = () => createWorld(connection, { parameters: { rootOfTrust: "intel" } });
const simulation = () => createWorld(connection, { parameters: { rootOfTrust: { simulated } } });
const handedOver = () => createWorld(connection, { parameters: { rootOfTrust: "intel", owner: OWNER } });

type Contracts = { registry: PlatformRegistry; verifier: QuoteVerifier; broker: TeeBroker };

function contractsOf({ manifest, accounts }: World): Contracts {
  const { platformRegistry, quoteVerifier, teeBroker } = manifest.attestation!;
  return {
    registry: PlatformRegistry__factory.connect(platformRegistry, accounts.owner),
    verifier: QuoteVerifier__factory.connect(quoteVerifier, accounts.owner),
    broker: TeeBroker__factory.connect(teeBroker, accounts.owner),
  };
}

/** What is not as it was asked for, one word per finding. */
async function subjects({ manifest, accounts }: World, changes: object) {
  const parameters = { ...readParameters(embedded), ...changes };
  const findings = await readBack(connection, { manifest, parameters, deployer: accounts.owner.address as Address });
  return faultsOf(findings).map(({ subject }) => subject);
}

describe("A hub deployed with attestation", () => {
  it("believes platforms under Intel's root", async () => {
    const world = await networkHelpers.loadFixture(underIntel);
    const { registry, verifier, broker } = contractsOf(world);

    expect(await subjects(world, { rootOfTrust: "intel" })).to.deep.equal([]);
    expect(await world.poco.teebroker()).to.equal(broker.target);
    expect(await registry.isSimulated()).to.equal(false);
    const { x, y } = await registry.rootKey();
    expect(x + y.slice(2)).to.equal(toHex(INTEL_ROOT_KEY));
    const { tee } = await verifier.verify(readVector("sgx-quote-v3"));
    expect(tee).to.equal(0n);
    expect(world.manifest.attestation!.simulated).to.equal(false);
  });

  it("says on chain and in its manifest when its root is simulated", async () => {
    const world = await networkHelpers.loadFixture(simulation);
    const { registry, verifier } = contractsOf(world);

    expect(await subjects(world, { rootOfTrust: { simulated } })).to.deep.equal([]);
    expect(await registry.isSimulated()).to.equal(true);
    expect(world.manifest.attestation!.simulated).to.equal(true);
    await expect(verifier.verify(readVector("sgx-quote-v3"))).to.be.revertedWithCustomError(
      { interface: IAttestation__factory.createInterface() },
      "UntrustedRoot",
    );
  });

  it("gives registry and broker to the owner that was asked for", async () => {
    const world = await networkHelpers.loadFixture(handedOver);
    const { registry, broker } = contractsOf(world);

    expect(await registry.owner()).to.equal(OWNER);
    expect(await broker.owner()).to.equal(OWNER);
    expect(await world.poco.pendingOwner()).to.equal(OWNER);
    expect(await subjects(world, { rootOfTrust: "intel", owner: OWNER })).to.deep.equal([]);
  });

  it("has a manifest that can be read, as one without attestation can", async () => {
    const { manifest } = await networkHelpers.loadFixture(underIntel);
    const { attestation: _, ...older } = manifest;

    expect(readManifest(JSON.parse(JSON.stringify(manifest)))).to.deep.equal(manifest);
    expect(readManifest(older)).to.deep.equal(older);
    expect(readManifest(older)).not.to.have.property("attestation");
  });
});

describe("The check of a deployment with attestation", () => {
  it("names every setting that differs", async () => {
    const world = await networkHelpers.loadFixture(underIntel);
    const { registry, broker } = contractsOf(world);
    await registry.transferOwnership(world.accounts.anyone);
    await broker.setDebugEnclaves(true);
    await broker.transferOwnership(world.accounts.anyone);
    await world.poco.setTeeBroker(ethers.ZeroAddress);

    expect(await subjects(world, { rootOfTrust: "intel" })).to.deep.equal([
      "TEE broker",
      "owner of the platform registry",
      "owner of the TEE broker",
      "debug enclaves",
    ]);
  });

  it("names contracts that belong to another hub or root", async () => {
    const world = await networkHelpers.loadFixture(simulation);
    const { registry } = contractsOf(world);
    const { owner } = world.accounts;
    const other = await new PlatformRegistry__factory(owner).deploy(owner, INTEL_ROOT_CERTIFICATE);
    const broker = await new TeeBroker__factory(owner).deploy(owner, registry, other);
    const attestation = { ...world.manifest.attestation!, teeBroker: (await broker.getAddress()) as Address };
    const asked = { rootOfTrust: { simulated } };

    expect(await subjects({ ...world, manifest: { ...world.manifest, attestation } }, asked)).to.deep.equal([
      "TEE broker",
      "hub of the TEE broker",
      "registry of the TEE broker",
    ]);
    expect(await subjects(world, { rootOfTrust: "intel" })).to.deep.equal([
      "root key",
      "simulated root",
      "simulated root in the manifest",
    ]);
    expect(await subjects(world, {})).to.deep.equal(["attestation"]);
  });
});

const parametersWith = (rootOfTrust: unknown) => readParameters({ ...embedded, rootOfTrust });

describe("A root of trust in parameters", () => {
  it("is none, Intel's, or a simulated one", () => {
    expect(readParameters(embedded).rootOfTrust).to.equal("none");
    expect(parametersWith("none").rootOfTrust).to.equal("none");
    expect(parametersWith("intel").rootOfTrust).to.equal("intel");
    const read = parametersWith({ simulated: base64 }).rootOfTrust as { simulated: Uint8Array };
    expect(toHex(read.simulated)).to.equal(toHex(simulated));
  });

  for (const [what, rootOfTrust, sentence] of [
    ["something else", "amd", 'should be "none", "intel" or {"simulated": "<base64>"}, but is "amd".'],
    ["a root without its name", {}, 'should be "none", "intel" or {"simulated": "<base64>"}, but is {}.'],
    ["no certificate", { simulated: "AAAA" }, "should be a certificate in DER, as base64, but cannot be read."],
    [
      "Intel's root as a simulated one",
      { simulated: Buffer.from(INTEL_ROOT_CERTIFICATE).toString("base64") },
      'is Intel\'s own root: write "rootOfTrust": "intel".',
    ],
  ] as const) {
    it(`is never ${what}`, () => {
      expect(() => parametersWith(rootOfTrust)).to.throw(sentence);
    });
  }

  it("is never a simulated one that does not say so", async () => {
    // The same letters in another order, so that lengths stay.
    const renamed = Buffer.from(
      Buffer.from(simulated).toString("latin1").replaceAll("SIMULATED ", "EMULATEDS "),
      "latin1",
    );

    expect(() => parametersWith({ simulated: renamed.toString("base64") })).to.throw(
      "its common name should begin with SIMULATED.",
    );
  });
});
