import { expect } from "chai";
import { JsonRpcProvider, Wallet } from "ethers";
import { network } from "hardhat";

import { PocoRevertError } from "../../src/chain/errors.js";
import { TransactionLostError } from "../../src/chain/send.js";
import { openSender, type Sender } from "../../src/chain/sender.js";
import { serveChain, type ChainServer } from "../fixtures/chainServer.js";
import { eventually, keyAt } from "../fixtures/pool.js";
import { rejection } from "../fixtures/rejection.js";
import { scenes } from "../fixtures/scenes.js";

const connection = await network.create();
const { ethers } = connection;
const GAS = 200_000n;

describe("openSender", function () {
  this.timeout(60_000);
  let chain: ChainServer;
  let provider: JsonRpcProvider;
  let wallet: Wallet;
  let sender: Sender;
  let rlc: string;
  let faucet: (amount: bigint) => { to: string; data: string; gasLimit: bigint };

  before(async () => {
    const world = await scenes(connection).freshWorld();
    chain = await serveChain(connection);
    provider = new JsonRpcProvider(chain.url, 31_337, { staticNetwork: true, cacheTimeout: -1, batchStallTime: 0 });
    wallet = new Wallet(keyAt(1), provider);
    rlc = await world.rlc.getAddress();
    const { interface: abi } = world.rlc;
    faucet = (amount) => ({ to: rlc, data: abi.encodeFunctionData("faucet", [amount]), gasLimit: GAS });
  });
  after(async () => {
    provider.destroy();
    await chain.close();
  });
  beforeEach(() => {
    sender = openSender(wallet, { pollMs: 5 });
  });

  it("sends many at once, in the order in which they were given", async () => {
    const first = await provider.getTransactionCount(wallet.address);
    const receipts = await Promise.all(Array.from({ length: 20 }, (_, n) => sender.send(faucet(BigInt(n + 1)))));

    const sent = await Promise.all(receipts.map(async ({ hash }) => (await provider.getTransaction(hash))!));
    expect(sent.map(({ nonce }) => nonce)).to.deep.equal(sent.map((_, n) => first + n));
    expect(sent.every(({ gasLimit }) => gasLimit === GAS)).to.equal(true);
  });

  it("does not send what would be refused, and says why", async () => {
    const before = await provider.getTransactionCount(wallet.address);
    const world = new ethers.Interface(["function transfer(address,uint256)"]);
    const data = world.encodeFunctionData("transfer", [wallet.address, 2n ** 200n]);

    const error = await rejection(sender.send({ to: rlc, data, gasLimit: GAS }), PocoRevertError);

    expect(error.message).not.to.equal("");
    expect(await provider.getTransactionCount(wallet.address)).to.equal(before);
  });

  it("goes on when somebody else used its nonce", async () => {
    await sender.send(faucet(1n));
    await wallet.sendTransaction({ to: wallet.address, value: 0n });
    const { status } = await sender.send(faucet(1n));
    expect(status).to.equal(1);
  });

  it("waits for a receipt while the node does not answer", async () => {
    await sender.send(faucet(1n));
    await provider.send("evm_setAutomine", [false]);
    const sending = sender.send(faucet(5n));
    await eventually("it is on its way", async () => {
      return (
        (await provider.getTransactionCount(wallet.address, "pending")) >
        (await provider.getTransactionCount(wallet.address))
      );
    });
    const down = chain.fail(200);
    await connection.provider.request({ method: "evm_mine" });
    await down;
    await provider.send("evm_setAutomine", [true]);
    expect((await sending).status).to.equal(1);
  });

  it("sends what is allowed in the next block, however old the last one is", async () => {
    const { timestamp } = (await provider.getBlock("latest"))!;
    const opensAt = timestamp + 1_000;
    // Whoever calls it before that moment is refused: PUSH4 opensAt, TIMESTAMP, LT, PUSH1 11, JUMPI, STOP, JUMPDEST, revert.
    const code = `0x63${opensAt.toString(16).padStart(8, "0")}4210600b57005b5f5ffd`;
    const to = ethers.getAddress(`0x${"ca".repeat(20)}`);
    await provider.send("hardhat_setCode", [to, code]);
    await rejection(sender.send({ to, data: "0x", gasLimit: GAS }), Error);

    await provider.send("evm_setNextBlockTimestamp", [opensAt]);
    expect((await sender.send({ to, data: "0x", gasLimit: GAS })).status).to.equal(1);
  });

  it("counts again when a transaction was lost", async () => {
    const impatient = openSender(wallet, { pollMs: 5, patienceMs: 200 });
    await impatient.send(faucet(1n));
    await provider.send("evm_setAutomine", [false]);
    const { transactionHash } = await rejection(impatient.send(faucet(2n)), TransactionLostError);
    await provider.send("hardhat_dropTransaction", [transactionHash]);
    await provider.send("evm_setAutomine", [true]);

    expect((await impatient.send(faucet(3n))).status).to.equal(1);
  });
});
