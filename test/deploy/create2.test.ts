import { expect } from "chai";
import { Contract, type Signer } from "ethers";
import { network } from "hardhat";

import { sentenceOf } from "../../deploy/failures.js";
import { createWorld } from "../fixtures/world.js";

const CREATE_X = "0xba5Ed099633D3B313e4D5F7bdc1305d3c28ba5Ed";
const CREATE_X_ABI = [
  "function deployCreate2(bytes32 salt, bytes code) payable returns (address)",
  "error FailedContractCreation(address emitter)",
];
const strategy = "create2" as const;

/** Two chains that have nothing in common but the deployer: ids, tokens and nonces differ. */
async function twoWorlds() {
  const here = await network.create();
  const there = await network.create({ override: { chainId: 421_614 } });
  const mine = await createWorld(here, { strategy });

  // As on every public chain, CreateX is there already. On chain 31337 Ignition puts it there.
  await there.networkHelpers.setCode(CREATE_X, await here.ethers.provider.getCode(CREATE_X));
  const [deployer] = await there.ethers.getSigners();
  await deployer!.sendTransaction({ to: deployer! });
  const token = await there.ethers.deployContract("Rlc");
  const yours = await createWorld(there, {
    strategy,
    parameters: { token: (await token.getAddress()) as `0x${string}` },
  });
  return { mine, yours };
}

describe("With the create2 strategy", () => {
  it("hub, facets and registries have the same addresses on chains with different ids and tokens", async () => {
    const { mine, yours } = await twoWorlds();
    const { chainId, token, block, ...addresses } = mine.manifest;
    const { chainId: otherChainId, token: otherToken, block: otherBlock, ...otherAddresses } = yours.manifest;

    expect(otherAddresses).to.deep.equal(addresses);
    expect([chainId, otherChainId]).to.deep.equal([31_337, 421_614]);
    expect(token).to.not.equal(otherToken);
    expect(block).to.not.equal(otherBlock);
    expect(await mine.poco.token()).to.equal(token);
    expect(await yours.poco.token()).to.equal(otherToken);
    expect((await yours.poco.domain()).chainId).to.equal(421_614n);
    expect(await yours.poco.owner()).to.equal(yours.accounts.owner.address);
  });

  it("nobody but the deployer can take these addresses", async () => {
    const connection = await network.create();
    const { accounts } = await createWorld(connection, { strategy });
    const createX = new Contract(CREATE_X, CREATE_X_ABI);
    // The first block has CreateX itself.
    const { prefetchedTransactions } = (await connection.ethers.provider.getBlock(2, true))!;
    const { args } = createX.interface.parseTransaction(prefetchedTransactions[0]!)!;
    const [salt, code] = args.toArray() as [string, string];

    const deployedAgainBy = (signer: Signer) =>
      createX.connect(signer).getFunction("deployCreate2").staticCall(salt, code);

    await expect(deployedAgainBy(accounts.owner)).to.be.revertedWithCustomError(createX, "FailedContractCreation");
    const elsewhere: unknown = await deployedAgainBy(accounts.anyone);
    expect(await connection.ethers.provider.getCode(String(elsewhere))).to.equal("0x");
  });

  it("a chain without CreateX is refused", async () => {
    const connection = await network.create({ override: { chainId: 421_614 } });
    const refusal = await createWorld(connection, { strategy }).then(() => undefined, sentenceOf);

    expect(refusal).to.equal(
      "Chain 421614 lacks CreateX, which --strategy create2 deploys through: see docs/how-to/deploy.md, or use --strategy basic.",
    );
  });
});

describe("With the basic strategy", () => {
  it("addresses follow from the deployer's transactions, so that a used account deploys elsewhere", async () => {
    const connection = await network.create();
    const { manifest } = await createWorld(connection);
    const again = await createWorld(connection);

    expect(again.manifest.poco).to.not.equal(manifest.poco);
  });
});
