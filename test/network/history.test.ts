import { appendFileSync, readFileSync, renameSync, statSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { expect } from "chai";
import { Transaction, Wallet, sha256 } from "ethers";

import { startChain } from "@poco-marketplace/cli/network/chain/embedded.js";
import { History } from "@poco-marketplace/cli/network/chain/history.js";
import { NetworkError } from "@poco-marketplace/cli/network/networkError.js";
import { rejection } from "../fixtures/rejection.js";
import {
  CHAIN_ID,
  STARTED_AT,
  afterKill,
  beginChain,
  closeAll,
  resumeChain,
  type RememberedChain,
} from "../fixtures/rememberedChain.js";

const A = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
const A_KEY = "0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d";
const B = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";
const TO = "0x00000000000000000000000000000000000000aa";
const STRANGER = "0x0000000000000000000000000000000000000123";
/** Transactions of ethers, all of which have these. */
const FEES = { maxFeePerGas: 10n ** 10n, maxPriorityFeePerGas: 1n, gasLimit: 200_000n, chainId: CHAIN_ID };

interface Block {
  readonly hash: string;
  readonly number: string;
  readonly timestamp: string;
  readonly transactions: readonly string[];
}
const tipOf = (chain: RememberedChain) => chain.ask<Block>("eth_getBlockByNumber", "latest", false);
const pay = (chain: RememberedChain, from: string, value: number, more: object = {}) =>
  chain.ask<string>("eth_sendTransaction", { from, to: TO, value: `0x${value.toString(16)}`, ...more });
const blockOf = async (chain: RememberedChain, transaction: string) =>
  (await chain.ask<{ blockHash: string } | null>("eth_getTransactionReceipt", transaction))?.blockHash;

/** Both have the same blocks now, and after one more at the same time: so they have the same state. */
async function expectSame(again: RememberedChain, chain: RememberedChain): Promise<void> {
  expect((await tipOf(again)).hash).to.equal((await tipOf(chain)).hash);
  const later = Number((await tipOf(chain)).timestamp) + 1_000_000_000;
  for (const one of [again, chain]) await one.ask("evm_mine", later);
  expect((await tipOf(again)).hash).to.equal((await tipOf(chain)).hash);
}

async function expectToHappenAgain(chain: RememberedChain): Promise<void> {
  await expectSame(await afterKill(chain), chain);
}

describe("The history of a chain", () => {
  afterEach(closeAll);

  it("has transactions of every kind again, and those that revert", async () => {
    const chain = await beginChain();
    const wallet = new Wallet(A_KEY);
    const raw = async (transaction: object) =>
      chain.ask<string>("eth_sendRawTransaction", await wallet.signTransaction(transaction));
    const infinity = `0xc0${"00".repeat(47)}`;
    const authorization = await wallet.authorize({ address: TO, chainId: CHAIN_ID, nonce: 6 });
    const accessList = [{ address: TO, storageKeys: [`0x${"01".repeat(32)}`] }];
    const gasPrice = 10n ** 10n;

    const unprotected = Transaction.from({ type: 0, to: TO, nonce: 0, gasLimit: 21_000, gasPrice, value: 1n });
    unprotected.signature = wallet.signingKey.sign(unprotected.unsignedHash);
    const hashes = [
      await chain.ask<string>("eth_sendRawTransaction", unprotected.serialized),
      await raw({ type: 0, to: TO, nonce: 1, chainId: CHAIN_ID, gasLimit: 21_000, gasPrice }),
      await raw({ type: 1, to: TO, nonce: 2, chainId: CHAIN_ID, gasLimit: 30_000, gasPrice, accessList }),
      await raw({ type: 2, to: TO, nonce: 3, ...FEES, accessList }),
      await raw({
        type: 3,
        to: TO,
        nonce: 4,
        ...FEES,
        maxFeePerBlobGas: 10n ** 9n,
        // A blob of zeros is the polynomial zero, whose commitment and proof are the point at infinity.
        blobVersionedHashes: [`0x01${sha256(infinity).slice(4)}`],
        blobs: [{ data: `0x${"00".repeat(2 ** 17)}`, commitment: infinity, proof: infinity }],
      }),
      await raw({ type: 4, to: TO, nonce: 5, ...FEES, authorizationList: [authorization] }),
      await chain.ask<string>("eth_sendTransaction", { from: A, data: "0xfd", gas: "0x186a0" }),
      ...(await Promise.all([pay(chain, B, 1), pay(chain, B, 2, { gasPrice: "0x2540be400" })])),
    ];

    expect(await chain.ask("eth_getCode", A, "latest")).to.equal(`0xef0100${TO.slice(2)}`);
    expect(await Promise.all(hashes.map((hash) => blockOf(chain, hash)))).to.not.include(undefined);
    await expectToHappenAgain(chain);
  });

  it("has transactions of impersonated accounts again, each answered with its hash", async () => {
    const chain = await beginChain();
    await chain.ask("hardhat_impersonateAccount", STRANGER);
    await chain.ask("hardhat_setBalance", STRANGER, "0xde0b6b3a7640000");

    const hashes = [await pay(chain, STRANGER, 1), await pay(chain, A, 2), await pay(chain, STRANGER, 3)];

    expect(await Promise.all(hashes.map((hash) => blockOf(chain, hash)))).to.not.include(undefined);
    expect(await chain.ask("eth_getBalance", TO, "latest")).to.equal("0x6");
    // What the node chose: it may choose otherwise at another time.
    const sent = readFileSync(chain.file, "utf8").match(/"eth_sendTransaction.*/g)!;
    for (const field of ["nonce", "gas", "maxFeePerGas"])
      expect(sent.filter((line) => line.includes(`"${field}":"0x`))).to.have.lengthOf(3);
    await expectToHappenAgain(chain);
  });

  it("has the blocks again as they were asked for: their time, fee, beneficiary, randomness and number", async () => {
    const chain = await beginChain();
    const before = Number((await tipOf(chain)).timestamp);
    await chain.ask("hardhat_setNextBlockBaseFeePerGas", "0x77359400");
    await chain.ask("hardhat_setCoinbase", STRANGER);
    await chain.ask("hardhat_setPrevRandao", `0x${"07".repeat(32)}`);
    await pay(chain, A, 1);
    await chain.ask("evm_setNextBlockTimestamp", before + 5_000);
    await pay(chain, A, 1);
    await chain.ask("evm_increaseTime", 3_600);
    await chain.ask("evm_mine");
    await chain.ask("hardhat_mine", "0x2710", "0x3c");
    await pay(chain, B, 1);

    expect(Number((await tipOf(chain)).number)).to.equal(10_004);
    await expectToHappenAgain(chain);
  });

  it("keeps what was said of the next block, and what waits for it", async () => {
    const chain = await beginChain();
    await chain.ask("evm_setAutomine", false);
    const hash = await pay(chain, A, 1, { maxFeePerGas: "0x2540be400", maxPriorityFeePerGas: "0x1" });
    await chain.ask("hardhat_setNextBlockBaseFeePerGas", "0x77359400");

    const again = await afterKill(chain);

    expect(await again.ask("hardhat_getAutomine")).to.equal(false);
    expect((await again.ask<{ hash: string }[]>("eth_pendingTransactions")).map((one) => one.hash)).to.deep.equal([
      hash,
    ]);
    await expectSame(again, chain);
    expect(await blockOf(again, hash)).to.be.a("string");
  });

  it("goes back to snapshots, by the same ids after a restart, whatever happens around them", async () => {
    const chain = await beginChain();
    const [first] = [await chain.ask("evm_snapshot"), await pay(chain, A, 100)];
    const second = await chain.ask("evm_snapshot");
    await chain.ask("hardhat_setBalance", TO, "0x1000");
    await pay(chain, A, 100);
    expect(await chain.ask("evm_revert", second)).to.equal(true);
    expect(await chain.ask("evm_revert", second)).to.equal(false);
    await pay(chain, A, 1);

    const again = await afterKill(chain);
    expect((await tipOf(again)).hash).to.equal((await tipOf(chain)).hash);
    for (const one of [again, chain]) {
      expect(await one.ask("eth_getBalance", TO, "latest")).to.equal("0x65");
      expect(await one.ask("evm_revert", "0x3")).to.equal(false);
      expect(await one.ask("evm_revert", first)).to.equal(true);
      expect(await one.ask("eth_getBalance", TO, "latest")).to.equal("0x0");
    }
    await expectSame(again, chain);
  });

  it("keeps the clock where it was put", async () => {
    const chain = await beginChain();
    await chain.ask("evm_increaseTime", 86_400);
    await pay(chain, A, 1);

    const again = await afterKill(chain);

    const [now, before] = await Promise.all(
      [again, chain].map(async (one) => Number(await one.ask("evm_increaseTime", 0))),
    );
    expect(now).to.equal(before);
  });

  it("goes on after it happened again", async () => {
    const chain = await beginChain();
    await pay(chain, A, 1);
    const second = await afterKill(chain);
    await pay(second, A, 7);
    await expectToHappenAgain(second);
  });

  it("writes over a line that was cut off", async () => {
    const chain = await beginChain();
    await pay(chain, A, 1);
    appendFileSync(chain.file, '{"method":"evm_mine","par');
    const second = await afterKill(chain);
    await expectSame(second, chain);
    await pay(second, A, 2);

    await expectToHappenAgain(second);
  });

  it("goes on with what earlier versions kept: signed transactions by blocks", async () => {
    const wallet = new Wallet(A_KEY);
    const chain = await beginChain();
    const transactions = await Promise.all(
      [0, 1].map((nonce) => wallet.signTransaction({ ...FEES, type: 2, to: TO, value: 5n, nonce })),
    );
    await chain.ask("hardhat_setBalance", TO, "0x1000");
    await chain.ask("evm_setAutomine", false);
    for (const signed of transactions) await chain.ask("eth_sendRawTransaction", signed);
    await chain.ask("evm_mine", STARTED_AT + 50);
    await chain.ask("evm_setAutomine", true);
    const { hash } = await tipOf(chain);
    const old = [
      { chainId: CHAIN_ID, startedAt: STARTED_AT },
      { method: "hardhat_setBalance", params: [TO, "0x1000"] },
      { number: 1, hash, timestamp: STARTED_AT + 50, transactions },
    ];
    writeFileSync(chain.file, old.map((line) => `${JSON.stringify(line)}\n`).join(""));

    const again = await afterKill(chain);

    expect(await again.ask("eth_getBalance", TO, "latest")).to.equal("0x100a");
    await expectSame(again, chain);
    await pay(again, B, 1);
    await expectToHappenAgain(again);
  });

  it("says so when it comes out otherwise, and when a line is not to be read", async () => {
    const chain = await beginChain();
    await pay(chain, A, 1);
    const kept = readFileSync(chain.file, "utf8");
    writeFileSync(
      chain.file,
      kept.replace(/("mined":\[)(\d+)/, (_, name, at) => `${name}${+at + 1}`),
    );
    expect((await rejection(resumeChain(chain.file), NetworkError)).message).to.match(
      /^The chain cannot resume where it stopped: line 2 of .*: block 1 came out as .* Start over with --fresh/,
    );
    writeFileSync(chain.file, kept.replace('{"method"', '{"meth'));
    expect((await rejection(resumeChain(chain.file), NetworkError)).message).to.match(/line 2 of .*--fresh/);
    writeFileSync(chain.file, "{\n");
    expect(() => History.genesisOf(chain.file)).to.throw(NetworkError, /line 1 of .*--fresh/);
    writeFileSync(chain.file, kept.replace("eth_sendTransaction", "eth_fly"));
    expect((await rejection(resumeChain(chain.file), NetworkError)).message).to.match(/eth_fly.*--fresh/);
  });

  it("is not forgotten for a chain of another id", async () => {
    const { file } = await beginChain();
    const kept = readFileSync(file, "utf8");
    writeFileSync(join(dirname(file), "manifest.json"), "{}");

    const start = startChain(dirname(file), { chainId: 5, rootOfTrust: "none" });

    expect((await rejection(start, NetworkError)).message).to.match(
      /^The chain that is kept has id 421614, not 5: .*--fresh/,
    );
    expect(readFileSync(file, "utf8")).to.equal(kept);
  });

  it("is nobody else's to read", async () => {
    const { file } = await beginChain();
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    expect(History.genesisOf(file)).to.deep.equal({ chainId: CHAIN_ID, startedAt: STARTED_AT });
  });

  it("loses nothing when the disk is full: what was mined is answered, what comes next refused until it is written", async () => {
    const chain = await beginChain();
    await pay(chain, A, 1);
    const aside = `${chain.file}.aside`;
    renameSync(chain.file, aside);
    symlinkSync("/dev/full", chain.file);

    const mined = await pay(chain, A, 2);
    expect(await blockOf(chain, mined)).to.be.a("string");
    expect((await rejection(pay(chain, A, 3), NetworkError)).message).to.match(
      /^The chain's history cannot be written \(.*\), so nothing can be changed: make room for .*history/,
    );

    unlinkSync(chain.file);
    renameSync(aside, chain.file);
    await pay(chain, A, 4);
    await expectToHappenAgain(chain);
  });
});
