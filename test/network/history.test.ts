import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "chai";
import { network } from "hardhat";

import { History } from "../../scripts/network/chain/history.js";
import { NetworkError } from "../../scripts/network/networkError.js";
import { rejection } from "../fixtures/rejection.js";

const STARTED_AT = 1_800_000_000;
const TO = "0x00000000000000000000000000000000000000aa";

const newChain = () =>
  network.create({
    network: "embedded",
    override: {
      initialDate: new Date(STARTED_AT * 1000),
      allowBlocksWithSameTimestamp: true,
      throwOnTransactionFailures: false,
      mining: { auto: true, mempool: { order: "fifo" } },
    },
  });
type Chain = Awaited<ReturnType<typeof newChain>>;

const tipOf = async ({ ethers }: Chain) => (await ethers.provider.getBlock("latest"))!.hash;
const wealthOf = ({ ethers }: Chain) => ethers.provider.getBalance(TO);

describe("The history of a chain", () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "history-"));
    file = join(folder, "chain", "history.jsonl");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A chain with a transaction of each kind, one that reverts, several in one block, and a balance out of nowhere. */
  async function chainWithHistory(): Promise<{ chain: Chain; history: History }> {
    const chain = await newChain();
    const history = History.begin(file, { chainId: 31_337, startedAt: STARTED_AT });
    const { ethers, provider } = chain;
    const [signer] = await ethers.getSigners();
    for (const type of [0, 1, 2]) await signer!.sendTransaction({ to: TO, value: 1n, type });
    await signer!.sendTransaction({ data: "0xfd", gasLimit: 100_000n });
    await history.catchUp(provider);
    const balance = [TO, "0x1000"];
    await provider.request({ method: "hardhat_setBalance", params: balance });
    history.noteCall("hardhat_setBalance", balance);
    await provider.request({ method: "evm_setAutomine", params: [false] });
    const nonce = await signer!.getNonce();
    for (const offset of [0, 1, 2]) await signer!.sendTransaction({ to: TO, value: 5n, nonce: nonce + offset });
    await provider.request({ method: "evm_increaseTime", params: [3600] });
    await provider.request({ method: "evm_mine" });
    await provider.request({ method: "evm_setAutomine", params: [true] });
    await history.catchUp(provider);
    return { chain, history };
  }

  it("happens again, block by block", async () => {
    const { chain } = await chainWithHistory();
    const again = await newChain();

    await History.replay(file, again.provider);

    expect(await tipOf(again)).to.equal(await tipOf(chain));
    expect(await wealthOf(again)).to.equal(0x1000n + 15n);
    expect(History.genesisOf(file)).to.deep.equal({ chainId: 31_337, startedAt: STARTED_AT });
  });

  it("goes on after it happened again", async () => {
    await chainWithHistory();
    const second = await newChain();
    const history = await History.replay(file, second.provider);
    const [signer] = await second.ethers.getSigners();
    await signer!.sendTransaction({ to: TO, value: 7n });
    await history.catchUp(second.provider);
    const third = await newChain();

    await History.replay(file, third.provider);

    expect(await tipOf(third)).to.equal(await tipOf(second));
  });

  it("forgets blocks that were taken back", async () => {
    const { chain, history } = await chainWithHistory();
    const [signer] = await chain.ethers.getSigners();
    const snapshot: unknown = await chain.provider.request({ method: "evm_snapshot" });
    for (let i = 0; i < 3; i++) await signer!.sendTransaction({ to: TO, value: 100n });
    await history.catchUp(chain.provider);
    await chain.provider.request({ method: "evm_revert", params: [snapshot] });
    await signer!.sendTransaction({ to: TO, value: 9n });
    await history.catchUp(chain.provider);
    const again = await newChain();

    await History.replay(file, again.provider);

    expect(await tipOf(again)).to.equal(await tipOf(chain));
    expect(await wealthOf(again)).to.equal(0x1000n + 15n + 9n);
  });

  it("leaves out a line that was cut off", async () => {
    const { chain } = await chainWithHistory();
    appendFileSync(file, '{"number":7,"ha');
    const again = await newChain();

    await History.replay(file, again.provider);

    expect(await tipOf(again)).to.equal(await tipOf(chain));
  });

  it("says so when it comes out otherwise", async () => {
    await chainWithHistory();
    writeFileSync(
      file,
      readFileSync(file, "utf8").replace(/("timestamp":)(\d+)/, (_, name, at) => `${name}${+at + 1}`),
    );

    const error = await rejection(History.replay(file, (await newChain()).provider), NetworkError);

    expect(error.message).to.match(/^The chain cannot go on where it stopped: block 1 came out as .* --fresh/);
  });
});
