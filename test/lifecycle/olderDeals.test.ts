import { expect } from "chai";
import { id } from "ethers";
import { network } from "hardhat";

import { type Hex } from "@poco-marketplace/sdk/index.js";
import { olderFacet } from "../fixtures/olderFacets.js";
import { scenes } from "../fixtures/scenes.js";
import { createActors } from "../fixtures/actors.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { marketWorld } = scenes(connection);
const DIGEST = id("42") as Hex;
const LONG = 10n * 86_400n * 30n;
const REPLACE = 1;

/** A hub with the facets of an older version, and what they made: deals of all kinds, tasks in all states. */
async function olderHub() {
  const market = await marketWorld();
  const { poco, accounts, manifest } = market;
  const [marketFacet, workFacet] = [manifest.facets["market"]!, manifest.facets["work"]!];
  const today = await Promise.all([marketFacet, workFacet].map((facet) => ethers.provider.getCode(facet)));
  await networkHelpers.setCode(marketFacet, olderFacet("MarketBundle"));
  await networkHelpers.setCode(workFacet, olderFacet("WorkBundle"));

  const actors = await createActors(market);
  const { requester, requesterAs, scheduler, orders, contribute, workers } = actors;
  const classic = await requester.match(await orders({ volume: 2n, params: '{"iexec_args":"older"}' }));
  const sponsored = await requesterAs(accounts.sponsor).sponsor(
    await orders({ beneficiary: accounts.anyone.address as Hex, callback: accounts.anyone.address as Hex }),
  );
  const { app, dataset, workerpool, request } = await orders({ volume: 2n });
  const boostDeal = await poco.matchOrdersBoost.staticCall(app, dataset, workerpool, request);
  await poco.matchOrdersBoost(app, dataset, workerpool, request);

  const { taskId: done } = await scheduler.initialize(classic.dealId, 0n);
  await contribute(0, done, DIGEST);
  await workers[0]!.reveal(done, DIGEST);
  await scheduler.finalize(done, "0x01");
  const { taskId: agreed } = await scheduler.initialize(classic.dealId, 1n);
  await contribute(0, agreed, DIGEST);
  const { taskId: open } = await scheduler.initialize(sponsored.dealId, 0n);

  const deals = [classic.dealId, sponsored.dealId];
  const tasks = [done, agreed, open];
  const look = async () => ({
    deals: await Promise.all(deals.map((dealId) => poco.viewDeal(dealId))),
    boost: await poco.viewDealBoost(boostDeal),
    tasks: await Promise.all(tasks.map((taskId) => poco.viewTask(taskId))),
    contribution: await poco.viewContribution(agreed, accounts.worker1),
  });
  return { ...market, ...actors, deals, boostDeal, done, agreed, open, look, today };
}

/** The same after a cut to the facets of this tree, which lie at new addresses. */
async function upgradedHub() {
  const older = await olderHub();
  const { poco, manifest } = older;
  const before = await older.look();
  for (const [name, bundle] of [
    ["market", "MarketBundle"],
    ["work", "WorkBundle"],
  ] as const) {
    const functionSelectors = [...(await poco.facetFunctionSelectors(manifest.facets[name]!))];
    const facetAddress = await (await ethers.deployContract(bundle)).getAddress();
    await poco.diamondCut([{ facetAddress, action: REPLACE, functionSelectors }], ethers.ZeroAddress, "0x");
  }
  return { ...older, before };
}

describe("Deals and tasks that older facets made", () => {
  it("were made by other code than this tree's", async () => {
    const { today } = await networkHelpers.loadFixture(olderHub);

    expect(today[0]).to.not.equal(olderFacet("MarketBundle"));
    expect(today[1]).to.not.equal(olderFacet("WorkBundle"));
  });

  it("read the same after an upgrade", async () => {
    const { look, before } = await networkHelpers.loadFixture(upgradedHub);

    expect(before.deals[0]!.params).to.equal('{"iexec_args":"older"}');
    expect(await look()).to.deep.equal(before);
  });

  it("are finished and paid by today's facets", async () => {
    const { poco, accounts, agreed, workers, scheduler, boostDeal } = await networkHelpers.loadFixture(upgradedHub);

    await workers[0]!.reveal(agreed, DIGEST);
    await scheduler.finalize(agreed, "0x02");

    expect((await poco.viewTask(agreed)).status).to.equal(3n);
    expect(await poco.frozenOf(accounts.worker1)).to.equal(0n);
    const { deadline } = await poco.viewDealBoost(boostDeal);
    expect(deadline).to.be.greaterThan(0n);
  });

  it("give all money back that is locked in them", async () => {
    const { poco, accounts, agreed, open, boostDeal } = await networkHelpers.loadFixture(upgradedHub);
    await networkHelpers.time.increase(LONG);

    await poco.claimArray([agreed, open]);
    await poco.claimBoost(boostDeal, 0n);
    await poco.claimBoost(boostDeal, 1n);

    for (const account of [accounts.requester, accounts.sponsor, accounts.scheduler, accounts.worker1]) {
      expect(await poco.frozenOf(account)).to.equal(0n);
    }
  });
});
