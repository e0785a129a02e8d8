import { expect } from "chai";
import { Wallet } from "ethers";

import { accountsOf } from "@poco-marketplace/cli/network/chain/accounts.js";
import { NetworkError } from "@poco-marketplace/cli/network/networkError.js";
import { rejection } from "../fixtures/rejection.js";
import { CHAIN_ID, afterKill, beginChain, closeAll, type RememberedChain } from "../fixtures/rememberedChain.js";

const A = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const B = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";
const [A_KEY, B_KEY] = accountsOf(0)
  .slice(1, 3)
  .map(({ privateKey }) => privateKey) as [string, string];
const C = "0x90F79bf6EB2c4f870365E785982E1f101E93b906";
const TO = "0x00000000000000000000000000000000000000aa";

const heightOf = async ({ ask }: RememberedChain) => Number(await ask("eth_blockNumber"));

/** Asks until the answer is right. */
async function until(isRight: () => Promise<boolean>): Promise<void> {
  while (!(await isRight())) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe("The embedded chain", () => {
  let chain: RememberedChain;
  beforeEach(async () => {
    chain = await beginChain();
  });
  afterEach(closeAll);

  it("says that a plain transfer takes 21,000 gas, so that whoever moves all that they have can", async () => {
    const estimate = (more: object) => chain.ask("eth_estimateGas", { from: A, to: TO, value: "0x1", ...more });
    expect(await estimate({})).to.equal("0x5208");
    expect(await estimate({ to: B })).to.equal("0x5208");
    expect(Number(await estimate({ data: "0x01" }))).to.be.greaterThan(21_001);
    // JUMPDEST takes one, so that a transfer to it takes 21,001.
    await chain.ask("hardhat_setCode", TO, "0x5b00");
    expect(await estimate({})).to.equal("0x5209");
    await chain.ask("hardhat_setCode", TO, "0x00");
    expect(await estimate({})).to.equal("0x5208");
    await chain.ask("hardhat_setCode", TO, "0xfd");
    expect((await rejection(estimate({}), Error)).message).to.contain("reverted");
  });

  it("takes a transaction that has to wait for another one, and does not mine for ever", async () => {
    const cheap = { maxFeePerGas: "0x1", maxPriorityFeePerGas: "0x0", gas: "0x5208" };
    await chain.ask("evm_setAutomine", false);
    const first = await chain.ask("eth_sendTransaction", { from: A, to: TO, ...cheap });
    await chain.ask("evm_setAutomine", true);

    const second = await chain.ask("eth_sendTransaction", { from: A, to: TO });
    expect(await chain.ask("eth_getTransactionReceipt", second)).to.equal(null);
    const other = await chain.ask("eth_sendTransaction", { from: B, to: TO });
    expect(await chain.ask("eth_getTransactionReceipt", other)).to.be.an("object");
    expect(await chain.ask("hardhat_getAutomine")).to.equal(true);

    const replacement = { from: A, to: TO, nonce: "0x0", maxFeePerGas: "0x2540be400", maxPriorityFeePerGas: "0x1" };
    const third = await chain.ask("eth_sendTransaction", replacement);
    expect(third).to.not.equal(first);
    for (const hash of [second, third]) expect(await chain.ask("eth_getTransactionReceipt", hash)).to.be.an("object");
    expect((await afterKill(chain)).file).to.be.a("string");
  });

  for (const [when, isSecond] of [
    ["the first", false],
    ["a later", true],
  ] as const)
    it(`mines although a delegation in ${when} block uses up the nonce of a transaction that waits`, async () => {
      const [owner, sponsor] = [A_KEY, B_KEY].map((key) => new Wallet(key));
      const authorization = await owner!.authorize({ address: TO, chainId: CHAIN_ID, nonce: 0 });
      const fees = { chainId: CHAIN_ID, nonce: 0, maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 1n };
      await chain.ask("evm_setBlockGasLimit", "0xea60");
      await chain.ask("evm_setAutomine", false);
      // It takes a block for itself.
      if (isSecond)
        await chain.ask("eth_sendTransaction", { from: C, to: TO, gas: "0xea60", data: `0x${"11".repeat(900)}` });
      const delegation = { type: 4, to: TO, gasLimit: 60_000, authorizationList: [authorization], ...fees };
      const first = await chain.ask("eth_sendRawTransaction", await sponsor!.signTransaction(delegation));
      const payment = { type: 2, to: TO, gasLimit: 21_000, ...fees };
      const second = await chain.ask("eth_sendRawTransaction", await owner!.signTransaction(payment));

      expect(await chain.ask("hardhat_mine", "0x5", "0x1")).to.equal(true);

      expect(await heightOf(chain)).to.equal(5);
      expect(await chain.ask("eth_getTransactionReceipt", first)).to.include({ blockNumber: isSecond ? "0x2" : "0x1" });
      expect(await chain.ask("eth_getTransactionReceipt", second)).to.equal(null);
      expect(await chain.ask("eth_pendingTransactions")).to.deep.equal([]);
      expect(await heightOf(await afterKill(chain))).to.equal(5);
    });

  it("mines at intervals, also after a restart, and writes each block down", async () => {
    for (const wrong of [["x"], [-1], [[5, 1]], [], [1, 2], ["0x10"]])
      expect(await rejection(chain.ask("evm_setIntervalMining", ...wrong), Error)).to.include({ code: -32_602 });
    await chain.ask("evm_setIntervalMining", [5, 10]);
    await until(async () => (await heightOf(chain)) >= 3);

    const again = await afterKill(chain);
    const height = await heightOf(again);
    expect(height).to.be.at.least(3);
    await until(async () => (await heightOf(again)) > height);
    expect(await again.ask("evm_setIntervalMining", 0)).to.equal(true);
    const last = await heightOf(again);
    await again.ask("eth_sendTransaction", { from: A, to: TO });
    expect(await heightOf(again)).to.equal(last + 1);
    await afterKill(again);
  });

  it("knows what Anvil calls the same things", async () => {
    await chain.ask("anvil_setBalance", TO, "0x10");
    await chain.ask("anvil_impersonateAccount", TO);
    await chain.ask("anvil_setNextBlockTimestamp", 1_900_000_000);
    await chain.ask("anvil_mine", "0x2");
    const snapshot = await chain.ask("anvil_snapshot");
    await chain.ask("anvil_setAutomine", false);
    expect(await chain.ask("anvil_revert", snapshot)).to.equal(true);
    expect(await chain.ask("anvil_setIntervalMining", 0)).to.equal(true);
    expect(await heightOf(chain)).to.equal(2);

    const again = await afterKill(chain);

    expect(await again.ask("eth_getBalance", TO, "latest")).to.equal("0x10");
    expect(await again.ask("hardhat_getAutomine")).to.equal(false);
  });

  it("refuses to forget the protocol, and says how that is done", async () => {
    for (const method of ["hardhat_reset", "anvil_reset"]) {
      const error = await rejection(chain.ask(method), Error);
      expect(error).to.not.be.instanceOf(NetworkError);
      expect(error.message).to.match(/start it with --fresh\.$/);
    }
    expect((await rejection(chain.ask("anvil_fly"), Error)).message).to.contain("not supported");
  });
});
