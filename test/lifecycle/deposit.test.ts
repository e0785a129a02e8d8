import { expect } from "chai";
import { network } from "hardhat";

import { scenes } from "../fixtures/scenes.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { freshWorld } = scenes(connection);

async function requesterWithRlc() {
  const world = await freshWorld();
  await world.rlc.connect(world.cast.requester).faucet(100n);
  return { ...world, asRequester: world.poco.connect(world.cast.requester) };
}

describe("A requester's deposit", () => {
  it("comes back as it went in", async () => {
    const { rlc, poco, asRequester, cast } = await networkHelpers.loadFixture(requesterWithRlc);

    const deposit = rlc.connect(cast.requester).approveAndCall(poco, 100n, "0x");
    await expect(deposit).to.changeTokenBalances(ethers, rlc, [cast.requester, poco], [-100n, 100n]);
    expect(await poco.balanceOf(cast.requester)).to.equal(100n);
    expect(await poco.totalSupply()).to.equal(100n);

    const withdrawal = asRequester.withdraw(100n);
    await expect(withdrawal).to.changeTokenBalances(ethers, rlc, [cast.requester, poco], [100n, -100n]);
    expect(await poco.balanceOf(cast.requester)).to.equal(0n);
    expect(await poco.totalSupply()).to.equal(0n);
  });

  it("can be given to somebody else, who takes it out", async () => {
    const { rlc, poco, asRequester, cast } = await networkHelpers.loadFixture(requesterWithRlc);
    await rlc.connect(cast.requester).approve(poco, 100n);

    await asRequester.depositForArray([30n, 70n], [cast.worker1, cast.worker2]);
    await poco.connect(cast.worker2).withdrawTo(70n, cast.anyone);

    expect(await poco.balanceOf(cast.worker1)).to.equal(30n);
    expect(await poco.balanceOf(cast.worker2)).to.equal(0n);
    expect(await rlc.balanceOf(cast.anyone)).to.equal(70n);
    expect(await rlc.balanceOf(poco)).to.equal(await poco.totalSupply());
  });
});
