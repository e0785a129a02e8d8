import { expect } from "chai";
import { id } from "ethers";
import { network } from "hardhat";

import { settleSuccess, type Address, type Hex } from "@poco-marketplace/sdk/index.js";
import { dealOf, expectMoves } from "../fixtures/holdings.js";
import { FUNDS, WEI_PER_NRLC, scenes } from "../fixtures/scenes.js";
import { createActors, TASK_PRICE } from "../fixtures/actors.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { nativeMarketWorld } = scenes(connection);
const DIGEST = id("42") as Hex;

async function nativeMarket() {
  const market = await nativeMarketWorld();
  return { ...market, ...(await createActors(market)) };
}

describe("On a chain whose own coin is RLC", () => {
  it("coins go in, pay for a task, and come out at those who earned them", async () => {
    const scene = await networkHelpers.loadFixture(nativeMarket);
    const { poco, accounts, requester, scheduler, workers, contribute, orders } = scene;

    const { dealId } = await requester.match(await orders());
    const { taskId } = await scheduler.initialize(dealId, 0n);
    await contribute(0, taskId, DIGEST);
    await workers[0]!.reveal(taskId, DIGEST);
    const contributions = [{ worker: accounts.worker1.address as Address, proved: true, weight: 1n }];
    const { moves } = settleSuccess({ deal: await dealOf(poco, dealId), contributions, kitty: 0n });
    await expectMoves({ hub: poco, accounts }, moves, () => scheduler.finalize(taskId, "0x"));

    for (const holder of [
      accounts.requester,
      accounts.appProvider,
      accounts.datasetProvider,
      accounts.scheduler,
      accounts.worker1,
    ]) {
      const free = await poco.balanceOf(holder);
      await expect(poco.connect(holder).withdraw(free)).to.changeEtherBalances(
        ethers,
        [holder, poco],
        [free * WEI_PER_NRLC, -free * WEI_PER_NRLC],
      );
    }
    expect(await poco.balanceOf(accounts.requester)).to.equal(0n);
    const left = [accounts.sponsor, ...accounts.workers.slice(1)];
    expect(await poco.totalSupply()).to.equal(FUNDS * BigInt(left.length));
    expect(await ethers.provider.getBalance(poco)).to.equal((await poco.totalSupply()) * WEI_PER_NRLC);
  });

  it("what is too little for 1 nRLC goes back, and a plain transfer is a deposit", async () => {
    const { poco, accounts } = await networkHelpers.loadFixture(nativeMarket);
    const asAnyone = poco.connect(accounts.anyone);
    const value = 5n * WEI_PER_NRLC;

    await expect(asAnyone.deposit({ value: value + 7n })).to.changeEtherBalances(ethers, [poco], [value]);
    await expect(accounts.anyone.sendTransaction({ to: poco, value })).to.changeEtherBalances(ethers, [poco], [value]);

    expect(await poco.balanceOf(accounts.anyone)).to.equal(10n);
  });

  it("orders can be matched only with coins that went in before", async () => {
    const { poco, accounts, requester, orders } = await networkHelpers.loadFixture(nativeMarket);
    await requester.withdrawAll();
    const asRequester = poco.connect(accounts.requester);
    await asRequester.deposit({ value: TASK_PRICE * WEI_PER_NRLC });

    await requester.match(await orders());

    const { app, dataset, workerpool, request } = await orders();
    await expect(asRequester.matchOrders(app, dataset, workerpool, request))
      .to.be.revertedWithCustomError(poco, "ERC20InsufficientBalance")
      .withArgs(accounts.requester.address, 0n, TASK_PRICE);
  });
});
