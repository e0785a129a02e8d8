import { expect } from "chai";
import { network } from "hardhat";

import { DeployError } from "../../deploy/DeployError.js";
import Market from "../../deploy/modules/upgrades/Market.js";
import { checkLayouts, upgradeHub } from "../../deploy/upgradeHub.js";
import { faultsOf, readSelectors } from "../../deploy/selfCheck.js";
import { compareLayouts } from "../../scripts/checks/storage.js";
import { IMatching__factory } from "../../typechain-types/index.js";
import { rejection } from "../fixtures/rejection.js";
import { FUNDS, scenes } from "../fixtures/scenes.js";

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
    const { poco, manifest, cast } = await networkHelpers.loadFixture(brokenWorld);
    await poco.setTeeBroker(cast.broker);

    await upgradeHub(connection, manifest, Market, { strategy: "basic" });

    expect(await poco.balanceOf(cast.requester)).to.equal(FUNDS);
    expect(await poco.teebroker()).to.equal(cast.broker.address);
    expect(await poco.countCategory()).to.equal(5n);
    expect(await poco.owner()).to.equal(cast.owner.address);
  });

  it("is for the owner only", async () => {
    const { poco, manifest, cast } = await networkHelpers.loadFixture(brokenWorld);
    await poco.transferOwnership(cast.anyone);
    await poco.connect(cast.anyone).acceptOwnership();

    const upgrade = upgradeHub(connection, manifest, Market, { strategy: "basic" });

    expect((await rejection(upgrade, DeployError)).message).to.equal(
      `The hub belongs to ${cast.anyone.address}, and ${cast.owner.address} may not upgrade it: send as the owner.`,
    );
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
