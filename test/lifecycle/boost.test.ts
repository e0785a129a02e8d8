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
  const { poco, cast } = market;
  const { requester, orders, assets, contracts } = actors;
  const request = await requester.ask(requestFor(assets, { volume: VOLUME + 1n, trust: 1n }));
  await requester.match({ ...(await orders()), request });

  const { app, dataset, workerpool } = await orders({ volume: VOLUME });
  const before = await holdings(poco, cast);
  const sent = await poco.connect(cast.sponsor).sponsorMatchOrdersBoost(app, dataset, workerpool, request);
  const dealId = dealIdOf(hashOrder(OrderKind.REQUEST, request, contracts.domain), 1n);
  const deal: SettledDeal = {
    sponsor: cast.sponsor.address as Address,
    app: { owner: cast.appProvider.address as Address, price: PRICES.app },
    dataset: { owner: cast.datasetProvider.address as Address, price: PRICES.dataset },
    workerpool: { owner: cast.scheduler.address as Address, price: PRICES.workerpool },
    workerStake: 0n,
    schedulerRewardRatio: 1n,
  };
  return { ...market, ...actors, sent, before, dealId, deal };
}

describe("A boost deal with a sponsor", () => {
  it("locks the sponsor's money and the scheduler's stake, and nothing of the requester's", async () => {
    const { poco, cast, sent, before, dealId, deal } = await networkHelpers.loadFixture(boostDeal);
    const after = await holdings(poco, cast);
    const locks = dealLocks(PRICES, VOLUME);

    await expect(sent).to.emit(poco, "DealSponsoredBoost").withArgs(dealId, cast.sponsor.address);
    expect(after["sponsor"]!.frozen - before["sponsor"]!.frozen).to.equal(locks.payer);
    expect(after["scheduler"]!.frozen - before["scheduler"]!.frozen).to.equal(locks.poolOwner);
    expect(after["requester"]).to.deep.equal(before["requester"]);
    const recorded = await poco.viewDealBoost(dealId);
    expect(recorded.sponsor).to.equal(deal.sponsor);
    expect(recorded.botFirst).to.equal(1n);
    expect(recorded.botSize).to.equal(VOLUME);
  });

  it("is settled by one transaction of one worker, out of the sponsor's pocket", async () => {
    const { poco, cast, scheduler, workers, dealId, deal } = await networkHelpers.loadFixture(boostDeal);
    const taskId = taskIdOf(dealId, 0n);
    const worker = workers[0]!.address;
    const { sign } = await scheduler.authorize(worker, taskId);
    const push = () => poco.connect(cast.worker1).pushResultBoost(dealId, 0n, RESULTS, "0x", sign, ZeroAddress, "0x");

    await expectMoves({ hub: poco, cast }, settleSolo({ deal, worker, kitty: 0n }).moves, push);

    expect((await poco.viewTask(taskId)).status).to.equal(TaskStatus.COMPLETED);
    await expect(push())
      .to.be.revertedWithCustomError(poco, "UnexpectedTaskStatus")
      .withArgs(taskId, TaskStatus.COMPLETED);
  });

  it("gives the sponsor back what nobody worked for", async () => {
    const { poco, cast, dealId, deal } = await networkHelpers.loadFixture(boostDeal);
    const { deadline, shortTag } = await poco.viewDealBoost(dealId);
    const claim = () => poco.connect(cast.anyone).claimBoost(dealId, 1n);

    await networkHelpers.time.increaseTo(deadline);
    await expectMoves({ hub: poco, cast }, settleClaim({ deal, workers: [] }).moves, claim);

    expect((await poco.viewTask(taskIdOf(dealId, 1n))).status).to.equal(TaskStatus.FAILED);
    expect(shortTag).to.equal(NO_TAG.slice(0, 8));
    expect((await poco.viewDeal(dealId)).requester).to.equal(ZeroAddress);
  });
});
