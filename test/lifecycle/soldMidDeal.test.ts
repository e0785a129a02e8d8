import { expect } from "chai";
import { id } from "ethers";
import { network } from "hardhat";

import { settleSuccess, type Address, type Hex } from "@poco-marketplace/sdk/index.js";
import { dealOf, expectMoves } from "../fixtures/holdings.js";
import { scenes } from "../fixtures/scenes.js";
import { createActors } from "../fixtures/actors.js";

const connection = await network.create();
const { networkHelpers } = connection;
const { marketWorld } = scenes(connection);
const DIGEST = id("42") as Hex;

/** A deal is made and its task open; then all three assets are sold to one buyer. */
async function soldMarket() {
  const market = await marketWorld();
  const actors = await createActors(market);
  const { requester, scheduler, orders, assets } = actors;
  const { accounts, appRegistry, datasetRegistry, workerpoolRegistry } = market;
  const signed = await orders({ volume: 2n });
  const one = { ...signed, request: (await orders()).request };
  const { dealId } = await requester.match(one);
  const { taskId } = await scheduler.initialize(dealId, 0n);

  const sales = [
    [appRegistry.connect(accounts.appProvider), assets.app, accounts.appProvider],
    [datasetRegistry.connect(accounts.datasetProvider), assets.dataset, accounts.datasetProvider],
    [workerpoolRegistry.connect(accounts.scheduler), assets.workerpool, accounts.scheduler],
  ] as const;
  for (const [registry, asset, seller] of sales) {
    await registry.transferFrom(seller, accounts.anyone, BigInt(asset));
  }
  return { ...market, ...actors, signed, dealId, taskId };
}

describe("Assets that are sold in the middle of a deal", () => {
  it("belong to the buyer, but the deal pays its owners of old", async () => {
    const { poco, accounts, app, dataset, workerpool, dealId, taskId, workers, contribute, scheduler } =
      await networkHelpers.loadFixture(soldMarket);
    for (const asset of [app, dataset, workerpool]) expect(await asset.owner()).to.equal(accounts.anyone.address);
    await contribute(0, taskId, DIGEST);
    await workers[0]!.reveal(taskId, DIGEST);

    const deal = await dealOf(poco, dealId);
    const { weight } = await poco.viewContribution(taskId, accounts.worker1);
    const contributions = [{ worker: accounts.worker1.address as Address, proved: true, weight }];
    const { moves } = settleSuccess({ deal, contributions, kitty: 0n });
    expect(deal.app.owner).to.equal(accounts.appProvider.address);
    await expectMoves({ hub: poco, accounts }, moves, () => scheduler.finalize(taskId, "0x"));

    expect(await poco.viewAccount(accounts.anyone)).to.deep.equal([0n, 0n]);
  });

  it("leave the scheduler of old in charge of the deal", async () => {
    const { poco, accounts, taskId, workers, contribute } = await networkHelpers.loadFixture(soldMarket);
    await contribute(0, taskId, DIGEST);
    await workers[0]!.reveal(taskId, DIGEST);

    await expect(poco.connect(accounts.anyone).finalize(taskId, "0x", "0x"))
      .to.be.revertedWithCustomError(poco, "CallerIsNotTheScheduler")
      .withArgs(taskId, accounts.anyone.address, accounts.scheduler.address);
  });

  it("are not to be had any more with what the sellers signed", async () => {
    const { poco, accounts, signed } = await networkHelpers.loadFixture(soldMarket);
    const { app, dataset, workerpool, request } = signed;

    await expect(poco.matchOrders(app, dataset, workerpool, request))
      .to.be.revertedWithCustomError(poco, "NotSigned")
      .withArgs(0n, (hash: string) => hash.length === 66, accounts.anyone.address);
  });
});
