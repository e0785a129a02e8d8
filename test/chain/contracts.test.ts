import { expect } from "chai";
import { TypedDataEncoder } from "ethers";
import { network } from "hardhat";

import { connectContracts } from "../../src/chain/contracts.js";
import { scenes } from "../fixtures/scenes.js";

const connection = await network.create();
const { ethers, networkHelpers } = connection;
const { freshWorld } = scenes(connection);

describe("Contracts, found from the hub's address,", () => {
  it("are those that were deployed", async () => {
    const { manifest } = await networkHelpers.loadFixture(freshWorld);

    const { hub, token, apps, datasets, workerpools } = await connectContracts(manifest.poco, ethers.provider);

    const found = await Promise.all([hub, token, apps, datasets, workerpools].map((contract) => contract.getAddress()));
    expect(found).to.deep.equal([
      manifest.poco,
      manifest.token,
      manifest.appRegistry,
      manifest.datasetRegistry,
      manifest.workerpoolRegistry,
    ]);
  });

  it("come with the domain that the hub verifies signatures in", async () => {
    const { manifest, poco } = await networkHelpers.loadFixture(freshWorld);

    const { domain } = await connectContracts(manifest.poco, ethers.provider);

    expect(TypedDataEncoder.hashDomain(domain)).to.equal(await poco.eip712domain_separator());
  });

  it("send as whoever they were connected with", async () => {
    const { manifest, cast } = await networkHelpers.loadFixture(freshWorld);

    const { token, hub } = await connectContracts(manifest.poco, cast.worker1);
    await token.faucet(5n);
    await token.approveAndCall(hub, 5n, "0x");

    expect(await hub.balanceOf(cast.worker1)).to.equal(5n);
  });
});
