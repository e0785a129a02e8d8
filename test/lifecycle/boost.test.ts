import { expect } from "chai";
import { ZeroAddress, toUtf8Bytes } from "ethers";
import { network } from "hardhat";

import {
  NO_TAG,
  OrderKind,
  TaskStatus,
  dealId as dealIdOf,
  dealLocks,
  hashOrder,
  settleClaim,
  settleSolo,
  taskId as taskIdOf,
  type Address,
  type Hex,
  type SettledDeal,
} from "@poco-marketplace/sdk/index.js";
import { expectMoves, holdings } from "../fixtures/holdings.js";
import { scenes } from "../fixtures/scenes.js";
import { createActors, PRICES, requestFor } from "../fixtures/actors.js";

const connection = await network.create();
const { networkHelpers } = connection;
const { marketWorld } = scenes(connection);
const VOLUME = 2n;
const RESULTS = `0x${Buffer.from(toUtf8Bytes("over there")).toString("hex")}` as Hex;

/** A boost deal of two tasks that the sponsor pays; the request order was used for one task before. */
async function boostDeal() {
  const market = await marketWorld();
  const actors = await createActors(market);
  const { poco, accounts } = market;
  const { requester, orders, assets, contracts } = actors;
  const request = await requester.ask(requestFor(assets, { volume: VOLUME + 1n, trust: 1n }));
  await requester.match({ ...(await orders()), request });

  const { app, dataset, workerpool } = await orders({ volume: VOLUME });
  const before = await holdings(poco, accounts);
  const sent = await poco.connect(accounts.sponsor).sponsorMatchOrdersBoost(app, dataset, workerpool, request);
  const dealId = dealIdOf(hashOrder(OrderKind.REQUEST, request, contracts.domain), 1n);
  const deal: SettledDeal = {
    sponsor: accounts.sponsor.address as Address,
    app: { owner: accounts.appProvider.address as Address, price: PRICES.app },
    dataset: { owner: accounts.datasetProvider.address as Address, price: PRICES.dataset },
    workerpool: { owner: accounts.scheduler.address as Address, price: PRICES.workerpool },
    workerStake: 0n,
    schedulerRewardRatio: 1n,
  };
  return { ...market, ...actors, sent, before, dealId, deal };
}

describe("A boost deal with a sponsor", () => {
  it("locks the sponsor's money and the scheduler's stake, and nothing of the requester's", async () => {
    const { poco, accounts, sent, before, dealId, deal } = await networkHelpers.loadFixture(boostDeal);
    const after = await holdings(poco, accounts);
    const locks = dealLocks(PRICES, VOLUME);

    await expect(sent).to.emit(poco, "DealSponsoredBoost").withArgs(dealId, accounts.sponsor.address);
    expect(after["sponsor"]!.frozen - before["sponsor"]!.frozen).to.equal(locks.payer);
    expect(after["scheduler"]!.frozen - before["scheduler"]!.frozen).to.equal(locks.poolOwner);
    expect(after["requester"]).to.deep.equal(before["requester"]);
    const recorded = await poco.viewDealBoost(dealId);
    expect(recorded.sponsor).to.equal(deal.sponsor);
    expect(recorded.botFirst).to.equal(1n);
    expect(recorded.botSize).to.equal(VOLUME);
  });

  it("is settled by one transaction of one worker, out of the sponsor's pocket", async () => {
    const { poco, accounts, scheduler, workers, dealId, deal } = await networkHelpers.loadFixture(boostDeal);
    const taskId = taskIdOf(dealId, 0n);
    const worker = workers[0]!.address;
    const { sign } = await scheduler.authorize(worker, taskId);
    const push = () =>
      poco.connect(accounts.worker1).pushResultBoost(dealId, 0n, RESULTS, "0x", sign, ZeroAddress, "0x");

    await expectMoves({ hub: poco, accounts }, settleSolo({ deal, worker, kitty: 0n }).moves, push);

    expect((await poco.viewTask(taskId)).status).to.equal(TaskStatus.COMPLETED);
    await expect(push())
      .to.be.revertedWithCustomError(poco, "UnexpectedTaskStatus")
      .withArgs(taskId, TaskStatus.COMPLETED);
  });

  it("gives the sponsor back what nobody worked for", async () => {
    const { poco, accounts, dealId, deal } = await networkHelpers.loadFixture(boostDeal);
    const { deadline, shortTag } = await poco.viewDealBoost(dealId);
    const claim = () => poco.connect(accounts.anyone).claimBoost(dealId, 1n);

    await networkHelpers.time.increaseTo(deadline);
    await expectMoves({ hub: poco, accounts }, settleClaim({ deal, workers: [] }).moves, claim);

    expect((await poco.viewTask(taskIdOf(dealId, 1n))).status).to.equal(TaskStatus.FAILED);
    expect(shortTag).to.equal(NO_TAG.slice(0, 8));
    expect((await poco.viewDeal(dealId)).requester).to.equal(ZeroAddress);
  });
});
