import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { network } from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";

import { compiledContract, isCodeOf, type Compiler } from "../../deploy/compiledCode.js";
import { DeployError } from "../../deploy/DeployError.js";
import { deployHub } from "../../deploy/deployHub.js";
import { downgradesIn } from "../../deploy/downgrade.js";
import { FACET_NAMES, type FacetName } from "../../deploy/modules/Facets.js";
import Market from "../../deploy/modules/upgrades/Market.js";
import { withOrigin } from "../../deploy/origin.js";
import { readParameters } from "../../deploy/parameters.js";
import embedded from "../../deploy/parameters/embedded.json" with { type: "json" };
import { faultsOf, readSelectors } from "../../deploy/selfCheck.js";
import { kinshipOf, type Kinship } from "../../deploy/sources.js";
import { treeFacets } from "../../deploy/treeRoutes.js";
import { stepsOf } from "../../deploy/upgradeCost.js";
import { checkLayouts, planOf, prepareCut, upgradeHub } from "../../deploy/upgradeHub.js";
import { describePlan } from "../../deploy/upgradePlan.js";
import { compareLayouts } from "../../deploy/storageLayout.js";
import type { Manifest } from "@poco-marketplace/sdk/index.js";
import { IMatching__factory, IPoco__factory } from "../../typechain-types/index.js";
import { startChain, type ChainServer } from "../fixtures/chainServer.js";
import { rejection } from "../fixtures/rejection.js";
import { FUNDS, scenes } from "../fixtures/scenes.js";
import { compilerOf } from "../fixtures/variant.js";

const connection = await network.create();
const { networkHelpers, ethers } = connection;
const { fundedWorld } = scenes(connection);
const DEAL = ethers.id("a deal");

/** A hub whose market is broken: every call of it fails. */
async function brokenWorld() {
  const world = await fundedWorld();
  await networkHelpers.setCode(world.manifest.facets["market"]!, "0xfe");
  return world;
}

describe("Replacing a facet", () => {
  it("repairs what was broken", async () => {
    const { poco, manifest } = await networkHelpers.loadFixture(brokenWorld);
    const before = await poco.viewDeal(DEAL).then(
      () => "served",
      () => "broken",
    );

    await upgradeHub(connection, manifest, Market, { strategy: "basic" });

    expect(before).to.equal("broken");
    expect((await poco.viewDeal(DEAL)).requester).to.equal(ethers.ZeroAddress);
  });

  it("leaves every function served once, those of the facet by the new one", async () => {
    const { poco, manifest } = await networkHelpers.loadFixture(brokenWorld);

    const upgraded = await upgradeHub(connection, manifest, Market, { strategy: "basic" });

    expect(upgraded.facets["market"]).to.not.equal(manifest.facets["market"]);
    expect(faultsOf(await readSelectors(connection, upgraded))).to.deep.equal([]);
    const { fragments } = IMatching__factory.createInterface();
    for (const { selector } of fragments.filter((one) => ethers.FunctionFragment.isFragment(one))) {
      expect(await poco.facetAddress(selector)).to.equal(upgraded.facets["market"]);
    }
    expect(await poco.facetFunctionSelectors(manifest.facets["market"]!)).to.deep.equal([]);
  });

  it("leaves what the hub stores as it was", async () => {
    const { poco, manifest, accounts } = await networkHelpers.loadFixture(brokenWorld);
    await poco.setTeeBroker(accounts.broker);

    await upgradeHub(connection, manifest, Market, { strategy: "basic" });

    expect(await poco.balanceOf(accounts.requester)).to.equal(FUNDS);
    expect(await poco.teebroker()).to.equal(accounts.broker.address);
    expect(await poco.countCategory()).to.equal(5n);
    expect(await poco.owner()).to.equal(accounts.owner.address);
  });

  it("is for the owner only", async () => {
    const { poco, manifest, accounts } = await networkHelpers.loadFixture(brokenWorld);
    await poco.transferOwnership(accounts.anyone);
    await poco.connect(accounts.anyone).acceptOwnership();

    const upgrade = upgradeHub(connection, manifest, Market, { strategy: "basic" });

    expect((await rejection(upgrade, DeployError)).message).to.equal(
      `The hub belongs to ${accounts.anyone.address}, and ${accounts.owner.address} may not upgrade it: send as the owner.`,
    );
  });
});

/** Three trees whose markets differ from each other, and from this one's. */
const [FIRST, SECOND] = ["0xaaaaaaa1", "0xaaaaaaa2"].map(compilerOf) as [Compiler, Compiler];

describe("An upgrade from changed sources", () => {
  let directory: string;
  let chain: ChainServer;
  let remote: NetworkConnection;
  let manifest: Manifest;
  const options = (compiler?: Compiler) =>
    ({ strategy: "basic", journal: `${directory}/journal`, ...(compiler && { compiler }) }) as const;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "poco-upgrade-"));
    chain = await startChain();
    remote = await network.create({ network: "localhost", override: { url: chain.url } });
    manifest = await deployHub(remote, readParameters(embedded), options());
  });

  afterEach(async () => {
    await chain.close();
    await rm(directory, { recursive: true });
  });

  async function upgrade(compiler: Compiler, names: readonly FacetName[] = ["market"]): Promise<Manifest> {
    const upgraded = await upgradeHub(remote, manifest, { facets: names }, options(compiler));
    return withOrigin(remote, upgraded);
  }

  async function hasMarketOf(compiler: Compiler): Promise<boolean> {
    const poco = IPoco__factory.connect(manifest.poco, remote.ethers.provider);
    const facet = await poco.facetAddress(poco.interface.getFunction("viewDeal").selector);
    return isCodeOf(await compiler("MarketBundle"), await remote.ethers.provider.getCode(facet));
  }

  it("is made every time, whatever Ignition has noted of earlier ones", async () => {
    for (const compiler of [FIRST, SECOND, FIRST, compiledContract]) {
      expect(await hasMarketOf(compiler)).to.equal(false);
      manifest = await upgrade(compiler);
      expect(await hasMarketOf(compiler)).to.equal(true);
      expect(faultsOf(await readSelectors(remote, manifest, { compiler }))).to.deep.equal([]);
    }
  });

  it("sends nothing when the hub has that code already", async () => {
    manifest = await upgrade(FIRST);
    const block = await remote.ethers.provider.getBlockNumber();

    expect(await upgradeHub(remote, manifest, Market, options(FIRST))).to.equal(manifest);
    expect(await remote.ethers.provider.getBlockNumber()).to.equal(block);
    const [market] = await planOf(remote, manifest, Market, options(FIRST));
    expect(describePlan([market!])).to.deep.equal([
      `market: unchanged, the hub has the code of this tree's MarketBundle at ${manifest.facets["market"]}.`,
    ]);
  });

  it("uses code that is on the chain from an upgrade that was interrupted, instead of deploying it again", async () => {
    const before = await planOf(remote, manifest, Market, options(FIRST));
    await prepareCut(remote, manifest, Market, before, options(FIRST));
    const block = await remote.ethers.provider.getBlockNumber();

    manifest = await upgrade(FIRST);

    expect(await remote.ethers.provider.getBlockNumber()).to.equal(block + 1);
    expect(await hasMarketOf(FIRST)).to.equal(true);
  });

  it("finds what a hub of an older tree lacks: functions to add, and functions to remove", async () => {
    const [owner] = await remote.ethers.getSigners();
    const poco = IPoco__factory.connect(manifest.poco, owner!);
    const [pause, paused] = [poco.interface.getFunction("pause"), poco.interface.getFunction("paused")];
    const facetAddress = manifest.facets["settings"]!;
    const cuts = [
      { facetAddress: ethers.ZeroAddress, action: 2, functionSelectors: [pause.selector, paused.selector] },
      { facetAddress, action: 0, functionSelectors: ["0x12345678"] },
    ];
    await (await poco.diamondCut(cuts, ethers.ZeroAddress, "0x")).wait();
    const settings = { facets: ["settings"] } as const;

    const plan = await planOf(remote, manifest, settings, options());
    expect(describePlan(plan)).to.deep.equal([
      `settings: now at ${facetAddress}, from this upgrade on this tree's SettingsBundle, which is at ${facetAddress} already.`,
      "  adds 2 functions: pause(), paused()",
      "  removes 1 function: 0x12345678",
    ]);
    manifest = await upgradeHub(remote, manifest, settings, options());
    expect(faultsOf(await readSelectors(remote, manifest))).to.deep.equal([]);
  });

  it("refuses a cut that does not fit the hub any more", async () => {
    const before = await planOf(remote, manifest, Market, options(FIRST));
    const viewDeal = IPoco__factory.createInterface().getFunction("viewDeal").selector;
    const [owner] = await remote.ethers.getSigners();
    const cut = { facetAddress: ethers.ZeroAddress, action: 2, functionSelectors: [viewDeal] };
    const poco = IPoco__factory.connect(manifest.poco, owner!);
    await (await poco.diamondCut([cut], ethers.ZeroAddress, "0x")).wait();

    const { message } = await rejection(prepareCut(remote, manifest, Market, before, options(FIRST)), DeployError);
    expect(message).to.equal("The hub was changed while its new facets were deployed: run the same command again.");
  });

  it("takes no more gas for its cut than it says beforehand", async () => {
    const [owner] = await remote.ethers.getSigners();
    const poco = IPoco__factory.connect(manifest.poco, owner!);
    const tree = await treeFacets(false);
    const selectors = tree.flatMap(({ functions }) => functions.map(({ selector }) => selector));
    const cutAway = { facetAddress: ethers.ZeroAddress, action: 2, functionSelectors: selectors.slice(0, 40) };
    const removal = (await (await poco.diamondCut([cutAway], ethers.ZeroAddress, "0x")).wait())!;
    const all = { facets: FACET_NAMES };
    const plan = await planOf(remote, manifest, all, options(FIRST));
    const steps = await stepsOf(remote, plan, all, options(FIRST), owner!.address);
    const { call } = await prepareCut(remote, manifest, all, plan, options(FIRST));
    const cut = (await (await owner!.sendTransaction(call)).wait())!;

    expect(plan.flatMap(({ changes }) => changes.map(({ action }) => action))).to.include.members(["adds", "replaces"]);
    expect(Number(cut.gasUsed)).to.be.within(Number(steps.at(-1)!.gas) / 3, Number(steps.at(-1)!.gas));
    expect(Number(removal.gasUsed)).to.be.below(60_000 + 40 * 20_000);
  });
});

/** A hub that had the market of this tree, then another one. */
async function upgradedWorld() {
  const world = await fundedWorld();
  const options = { strategy: "basic", compiler: FIRST } as const;
  const manifest = await withOrigin(connection, await upgradeHub(connection, world.manifest, Market, options));
  return { ...world, manifest };
}

const reasons = async (manifest: Manifest, compiler: Compiler, kinship: () => Kinship = () => "contained") => {
  const plan = await planOf(connection, manifest, Market, { strategy: "basic", compiler });
  return downgradesIn(connection, manifest, plan, kinship);
};

describe("A downgrade", () => {
  it("is one to code that the hub had before", async () => {
    const { manifest } = await networkHelpers.loadFixture(upgradedWorld);
    const before = manifest.history!.find(({ facet }) => facet === "market");

    expect(await reasons(manifest, compiledContract)).to.deep.equal([
      `market had this tree's code before, at ${before!.address}, and was upgraded since`,
    ]);
    expect(await reasons(manifest, SECOND)).to.deep.equal([]);
    expect(await reasons(manifest, FIRST)).to.deep.equal([]);
  });

  it("is one from a commit that this tree does not contain, or does not know", async () => {
    const world = await networkHelpers.loadFixture(upgradedWorld);
    const commit = "1".repeat(40);
    const history = world.manifest.history!.map((version) => ({ ...version, commit }));
    const manifest = { ...world.manifest, history };

    expect(await reasons(manifest, SECOND, () => "not contained")).to.deep.equal([
      `market is of commit ${commit}, which this source tree does not contain`,
    ]);
    expect(await reasons(manifest, SECOND, () => "unknown")).to.deep.equal([
      `market is of commit ${commit}, which this repository does not know`,
    ]);
  });

  it("may be one where the manifest does not know the hub's code", async () => {
    const world = await networkHelpers.loadFixture(upgradedWorld);
    const facets = { ...world.manifest.facets, market: world.manifest.facets["work"]! };

    expect(await reasons({ ...world.manifest, facets, history: [] }, SECOND)).to.deep.equal([
      `market is at ${world.manifest.facets["market"]}, of which the manifest knows nothing`,
    ]);
  });

  it("is none from a deployment of before the history was recorded", async () => {
    const world = await networkHelpers.loadFixture(upgradedWorld);
    const { history: _, commit: __, ...older } = world.manifest;

    expect(await reasons(older, SECOND)).to.deep.equal([]);
  });

  it("is known by what Git says of a commit", async () => {
    const root = await mkdtemp(join(tmpdir(), "poco-git-"));
    const git = (...args: string[]) =>
      execFileSync("git", ["-C", root, "-c", "user.name=a", "-c", "user.email=a@b", ...args], {
        encoding: "utf8",
      }).trim();
    const commit = (what: string) => (git("commit", "-q", "--allow-empty", "-m", what), git("rev-parse", "HEAD"));
    try {
      git("init", "-q");
      const older = commit("older");
      git("checkout", "-q", "-b", "side");
      const aside = commit("aside");
      git("checkout", "-q", "-");
      const head = commit("head");

      expect(kinshipOf(head, root)).to.equal("contained");
      expect(kinshipOf(`${older}-dirty`, root)).to.equal("contained");
      expect(kinshipOf(aside, root)).to.equal("not contained");
      expect(kinshipOf("1".repeat(40), root)).to.equal("unknown");
    } finally {
      await rm(root, { recursive: true });
    }
  });
});

describe("The look at the storage layout before an upgrade", () => {
  const now = { "poco.storage.Tasks": { Task: ["0:0 address payer (20)", "0:20 uint96 price (12)"] } };

  it("lets pass what stays where it is", () => {
    expect(() => checkLayouts(now, structuredClone(now))).to.not.throw();
  });

  it("refuses a member in another place", () => {
    const next = { "poco.storage.Tasks": { Task: ["0:0 uint96 price (12)", "0:12 address payer (20)"] } };

    expect(() => checkLayouts(now, next)).to.throw(
      "This would lose what the hub has stored: poco.storage.Tasks: Task had",
    );
  });

  it("asks to record what is added at the end", () => {
    const next = { "poco.storage.Tasks": { Task: [...now["poco.storage.Tasks"].Task, "1:0 bool late (1)"] } };

    expect(() => checkLayouts(now, next)).to.throw("check:storage -- --update");
    expect(compareLayouts(now, next).broken).to.deep.equal([]);
  });
});
