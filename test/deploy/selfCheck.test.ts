import { expect } from "chai";
import { network } from "hardhat";

import { readCode, readCodeHashes } from "../../deploy/checkCode.js";
import { compiledContract, firstImmutableOf } from "../../deploy/compiledCode.js";
import { describeFaults } from "../../deploy/finding.js";
import { readParameters, type Parameters } from "../../deploy/parameters.js";
import embedded from "../../deploy/parameters/embedded.json" with { type: "json" };
import { faultsOf, readBack, readSelectors } from "../../deploy/selfCheck.js";
import { treeFacets } from "../../deploy/treeRoutes.js";
import type { Address } from "@poco-marketplace/sdk/index.js";
import {
  IBoostMatching__factory,
  IFacet__factory,
  IMatching__factory,
  IOrderBook__factory,
  IPoco__factory,
  IPocoNative__factory,
  WorkerpoolRegistry__factory,
} from "../../typechain-types/index.js";
import { scenes } from "../fixtures/scenes.js";
import { compilerOf } from "../fixtures/variant.js";
import { createWorld, type NativeWorld, type World } from "../fixtures/world.js";

const connection = await network.create();
const { networkHelpers, ethers } = connection;
const { freshWorld, nativeWorld } = scenes(connection);
const parameters = readParameters(embedded);
const [REMOVE, ZERO_ADDRESS] = [2, ethers.ZeroAddress] as const;

/** What is not as it should be, one word per finding. */
async function subjects({ manifest, accounts }: World | NativeWorld, changes: Partial<Parameters> = {}) {
  const deployer = accounts.owner.address as Address;
  const expectation = { manifest, parameters: { ...parameters, ...changes }, deployer };
  return faultsOf(await readBack(connection, expectation)).map(({ subject }) => subject);
}

describe("The check of a deployment", () => {
  it("finds nothing wrong with a fresh hub", async () => {
    expect(await subjects(await networkHelpers.loadFixture(freshWorld))).to.deep.equal([]);
  });

  it("finds nothing wrong with a fresh native hub", async () => {
    expect(await subjects(await networkHelpers.loadFixture(nativeWorld))).to.deep.equal([]);
  });

  it("looks at every function of the interface", async () => {
    for (const [world, factory] of [
      [await networkHelpers.loadFixture(freshWorld), IPoco__factory],
      [await networkHelpers.loadFixture(nativeWorld), IPocoNative__factory],
    ] as const) {
      const deployer = world.accounts.owner.address as Address;
      const findings = await readBack(connection, { manifest: world.manifest, parameters, deployer });
      const looked = findings.map(({ subject }) => subject);
      const functions = factory.abi.filter(({ type }) => type === "function" || type === "receive").length;

      expect(looked.filter((subject) => subject.endsWith(")"))).to.have.lengthOf(functions);
      expect(looked).to.include("initialize(bytes32,uint256)");
    }
  });

  it("names a function that nobody serves", async () => {
    const world = await networkHelpers.loadFixture(freshWorld);
    const functionSelectors = [world.poco.interface.getFunction("viewScore").selector];
    await world.poco.diamondCut(
      [{ facetAddress: ZERO_ADDRESS, action: REMOVE, functionSelectors }],
      ZERO_ADDRESS,
      "0x",
    );

    expect(await subjects(world)).to.deep.equal(["viewScore(address)"]);
  });

  it("names a function that a facet without code serves", async () => {
    const world = await networkHelpers.loadFixture(freshWorld);
    await networkHelpers.setCode(world.manifest.facets["escrow"]!, "0x");

    expect(await subjects(world)).to.include("totalSupply()");
  });

  it("names every function of a facet whose code is not this tree's", async () => {
    const world = await networkHelpers.loadFixture(freshWorld);
    const { market, work } = world.manifest.facets;
    await networkHelpers.setCode(market!, await ethers.provider.getCode(work!));
    const ofMarket = [IBoostMatching__factory, IMatching__factory, IOrderBook__factory].flatMap((factory) =>
      factory.abi.filter(({ type }) => type === "function").map(({ name }) => name),
    );

    const findings = faultsOf(await readSelectors(connection, world.manifest));
    expect(findings.map(({ subject }) => subject.replace(/\(.*/, ""))).to.have.members(ofMarket);
    expect(findings[0]!.found).to.equal(`${market}, which is not MarketBundle of this tree`);
    expect(describeFaults(findings)).to.match(
      new RegExp(
        `^.*matchOrders\\(…\\), .* are ${market}, which is not MarketBundle of this tree, expected ${market}, Mark[^;]+$`,
      ),
    );
    expect(faultsOf(await readSelectors(connection, world.manifest, { facets: ["work"] }))).to.deep.equal([]);
  });

  it("is not content with code that differs in one constant", async () => {
    const world = await networkHelpers.loadFixture(freshWorld);
    const { artifact } = await compilerOf("0xaaaaaaa1")("MarketBundle");
    await networkHelpers.setCode(world.manifest.facets["market"]!, artifact.deployedBytecode);

    expect(await subjects(world)).to.include("viewDeal(bytes32)");
  });

  it("is content with code from sources that differ in a comment", async () => {
    const world = await networkHelpers.loadFixture(freshWorld);
    const code = await ethers.provider.getCode(world.manifest.facets["market"]!);
    // The hash of the sources is 34 bytes in a CBOR map of 51, which the code ends with, before its length.
    const sources = code.length - 2 * (51 + 2) + 2 * 7;
    const other = `${code.slice(0, sources)}${"ab".repeat(34)}${code.slice(sources + 68)}`;
    await networkHelpers.setCode(world.manifest.facets["market"]!, other);

    expect(other).to.have.lengthOf(code.length);
    expect(await subjects(world)).to.deep.equal([]);
  });

  it("names every other contract whose code is not this tree's", async () => {
    const world = await networkHelpers.loadFixture(freshWorld);
    const { poco, appRegistry, datasetRegistry, facets } = world.manifest;
    const [work, registry] = await Promise.all(
      [facets["work"]!, datasetRegistry].map((one) => ethers.provider.getCode(one)),
    );
    const implementation = firstImmutableOf(await compiledContract("DatasetRegistry"), registry!)!;
    await networkHelpers.setCode(appRegistry, registry!);
    await networkHelpers.setCode(ethers.dataSlice(implementation, 12), work!);

    expect(faultsOf(await readCode(connection, world.manifest)).map(({ subject }) => subject)).to.deep.equal([
      "code of appRegistry",
      "code behind the assets of appRegistry",
      "code behind the assets of datasetRegistry",
    ]);
    await networkHelpers.setCode(poco, work!);
    expect(faultsOf(await readCode(connection, world.manifest))[0]).to.deep.equal({
      subject: "code of poco",
      expected: "this tree's Poco",
      found: "other code",
    });
  });

  it("reads the hashes of a manifest back", async () => {
    const { manifest } = await networkHelpers.loadFixture(freshWorld);
    expect(faultsOf(await readCodeHashes(connection, manifest))).to.deep.equal([]);
    expect(Object.keys(manifest.codeHashes!)).to.have.members([
      "poco",
      "diamond",
      "appRegistry",
      "datasetRegistry",
      "workerpoolRegistry",
      ...Object.keys(manifest.facets),
    ]);
    await networkHelpers.setCode(manifest.facets["work"]!, "0xfe");

    expect(faultsOf(await readCodeHashes(connection, manifest)).map(({ subject }) => subject)).to.deep.equal([
      "code hash of work",
    ]);
  });

  it("takes from the sources which facet serves what, as the facets say it themselves", async () => {
    for (const scene of [freshWorld, nativeWorld]) {
      const { manifest } = await networkHelpers.loadFixture<World | NativeWorld>(scene);
      for (const { name, functions } of await treeFacets(manifest.native)) {
        const facet = IFacet__factory.connect(manifest.facets[name]!, ethers.provider);
        const exported = (await facet.exportSelectors())
          .slice(2)
          .match(/.{8}/g)!
          .map((selector) => `0x${selector}`);

        expect(functions.map(({ selector }) => selector)).to.have.members(exported);
      }
    }
  });

  it("names a function that no client knows", async () => {
    const world = await networkHelpers.loadFixture(freshWorld);
    const cut = { facetAddress: world.manifest.facets["work"]!, action: 0, functionSelectors: ["0x12345678"] };
    await world.poco.diamondCut([cut], ZERO_ADDRESS, "0x");

    expect(await subjects(world)).to.deep.equal(["functions outside the interface"]);
  });

  it("names every setting that differs", async () => {
    const world = await networkHelpers.loadFixture(freshWorld);
    const { poco, appRegistry, datasetRegistry, accounts } = world;
    const other = await new WorkerpoolRegistry__factory(accounts.owner).deploy(accounts.owner);
    await poco.setCallbackGas(100_000n);
    await poco.setTeeBroker(accounts.broker);
    await poco.createCategory("XXL", "Up to 2 days", 172_800n);
    await poco.changeRegistries(datasetRegistry, appRegistry, await other.getAddress());
    await appRegistry.setBaseURI("ipfs://");
    await datasetRegistry.transferOwnership(accounts.anyone);
    await poco.transferOwnership(accounts.anyone);

    expect(await subjects(world)).to.deep.equal([
      "app registry",
      "dataset registry",
      "workerpool registry",
      "callback gas",
      "TEE broker",
      "number of categories",
      "pending owner",
      "base URI of the app registry",
      "pending owner of the dataset registry",
    ]);
  });

  it("demands the owner that was asked for", async () => {
    const world = await networkHelpers.loadFixture(freshWorld);
    const wanted = world.accounts.anyone.address as Address;

    expect(await subjects(world, { owner: wanted })).to.deep.equal([
      "pending owner",
      "pending owner of the app registry",
      "pending owner of the dataset registry",
      "pending owner of the workerpool registry",
    ]);
  });
});

describe("A deployment for another owner", () => {
  const owner = "0x90F79bf6EB2c4f870365E785982E1f101E93b906";
  async function handedOver() {
    return createWorld(connection, { parameters: { owner } });
  }

  it("invites it to own the hub and the registries", async () => {
    const world = await networkHelpers.loadFixture(handedOver);
    const { poco, appRegistry, datasetRegistry, workerpoolRegistry, accounts } = world;

    expect(await poco.owner()).to.equal(accounts.owner.address);
    expect(await poco.pendingOwner()).to.equal(owner);
    for (const registry of [appRegistry, datasetRegistry, workerpoolRegistry]) {
      expect(await registry.owner()).to.equal(accounts.owner.address);
      expect(await registry.pendingOwner()).to.equal(owner);
    }
    expect(await subjects(world, { owner })).to.deep.equal([]);
  });

  it("is as good once the owner has accepted", async () => {
    const world = await networkHelpers.loadFixture(handedOver);
    const newOwner = await ethers.getSigner(owner);
    const { poco, appRegistry, datasetRegistry, workerpoolRegistry } = world;
    for (const owned of [poco, appRegistry, datasetRegistry, workerpoolRegistry]) {
      await owned.connect(newOwner).acceptOwnership();
      expect(await owned.owner()).to.equal(owner);
    }
    expect(await subjects(world, { owner })).to.deep.equal([]);
  });
});

describe("A fresh hub", () => {
  it("is set up as the protocol says", async () => {
    const { poco, rlc, manifest } = await networkHelpers.loadFixture(freshWorld);
    const categories = [];
    for (let id = 0n; id < (await poco.countCategory()); id++) {
      const { name, workClockTimeRef } = await poco.viewCategory(id);
      categories.push([name, workClockTimeRef]);
    }

    expect(categories).to.deep.equal([
      ["XS", 300n],
      ["S", 1_200n],
      ["M", 3_600n],
      ["L", 10_800n],
      ["XL", 36_000n],
    ]);
    expect(await poco.name()).to.equal("Staked RLC");
    expect(await poco.symbol()).to.equal("SRLC");
    expect(await poco.decimals()).to.equal(9n);
    expect(await poco.callbackgas()).to.equal(200_000n);
    expect(await poco.token()).to.equal(rlc.target);
    expect(await poco.appregistry()).to.equal(manifest.appRegistry);
    expect(await poco.datasetregistry()).to.equal(manifest.datasetRegistry);
    expect(await poco.workerpoolregistry()).to.equal(manifest.workerpoolRegistry);
  });
});
