import { expect } from "chai";
import { network } from "hardhat";

import { FUNDS, scenes } from "../fixtures/scenes.js";

const connection = await network.create();
const { networkHelpers } = connection;
const { freshWorld, fundedWorld, marketWorld, nativeWorld } = scenes(connection);

describe("The world that stories are told in", () => {
  it("has a hub on which nothing has happened", async () => {
    const { poco, rlc, appRegistry } = await networkHelpers.loadFixture(freshWorld);

    expect(await poco.token()).to.equal(rlc.target);
    expect(await poco.appregistry()).to.equal(appRegistry.target);
    expect(await poco.totalSupply()).to.equal(0n);
    expect(await appRegistry.totalSupply()).to.equal(0n);
  });

  it("gives every role an account of its own", async () => {
    const { accounts, poco } = await networkHelpers.loadFixture(freshWorld);
    const { workers, enclaves, ...roles } = accounts;
    const addresses = [...Object.values(roles), ...enclaves].map(({ address }) => address);

    expect(new Set(addresses).size).to.equal(19);
    expect(workers).to.include(accounts.worker5);
    expect(await poco.owner()).to.equal(accounts.owner.address);
  });

  it("can be one in which everyone who pays has funds", async () => {
    const { poco, rlc, accounts } = await networkHelpers.loadFixture(fundedWorld);

    expect(await poco.balanceOf(accounts.requester)).to.equal(FUNDS);
    expect(await poco.balanceOf(accounts.worker5)).to.equal(FUNDS);
    expect(await rlc.balanceOf(poco)).to.equal(await poco.totalSupply());
  });

  it("can be one with something to trade", async () => {
    const { poco, app, dataset, workerpool, accounts } = await networkHelpers.loadFixture(marketWorld);

    expect(await app.owner()).to.equal(accounts.appProvider.address);
    expect((await poco.viewDataset(dataset)).owner).to.equal(accounts.datasetProvider.address);
    expect((await poco.viewWorkerpool(workerpool)).m_workerStakeRatioPolicy).to.equal(30n);
  });

  it("can be one whose own coin is RLC", async () => {
    const { poco, accounts } = await networkHelpers.loadFixture(nativeWorld);

    await poco.connect(accounts.requester).deposit({ value: 5_000_000_000n });

    expect(await poco.balanceOf(accounts.requester)).to.equal(5n);
  });
});
