import { expect } from "chai";
import { network } from "hardhat";

import { scenes } from "../fixtures/scenes.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { freshWorld } = scenes(connection);

async function requesterWithRlc() {
  const world = await freshWorld();
  await world.rlc.connect(world.accounts.requester).faucet(100n);
  return { ...world, asRequester: world.poco.connect(world.accounts.requester) };
}

describe("A requester's deposit", () => {
  it("comes back as it went in", async () => {
    const { rlc, poco, asRequester, accounts } = await networkHelpers.loadFixture(requesterWithRlc);

    const deposit = rlc.connect(accounts.requester).approveAndCall(poco, 100n, "0x");
    await expect(deposit).to.changeTokenBalances(ethers, rlc, [accounts.requester, poco], [-100n, 100n]);
    expect(await poco.balanceOf(accounts.requester)).to.equal(100n);
    expect(await poco.totalSupply()).to.equal(100n);

    const withdrawal = asRequester.withdraw(100n);
    await expect(withdrawal).to.changeTokenBalances(ethers, rlc, [accounts.requester, poco], [100n, -100n]);
    expect(await poco.balanceOf(accounts.requester)).to.equal(0n);
    expect(await poco.totalSupply()).to.equal(0n);
  });

  it("can be given to somebody else, who takes it out", async () => {
    const { rlc, poco, asRequester, accounts } = await networkHelpers.loadFixture(requesterWithRlc);
    await rlc.connect(accounts.requester).approve(poco, 100n);

    await asRequester.depositForArray([30n, 70n], [accounts.worker1, accounts.worker2]);
    await poco.connect(accounts.worker2).withdrawTo(70n, accounts.anyone);

    expect(await poco.balanceOf(accounts.worker1)).to.equal(30n);
    expect(await poco.balanceOf(accounts.worker2)).to.equal(0n);
    expect(await rlc.balanceOf(accounts.anyone)).to.equal(70n);
    expect(await rlc.balanceOf(poco)).to.equal(await poco.totalSupply());
  });
});
