/** Every function of the bindings is served, once, by the contract that is there for it. */
import { expect } from "chai";
import { Interface, dataSlice, hexlify, type InterfaceAbi } from "ethers";
import { artifacts, network } from "hardhat";

import { scenes } from "../fixtures/scenes.js";
import {
  UpgradeFacet__factory,
  IFacet__factory,
  IPoco__factory,
  IPocoNative__factory,
} from "../../typechain-types/index.js";

const connection = await network.create();
const { freshWorld, nativeWorld } = scenes(connection);

/** A call without data, which the native hub takes as a deposit. */
const NO_DATA = "0x00000000";

/** What every facet says for itself. */
const EXPORT = IFacet__factory.createInterface().getFunction("exportSelectors").selector;
const MONEY = ["IStakedRlc"];

/** By bundle: the interfaces whose functions its facets are there for. */
const BUNDLES: Readonly<Record<string, readonly string[]>> = {
  EscrowBundle: ["IEscrow", ...MONEY],
  MarketBundle: ["IBoostMatching", "IMatching", "IOrderBook"],
  NativeEscrowBundle: ["INativeEscrow", ...MONEY],
  SettingsBundle: ["ICatalog", "IPause", "ISettings"],
  WorkBundle: ["IBoost", "IConsensus", "IContributions", "ILegacyViews", "ITasks"],
};

/** What a bundle has besides and the hub does not serve. */
const UNSERVED: Readonly<Record<string, readonly string[]>> = { SettingsBundle: ["ISetup"] };

function selectorsOf(abi: InterfaceAbi): string[] {
  const selectors: string[] = [];
  Interface.from(abi).forEachFunction(({ selector }) => selectors.push(selector));
  return selectors.toSorted();
}

function inFours(packed: string): string[] {
  return Array.from({ length: (packed.length - 2) / 8 }, (_, index) => dataSlice(packed, index * 4, index * 4 + 4));
}

describe("Each bundle of facets", () => {
  it("is known here", async () => {
    const names = await artifacts.getAllFullyQualifiedNames();
    const found = [...names].filter((name) => name.startsWith("contracts/bundles/")).map((name) => name.split(":")[1]!);
    expect(found.toSorted()).to.deep.equal(Object.keys(BUNDLES));
  });

  for (const [bundle, interfaces] of Object.entries(BUNDLES)) {
    it(`exports all that it is there for, once: ${bundle}`, async () => {
      const deployed = await connection.ethers.deployContract(bundle);
      const exported = inFours(hexlify((await deployed.getFunction("exportSelectors").staticCall()) as string));
      const abis = await Promise.all(interfaces.map((name) => artifacts.readArtifact(name)));
      const promised = abis.flatMap(({ abi }) => selectorsOf(abi as InterfaceAbi));

      const expected = bundle === "NativeEscrowBundle" ? [NO_DATA, ...promised] : promised;
      expect(exported.toSorted()).to.deep.equal(expected.toSorted());
    });

    it(`has no other functions: ${bundle}`, async () => {
      const { abi } = await artifacts.readArtifact(bundle);
      const abis = await Promise.all(
        [...interfaces, ...(UNSERVED[bundle] ?? []), "IFacet"].map((name) => artifacts.readArtifact(name)),
      );
      expect(selectorsOf(abi as InterfaceAbi)).to.deep.equal(
        abis.flatMap((promise) => selectorsOf(promise.abi as InterfaceAbi)).toSorted(),
      );
    });
  }
});

describe("The hub", () => {
  const hubs = [
    { title: "with a token", world: freshWorld, factory: IPoco__factory, plain: [] },
    { title: "on a native chain", world: nativeWorld, factory: IPocoNative__factory, plain: [NO_DATA] },
  ] as const;

  for (const { title, world, factory, plain } of hubs) {
    it(`${title} serves each function of its interface once, and nothing else`, async () => {
      const { poco } = await connection.networkHelpers.loadFixture<{ poco: { facets: () => Promise<Facet[]> } }>(world);
      const served = (await poco.facets()).flatMap(({ functionSelectors }) => [...functionSelectors]);

      expect(served.toSorted()).to.deep.equal([...selectorsOf(factory.abi), ...plain].toSorted());
    });

    it(`${title} serves each function from where its loupe says`, async () => {
      const { poco } = await connection.networkHelpers.loadFixture<{ poco: Loupe }>(world);
      const facets = await poco.facets();

      for (const { facetAddress, functionSelectors } of facets) {
        expect([...(await poco.facetFunctionSelectors(facetAddress))]).to.deep.equal([...functionSelectors]);
        for (const selector of functionSelectors) {
          expect(await poco.facetAddress(selector), selector).to.equal(facetAddress);
        }
      }
      expect([...(await poco.facetAddresses())]).to.deep.equal(facets.map(({ facetAddress }) => facetAddress));
      expect(new Set(facets.map(({ facetAddress }) => facetAddress)).size).to.equal(facets.length);
    });

    it(`${title} serves first what upgrades need`, async () => {
      const { poco } = await connection.networkHelpers.loadFixture<{ poco: Loupe }>(world);
      const [own] = await poco.facets();
      const promised = selectorsOf(UpgradeFacet__factory.abi).filter((selector) => selector !== EXPORT);
      expect([...own!.functionSelectors].toSorted()).to.deep.equal(promised);
    });
  }
});

interface Facet {
  readonly facetAddress: string;
  readonly functionSelectors: readonly string[];
}

interface Loupe {
  facets(): Promise<readonly Facet[]>;
  facetAddresses(): Promise<readonly string[]>;
  facetFunctionSelectors(facet: string): Promise<readonly string[]>;
  facetAddress(selector: string): Promise<string>;
}
