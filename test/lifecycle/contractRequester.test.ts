import { expect } from "chai";
import { id } from "ethers";
import { network } from "hardhat";

import { OrderKind, buildOrder, signOrder, type Address, type Hex } from "@poco-marketplace/sdk/index.js";
import { scenes } from "../fixtures/scenes.js";
import { createActors, requestFor, TASK_PRICE } from "../fixtures/actors.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { marketWorld } = scenes(connection);
const DIGEST = id("42") as Hex;

/** A wallet that is a contract has money for two tasks in escrow, and its owner asks for one in its name. */
async function walletWithRequest() {
  const market = await marketWorld();
  const actors = await createActors(market);
  const { rlc, poco, accounts } = market;
  const wallet = await ethers.deployContract("OwnedWallet", [accounts.anyone]);
  const address = (await wallet.getAddress()) as Address;
  await rlc.connect(accounts.anyone).faucet(2n * TASK_PRICE);
  await rlc.connect(accounts.anyone).approve(poco, 2n * TASK_PRICE);
  await poco.connect(accounts.anyone).depositFor(2n * TASK_PRICE, address);

  const order = buildOrder(OrderKind.REQUEST, { ...requestFor(actors.assets, { trust: 1n }), requester: address });
  const ask = { kind: OrderKind.REQUEST, order, domain: actors.contracts.domain };
  return {
    ...market,
    ...actors,
    wallet,
    address,
    request: await signOrder(accounts.anyone, ask),
    forged: await signOrder(accounts.requester, ask),
  };
}

describe("A requester that is a contract", () => {
  it("asks with its owner's signature, pays, and takes out what is left", async () => {
    const scene = await networkHelpers.loadFixture(walletWithRequest);
    const { poco, rlc, accounts, wallet, address, requesterAs, orders, request, scheduler, workers, contribute } =
      scene;

    const { dealId } = await requesterAs(accounts.worker5).match({ ...(await orders()), request });
    expect(await poco.viewAccount(address)).to.deep.equal([TASK_PRICE, TASK_PRICE]);
    const { taskId } = await scheduler.initialize(dealId, 0n);
    await contribute(0, taskId, DIGEST);
    await workers[0]!.reveal(taskId, DIGEST);
    await scheduler.finalize(taskId, "0x");

    expect(await poco.viewAccount(address)).to.deep.equal([TASK_PRICE, 0n]);
    const withdrawal = poco.interface.encodeFunctionData("withdraw", [TASK_PRICE]);
    await wallet.connect(accounts.anyone).getFunction("execute")(poco, withdrawal);
    expect(await poco.viewAccount(address)).to.deep.equal([0n, 0n]);
    expect(await rlc.balanceOf(address)).to.equal(TASK_PRICE);
  });

  it("asks for nothing that somebody else signed", async () => {
    const { poco, address, orders, forged } = await networkHelpers.loadFixture(walletWithRequest);
    const { app, dataset, workerpool } = await orders();

    await expect(poco.matchOrders(app, dataset, workerpool, forged))
      .to.be.revertedWithCustomError(poco, "NotSigned")
      .withArgs(3n, ethers.isHexString, address);
    expect(await poco.viewAccount(address)).to.deep.equal([2n * TASK_PRICE, 0n]);
  });
});
