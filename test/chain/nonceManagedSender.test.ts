import { expect } from "chai";
import { JsonRpcProvider, Wallet } from "ethers";
import { network } from "hardhat";

import { CoinsMissingError } from "@poco-marketplace/sdk/chain/broadcast.js";
import { PocoRevertError } from "@poco-marketplace/sdk/chain/errors/decodeRevert.js";
import { TransactionLostError } from "@poco-marketplace/sdk/chain/sendAndWait.js";
import { NonceManagedSender } from "@poco-marketplace/sdk/chain/nonceManagedSender.js";
import { serveChain, type ChainServer } from "../fixtures/chainServer.js";
import { eventually, keyAt } from "../fixtures/pool.js";
import { rejection } from "../fixtures/rejection.js";
import { scenes } from "../fixtures/scenes.js";

const connection = await network.create();
const { ethers } = connection;
const GAS = 200_000n;

const mine = () => connection.provider.request({ method: "evm_mine" });
/** What waits to be in a block. */
const waiting = async () => {
  const block = (await connection.provider.request({
    method: "eth_getBlockByNumber",
    params: ["pending", true],
  })) as { transactions: { hash: string; nonce: string; to: string; maxFeePerGas: string }[] };
  return block.transactions;
};

/** Has blocks come until something is done. */
async function untilMined<Result>(sending: Promise<Result>): Promise<Result> {
  let isDone = false;
  const done = sending.finally(() => (isDone = true));
  void Promise.allSettled([done]);
  await eventually("it is in a block", async () => {
    await mine();
    return isDone;
  });
  return done;
}
const isWaiting = (what: string, count = 1) => eventually(what, async () => (await waiting()).length === count);

describe("NonceManagedSender", () => {
  let chain: ChainServer;
  let provider: JsonRpcProvider;
  let wallet: Wallet;
  let sender: NonceManagedSender;
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
    sender = new NonceManagedSender(wallet, { pollMs: 5 });
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
    const impatient = new NonceManagedSender(wallet, { pollMs: 5, cancelAfterMs: 3_000 });
    await impatient.send(faucet(1n));
    await provider.send("evm_setAutomine", [false]);
    const { transactionHash } = await rejection(impatient.send(faucet(2n)), TransactionLostError);
    await provider.send("hardhat_dropTransaction", [transactionHash]);
    await provider.send("evm_setAutomine", [true]);

    expect((await impatient.send(faucet(3n))).status).to.equal(1);
  });

  describe("while blocks do not come by themselves", () => {
    const GWEI = 10n ** 9n;
    let balance: (block?: string) => Promise<bigint>;
    const patient = { pollMs: 5, retryMs: 60_000 };
    const eager = { pollMs: 5, retryMs: 20 };
    before(() => {
      const token = new ethers.Contract(rlc, ["function balanceOf(address) view returns (uint256)"], provider);
      balance = () => token["balanceOf"]!(wallet.address) as Promise<bigint>;
    });
    beforeEach(() => provider.send("evm_setAutomine", [false]));
    afterEach(async () => {
      await mine();
      await provider.send("evm_setAutomine", [true]);
    });

    it("replaces what is stuck by the same at a higher fee, and it counts once", async () => {
      const [before, count] = [await balance(), await provider.getTransactionCount(wallet.address)];
      const sending = new NonceManagedSender(wallet, eager).send(faucet(7n));
      await isWaiting("it is on its way");
      const [first] = await waiting();
      await eventually("it was replaced twice", async () => {
        const [now] = await waiting();
        return BigInt(now!.maxFeePerGas) >= (BigInt(first!.maxFeePerGas) * 15n) / 10n;
      });
      expect(await waiting()).to.have.lengthOf(1);
      await mine();
      const { status, hash } = await sending;
      await mine();

      expect(status).to.equal(1);
      expect(hash).not.to.equal(first!.hash);
      expect((await balance()) - before).to.equal(7n);
      expect(await provider.getTransactionCount(wallet.address)).to.equal(count + 1);
    });

    it("pays what is asked when the base fee has risen above what it paid", async () => {
      const sending = new NonceManagedSender(wallet, eager).send(faucet(7n));
      await isWaiting("it is on its way");
      const [first] = await waiting();
      const base = BigInt(first!.maxFeePerGas) * 4n;
      await provider.send("hardhat_setNextBlockBaseFeePerGas", [`0x${base.toString(16)}`]);
      await mine();
      expect(await provider.getTransactionReceipt(first!.hash)).to.equal(null);
      const { status, gasPrice } = await untilMined(sending);
      expect(status).to.equal(1);
      expect(gasPrice > BigInt(first!.maxFeePerGas)).to.equal(true);
    });

    it("pays no more than it may, and waits", async () => {
      const { maxFeePerGas } = await provider.getFeeData();
      const mostFeePerGas = (maxFeePerGas! * 13n) / 10n;
      const sending = new NonceManagedSender(wallet, { ...eager, mostFeePerGas }).send(faucet(7n));
      await isWaiting("it is on its way");
      const seen = new Set<bigint>();
      for (let looks = 0; looks < 30; looks++) {
        for (const { maxFeePerGas: fee } of await waiting()) seen.add(BigInt(fee));
        await provider.getBlockNumber();
      }
      await mine();
      const { status, gasPrice } = await sending;
      expect(status).to.equal(1);
      expect([...seen, gasPrice].every((fee) => fee <= mostFeePerGas)).to.equal(true);
      expect(mostFeePerGas < 500n * GWEI).to.equal(true);
    });

    it("sends again what the node dropped", async () => {
      const before = await balance();
      const sending = new NonceManagedSender(wallet, { ...eager, retryMs: 200 }).send(faucet(7n));
      await isWaiting("it is on its way");
      const [first] = await waiting();
      await provider.send("hardhat_dropTransaction", [first!.hash]);
      await isWaiting("it is on its way again");
      await mine();
      expect((await sending).status).to.equal(1);
      expect((await balance()) - before).to.equal(7n);
    });

    it("sends under the next number what another transaction took the number of, once", async () => {
      const before = await balance();
      const sending = new NonceManagedSender(wallet, patient).send(faucet(7n));
      await isWaiting("it is on its way");
      const [mine1] = await waiting();
      const maxFeePerGas = BigInt(mine1!.maxFeePerGas) * 2n;
      await wallet.sendTransaction({
        to: wallet.address,
        nonce: Number(mine1!.nonce),
        maxFeePerGas,
        maxPriorityFeePerGas: maxFeePerGas,
      });
      await mine();
      await isWaiting("it is on its way under another number");
      await mine();
      const { hash, status } = await sending;
      await mine();

      expect(status).to.equal(1);
      expect((await provider.getTransaction(hash))!.nonce).to.equal(Number(mine1!.nonce) + 1);
      expect((await balance()) - before).to.equal(7n);
    });

    it("takes the place of what an earlier process left waiting, and fills the gap before what waits behind one", async () => {
      const [before, count] = [await balance(), await provider.getTransactionCount(wallet.address)];
      const left = { to: wallet.address, maxFeePerGas: 50n * GWEI, maxPriorityFeePerGas: 50n * GWEI };
      await wallet.sendTransaction({ ...left, nonce: count });
      await wallet.sendTransaction({ ...left, nonce: count + 2 });
      const sender2 = new NonceManagedSender(wallet, patient);
      const sending = Promise.all([sender2.send(faucet(3n)), sender2.send(faucet(4n)), sender2.send(faucet(5n))]);
      const receipts = await untilMined(sending);

      expect(receipts.map(({ status }) => status)).to.deep.equal([1, 1, 1]);
      expect((await balance()) - before).to.equal(12n);
    });

    it("takes back what took too long: it does not count, and what is behind it goes on", async () => {
      const before = await balance();
      const impatient = new NonceManagedSender(wallet, { pollMs: 5, retryMs: 60_000, cancelAfterMs: 3_000 });
      const lost = impatient.send(faucet(7n));
      await rejection(lost, TransactionLostError);
      await eventually(
        "an empty one took its place",
        async () => (await waiting())[0]?.to === wallet.address.toLowerCase(),
      );
      await mine();
      await provider.send("evm_setAutomine", [true]);

      expect((await impatient.send(faucet(5n))).status).to.equal(1);
      expect((await balance()) - before).to.equal(5n);
    });
  });

  it("says in a sentence that an account has no coins for gas", async () => {
    const poor = new Wallet(keyAt(40), provider);
    await provider.send("hardhat_setBalance", [poor.address, "0x1"]);
    const error = await rejection(new NonceManagedSender(poor, { pollMs: 5 }).send(faucet(1n)), CoinsMissingError);
    expect(error.message).to.equal(
      `Account ${poor.address} has too few coins for the gas of a transaction: send coins to it.`,
    );
  });
});
