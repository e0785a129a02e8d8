/** Every function of the bindings is served, once, by the facet that is there for it. */
import { expect } from "chai";
import { Interface, dataSlice, hexlify, type InterfaceAbi } from "ethers";
import { artifacts, network } from "hardhat";

import { scenes } from "../fixtures/scenes.js";
import { IPoco__factory, IPocoNative__factory, Poco__factory } from "../../typechain-types/index.js";

const connection = await network.create();
const { freshWorld, nativeWorld } = scenes(connection);

/** A call without data, which the native hub takes as a deposit. */
const NO_DATA = "0x00000000";

/** By facet: the interfaces whose functions it is there for. */
const FACETS = {
  BoostFacet: ["IBoost"],
  CatalogFacet: ["ICatalog"],
  ConsensusFacet: ["IConsensus"],
  ContributionFacet: ["IContributions"],
  EscrowFacet: ["IEscrow"],
  LegacyViewsFacet: ["ILegacyViews"],
  MatchingFacet: ["IMatching"],
  NativeEscrowFacet: ["INativeEscrow"],
  OrderBookFacet: ["IOrderBook"],
  SettingsFacet: ["ISettings"],
  StakedRlcFacet: ["IStakedRlc"],
  TaskFacet: ["ITasks"],
} as const;

function selectorsOf(abi: InterfaceAbi): string[] {
  const selectors: string[] = [];
  Interface.from(abi).forEachFunction(({ selector }) => selectors.push(selector));
  return selectors.toSorted();
}

function inFours(packed: string): string[] {
  return Array.from({ length: (packed.length - 2) / 8 }, (_, index) => dataSlice(packed, index * 4, index * 4 + 4));
}

describe("Each facet", () => {
  it("is known here", async () => {
    const names = await artifacts.getAllFullyQualifiedNames();
    const facets = [...names].filter((name) => name.startsWith("contracts/facets/")).map((name) => name.split(":")[1]!);
    expect(facets.toSorted()).to.deep.equal(Object.keys(FACETS));
  });

  for (const [facet, interfaces] of Object.entries(FACETS)) {
    it(`exports all that it is there for, once: ${facet}`, async () => {
      const deployed = await connection.ethers.deployContract(facet);
      const exported = inFours(hexlify((await deployed.getFunction("exportSelectors").staticCall()) as string));
      const abis = await Promise.all(interfaces.map((name) => artifacts.readArtifact(name)));
      const promised = abis.flatMap(({ abi }) => selectorsOf(abi as InterfaceAbi));

      const expected = facet === "NativeEscrowFacet" ? [NO_DATA, ...promised] : promised;
      expect(exported.toSorted()).to.deep.equal(expected.toSorted());
    });

    it(`has no other functions: ${facet}`, async () => {
      const { abi } = await artifacts.readArtifact(facet);
      const abis = await Promise.all([...interfaces, "IFacet"].map((name) => artifacts.readArtifact(name)));
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

    it(`${title} serves itself what upgrades need`, async () => {
      const { poco } = await connection.networkHelpers.loadFixture<{ poco: Loupe & { target: unknown } }>(world);
      const own = await poco.facetFunctionSelectors(poco.target as string);
      expect([...own].toSorted()).to.deep.equal(selectorsOf(Poco__factory.abi));
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
