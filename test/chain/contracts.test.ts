import { expect } from "chai";
import { TypedDataEncoder } from "ethers";
import { network } from "hardhat";

import { NoHubError, connectContracts } from "@poco-marketplace/sdk/chain/contracts.js";
import { InvalidFieldError } from "@poco-marketplace/sdk/protocol/field.js";
import { rejection } from "../fixtures/rejection.js";
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
    const { manifest, accounts } = await networkHelpers.loadFixture(freshWorld);

    const { token, hub } = await connectContracts(manifest.poco, accounts.worker1);
    await token.faucet(5n);
    await token.approveAndCall(hub, 5n, "0x");

    expect(await hub.balanceOf(accounts.worker1)).to.equal(5n);
  });
});

describe("Contracts, sought where there is no hub,", () => {
  const elsewhere = "0x3333333333333333333333333333333333333333";

  it("are refused in a sentence that says where nothing is, and what to check", async () => {
    const error = await rejection(connectContracts(elsewhere, ethers.provider), NoHubError);
    expect(error.message).to.equal(
      `There is no contract at ${elsewhere} on chain 31337: check the address, and that the node is one of the hub's chain.`,
    );
    const { manifest } = await networkHelpers.loadFixture(freshWorld);
    for (const other of [manifest.token, manifest.appRegistry]) {
      const { message, ...facts } = await rejection(connectContracts(other!, ethers.provider), NoHubError);
      expect(message).to.match(/^What is not a hub of PoCo is at 0x\w{40} on chain 31337: check the address/);
      expect(facts).to.deep.include({ address: other, chainId: 31_337n });
    }
  });

  for (const [what, hub] of [
    ["a name", "hub.eth"],
    ["too short", "0x1234"],
    ["a wrong checksum", "0x5FbDB2315678afecb367f032d93F642f64180aA3"],
    ["nothing", undefined],
  ] as const)
    it(`are refused for an address that is ${what}`, async () => {
      const error = await rejection(connectContracts(hub as never, ethers.provider), InvalidFieldError);
      expect(error.message).to.match(/^hub is .*, expected an address/);
    });

  it("are refused with a signer that is connected to nothing, or with none", async () => {
    const wallet = ethers.Wallet.createRandom();
    for (const runner of [wallet, undefined, null, {}]) {
      const error = await rejection(connectContracts(elsewhere, runner as never), InvalidFieldError);
      expect(error.message).to.match(/^runner is .*, expected a provider, or a signer that is connected to one$/);
      expect(JSON.stringify([error.message, error.value])).to.not.contain(
        wallet.mnemonic!.phrase.split(" ", 2).join(" "),
      );
    }
  });

  it("take an address in lower case, and sign in the hub's domain all the same", async () => {
    const { manifest, poco } = await networkHelpers.loadFixture(freshWorld);
    const { domain } = await connectContracts(manifest.poco.toLowerCase() as never, ethers.provider);
    expect(TypedDataEncoder.hashDomain(domain)).to.equal(await poco.eip712domain_separator());
  });
});
