import { expect } from "chai";
import { network } from "hardhat";

import { OrderKind, dealId, hashOrder, type SignedDealOrders } from "@poco-marketplace/sdk/index.js";
import { scenes } from "../fixtures/scenes.js";
import { createActors, TASK_PRICE } from "../fixtures/actors.js";

const connection = await network.create();
const { networkHelpers } = connection;
const { marketWorld } = scenes(connection);

/** The requester has its RLC in its wallet, and nothing in escrow. */
async function requesterWithoutEscrow() {
  const market = await marketWorld();
  const actors = await createActors(market);
  await actors.requester.withdrawAll();
  return { ...market, ...actors };
}

type Scene = Awaited<ReturnType<typeof requesterWithoutEscrow>>;

function matchCall({ poco }: Scene, { app, dataset, workerpool, request }: SignedDealOrders): string {
  return poco.interface.encodeFunctionData("matchOrders", [app, dataset, workerpool, request]);
}

describe("Deposit and match in one transaction", () => {
  it("takes what the deal costs out of the wallet, and makes the deal", async () => {
    const scene = await networkHelpers.loadFixture(requesterWithoutEscrow);
    const { poco, rlc, accounts, contracts, orders } = scene;
    const signed = await orders({ volume: 3n });
    const hash = hashOrder(OrderKind.REQUEST, signed.request, contracts.domain);
    const wallet = await rlc.balanceOf(accounts.requester);

    const sent = rlc.connect(accounts.requester).approveAndCall(poco, 3n * TASK_PRICE, matchCall(scene, signed));

    await expect(sent).to.emit(poco, "SchedulerNotice").withArgs(signed.workerpool.workerpool, dealId(hash, 0n));
    const deal = await poco.viewDeal(dealId(hash, 0n));
    expect(deal.botSize).to.equal(3n);
    expect(deal.sponsor).to.equal(accounts.requester.address);
    expect(await rlc.balanceOf(accounts.requester)).to.equal(wallet - 3n * TASK_PRICE);
    expect(await poco.viewAccount(accounts.requester)).to.deep.equal([0n, 3n * TASK_PRICE]);
    expect(await rlc.allowance(accounts.requester, poco)).to.equal(0n);
  });

  it("does nothing at all when the orders do not match", async () => {
    const scene = await networkHelpers.loadFixture(requesterWithoutEscrow);
    const { poco, rlc, accounts, orders } = scene;
    const signed = await orders({ volume: 3n });
    const wallet = await rlc.balanceOf(accounts.requester);
    const tooLittle = 3n * TASK_PRICE - 1n;

    const sent = rlc.connect(accounts.requester).approveAndCall(poco, tooLittle, matchCall(scene, signed));

    await expect(sent)
      .to.be.revertedWithCustomError(poco, "ERC20InsufficientBalance")
      .withArgs(accounts.requester.address, tooLittle, 3n * TASK_PRICE);
    expect(await rlc.balanceOf(accounts.requester)).to.equal(wallet);
    expect(await poco.viewAccount(accounts.requester)).to.deep.equal([0n, 0n]);
  });

  it("lets nobody spend for another requester", async () => {
    const scene = await networkHelpers.loadFixture(requesterWithoutEscrow);
    const { poco, rlc, accounts, orders } = scene;
    const signed = await orders();
    await rlc.connect(accounts.anyone).faucet(TASK_PRICE);

    const sent = rlc.connect(accounts.anyone).approveAndCall(poco, TASK_PRICE, matchCall(scene, signed));

    await expect(sent).to.be.revertedWithCustomError(poco, "CallerIsNotTheRequester").withArgs();
    expect(await rlc.balanceOf(accounts.anyone)).to.equal(TASK_PRICE);
  });
});
