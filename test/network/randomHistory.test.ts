import { appendFileSync } from "node:fs";

import { expect } from "chai";
import { Wallet, toBeHex } from "ethers";

import { accountsOf } from "@poco-marketplace/cli/network/chain/accounts.js";
import { seededRandom, type Random } from "../fixtures/random.js";
import { CHAIN_ID, afterKill, beginChain, closeAll, type RememberedChain } from "../fixtures/rememberedChain.js";

const SEEDS = [1n, 2n, 3n, 4n, 122n, 125n];
/** Requests after which a chain is killed, and how often. */
const [REQUESTS, KILLS] = [60, 2];

const OWNED = accountsOf(0).slice(0, 4);
const STRANGERS = [1, 2].map((n) => `0x00000000000000000000000000000000000a${n.toString().padStart(4, "0")}`);
const TARGETS = [...STRANGERS, ...OWNED.map(({ address }) => address)];
const SLOTS = [0, 1, 2].map((slot) => toBeHex(slot, 32));
/** Counts its calls, and says so in an event. */
const COUNTER = "0x60015f5401805f555f5260205fa000";

const hex = (value: bigint | number) => `0x${value.toString(16)}`;

/** What a chain is asked, each kind by what chooses its parameters. Some are refused now and then, and that is right. */
const REQUESTS_OF: readonly ((random: Random, chain: RememberedChain) => Promise<unknown>)[] = [
  ...Array.from({ length: 4 }, () => send),
  ...Array.from({ length: 3 }, () => sendRaw),
  (random, { ask }) => ask("evm_mine", ...random.pick([[], [], [hex(1_900_000_000n + random.between(0n, 10n ** 8n))]])),
  (random, { ask }) =>
    ask("hardhat_mine", hex(random.between(0n, 300n)), ...random.pick([[], [hex(random.between(0n, 99n))]])),
  (random, { ask }) => ask("evm_increaseTime", Number(random.between(0n, 10_000n))),
  async (random, { ask }) => {
    const { timestamp } = await ask<{ timestamp: string }>("eth_getBlockByNumber", "latest", false);
    return ask("evm_setNextBlockTimestamp", Number(timestamp) + Number(random.between(0n, 5_000n)));
  },
  (random, { ask }) => ask("evm_setAutomine", random.pick([true, true, false])),
  (_, { ask }) => ask("evm_snapshot"),
  (random, { ask }) => ask("evm_revert", hex(random.between(1n, 6n))),
  (random, { ask }) => ask("evm_setBlockGasLimit", hex(random.between(10n ** 7n, 6n * 10n ** 7n))),
  (random, { ask }) => ask("hardhat_setBalance", random.pick(TARGETS), hex(random.between(10n ** 17n, 10n ** 22n))),
  (random, { ask }) => ask("hardhat_setCode", random.pick(STRANGERS), random.pick([COUNTER, "0xfd", "0x"])),
  (random, { ask }) => ask("hardhat_setStorageAt", random.pick(TARGETS), hex(random.between(0n, 2n)), random.bytes32()),
  (random, { ask }) => ask("hardhat_setNonce", random.pick(TARGETS), hex(random.between(0n, 30n))),
  (random, { ask }) => ask("anvil_setNextBlockBaseFeePerGas", hex(random.between(10n ** 9n, 10n ** 10n))),
  (random, { ask }) => ask("hardhat_setCoinbase", random.address()),
  (random, { ask }) => ask("hardhat_setPrevRandao", random.bytes32()),
  (random, { ask }) => ask("hardhat_impersonateAccount", random.pick(STRANGERS)),
  (random, { ask }) => ask("anvil_stopImpersonatingAccount", random.pick(STRANGERS)),
  async (_, { ask }) => {
    const [first] = await ask<{ hash: string }[]>("eth_pendingTransactions");
    return ask("hardhat_dropTransaction", first?.hash ?? `0x${"00".repeat(32)}`);
  },
  // Neither may what only looks change what comes after it.
  (random, { ask }) => ask("eth_getBlockByNumber", random.pick(["pending", "latest"]), true),
  (random, { ask }) => ask("eth_call", { to: random.pick(TARGETS) }, "pending"),
  (random, { ask }) => ask("eth_fly", random.bytes32()),
];

/** A transaction of an account of the node's, or of one that it may impersonate; with fees or not, too low now and then. */
function send(random: Random, { ask }: RememberedChain) {
  const fee = random.pick([
    {},
    {},
    { maxFeePerGas: hex(2n * 10n ** 10n) },
    { gasPrice: hex(10n ** 10n) },
    { gasPrice: "0x7" },
  ]);
  const from = random.pick([...STRANGERS, ...OWNED.map(({ address }) => address)]);
  const what = random.pick([
    { to: random.pick(TARGETS), value: hex(random.between(0n, 99n)) },
    { data: `0x60005f55${"5b".repeat(9)}` },
  ]);
  const gas = random.pick([{}, { gas: hex(100_000) }]);
  return ask("eth_sendTransaction", { from, ...what, ...gas, ...fee });
}

/** A signed transaction of any type, its nonce too high now and then. */
async function sendRaw(random: Random, { ask }: RememberedChain) {
  const wallet = new Wallet(random.pick(OWNED).privateKey);
  const known = Number(await ask("eth_getTransactionCount", wallet.address, random.pick(["latest", "pending"])));
  const nonce = known + random.pick([0, 0, 0, 1]);
  const type = random.pick([0, 1, 2, 4]);
  const fee = random.pick([10n ** 7n, 2n * 10n ** 10n, 2n * 10n ** 10n]);
  const fees = type < 2 ? { gasPrice: fee } : { maxFeePerGas: fee, maxPriorityFeePerGas: 1n };
  const delegation = { address: random.pick(STRANGERS), chainId: CHAIN_ID, nonce: nonce + 1 };
  const list = type === 4 ? { authorizationList: [await wallet.authorize(delegation)] } : {};
  const to = random.pick(TARGETS);
  const transaction = { type, to, nonce, value: 3n, gasLimit: 200_000n, chainId: CHAIN_ID, ...fees, ...list };
  return ask("eth_sendRawTransaction", await wallet.signTransaction(transaction));
}

/** Everything of a chain that its next blocks come of, as far as it tells. */
async function stateOf({ ask }: RememberedChain) {
  const pending = await ask<{ hash: string }[]>("eth_pendingTransactions");
  return {
    latest: await ask("eth_getBlockByNumber", "latest", false),
    pending: pending.map(({ hash }) => hash),
    isAutomining: await ask("hardhat_getAutomine"),
    accounts: await Promise.all(TARGETS.map((address) => ask("eth_getProof", address, SLOTS, "latest"))),
  };
}

describe("The history of a chain, whatever was asked of it", () => {
  afterEach(closeAll);

  for (const seed of SEEDS)
    it(`has the same blocks, accounts and waiting transactions after a kill (seed ${seed})`, async () => {
      const random = seededRandom(seed * 0x9e3779b97f4a7c15n);
      let chain = await beginChain();
      let answered = 0;
      for (let kill = 0; kill < KILLS; kill++) {
        for (let i = 0; i < REQUESTS; i++) {
          const request = random.pick(REQUESTS_OF);
          const before = await stateOf(chain);
          try {
            await request(random, chain);
            answered++;
          } catch {
            // What is answered with an error was not done.
            expect(await stateOf(chain)).to.deep.equal(before);
          }
        }
        appendFileSync(chain.file, random.pick(["", '{"method":"evm_mi']));
        const again = await afterKill(chain);
        expect(await stateOf(again)).to.deep.equal(await stateOf(chain));
        // What was said of the next block shows in it.
        const latest = await chain.ask<{ timestamp: string }>("eth_getBlockByNumber", "latest", false);
        for (const one of [chain, again]) await one.ask("evm_mine", Number(latest.timestamp) + 100_000);
        expect(await stateOf(again)).to.deep.equal(await stateOf(chain));
        chain = again;
      }
      expect(answered).to.be.greaterThan((REQUESTS * KILLS) / 2);
    });
});
