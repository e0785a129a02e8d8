import { blockAt, type RpcCall, type HistoryProvider } from "./entry.js";
import { estimateGas } from "./gasEstimate.js";
import type { History } from "./history.js";
import { IntervalMiner } from "./intervalMiner.js";
import { changesChain, inOurNames } from "./methods.js";
import { staleTransactions } from "./staleTransactions.js";

/** What JSON-RPC calls a method that a node does not have. */
const NOT_SUPPORTED = -32_004;

/** The method does nothing but mine. */
const MINES = /^(?:evm|hardhat)_mine$/;
/** What the node says when a transaction keeps it from mining. */
const IS_STALE = /nonce .*too low/i;

/**
 * A chain in this process that remembers. Whatever changes it happens one after the other, and is written down before
 * anybody learns of it; nobody sees what is not written down yet.
 */
export class LiveChain {
  readonly #provider: HistoryProvider;
  readonly #history: History;
  readonly #miner = new IntervalMiner(() => this.request({ method: "evm_mine", params: [] }));
  #last: Promise<unknown> = Promise.resolve();

  private constructor(provider: HistoryProvider, history: History) {
    this.#provider = provider;
    this.#history = history;
  }

  /** Opens a chain that has the history so far, and what was done in this process besides. */
  static async open(provider: HistoryProvider, history: History): Promise<LiveChain> {
    await history.catchUp(provider);
    const chain = new LiveChain(provider, history);
    chain.#miner.set(history.standing.interval);
    return chain;
  }

  /**
   * Does what a node does with a request.
   *
   * @throws what the node throws; {@link NetworkError} while the history cannot be written
   */
  async request(asked: RpcCall): Promise<unknown> {
    const call = inOurNames(asked);
    if (call.method === "hardhat_reset") {
      const message =
        "This chain has the protocol on it, which hardhat_reset would take away: stop the network, and start it with --fresh.";
      throw Object.assign(new Error(message), { code: NOT_SUPPORTED });
    }
    if (changesChain(call.method)) return this.#change(call);
    await this.#last;
    return call.method === "eth_estimateGas" ? estimateGas(this.#provider, call.params) : this.#provider.request(call);
  }

  /** Mines no more by itself, and waits until everything that was asked for is done. */
  async close(): Promise<void> {
    this.#miner.set([0]);
    await this.#last;
  }

  #change(call: RpcCall): Promise<unknown> {
    const turn = this.#last.then(() => this.#changeNow(call));
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async #changeNow(call: RpcCall): Promise<unknown> {
    this.#history.flush();
    try {
      const result = await this.#carryOut(call);
      await this.#history.note(call, result, this.#provider);
      return result;
    } catch (error) {
      // Blocks that came before it failed.
      const mined = await this.#history.noteBlocks(this.#provider);
      if (!MINES.test(call.method) || !IS_STALE.test((error as Error).message)) throw error;
      if (!(await this.#dropStale())) throw error;
      return this.#changeNow(mined === 0 ? call : remaining(call, mined));
    }
  }

  /** Drops what keeps the node from mining; says whether there was anything. */
  async #dropStale(): Promise<boolean> {
    const stale = await staleTransactions(this.#provider);
    for (const hash of stale) await this.#changeNow({ method: "hardhat_dropTransaction", params: [hash] });
    return stale.length > 0;
  }

  #carryOut(call: RpcCall): Promise<unknown> {
    const { snapshots } = this.#history.standing;
    switch (call.method) {
      case "evm_snapshot":
        return snapshots.take(this.#provider);
      case "evm_revert":
        return snapshots.revert(this.#provider, call.params);
      case "evm_setIntervalMining":
        return Promise.resolve(this.#miner.set(call.params));
      case "eth_sendTransaction":
      case "eth_sendRawTransaction":
        return this.#send(call);
      default:
        return this.#provider.request(call);
    }
  }

  /**
   * Once the node has taken a transaction, it is answered with its hash.
   *
   * A node that mines by itself mines until a transaction is in a block, for ever if another one of its sender has to
   * go before it and cannot be mined: so, where any wait, blocks are mined here, and as long as that helps.
   */
  async #send(call: RpcCall): Promise<unknown> {
    const isAutomining = await this.#provider.request({ method: "hardhat_getAutomine" });
    if (isAutomining !== true || !(await this.#doAnyWait())) return this.#provider.request(call);
    await this.#provider.request({ method: "evm_setAutomine", params: [false] });
    try {
      const hash = await this.#provider.request(call);
      await this.#mineAsLongAsItHelps(hash).catch(() => undefined);
      return hash;
    } finally {
      await this.#provider.request({ method: "evm_setAutomine", params: [true] });
    }
  }

  async #mineAsLongAsItHelps(hash: unknown): Promise<void> {
    while (await this.#isWaiting(hash)) {
      if ((await blockAt(this.#provider, "pending")).transactions.length === 0) return;
      await this.#provider.request({ method: "evm_mine" });
    }
  }

  async #doAnyWait(): Promise<boolean> {
    return ((await this.#provider.request({ method: "eth_pendingTransactions" })) as unknown[]).length > 0;
  }

  async #isWaiting(hash: unknown): Promise<boolean> {
    return (await this.#provider.request({ method: "eth_getTransactionReceipt", params: [hash] })) === null;
  }
}

/** What is left to do of a `hardhat_mine` after as many blocks. */
function remaining({ method, params: [blocks, ...rest] }: RpcCall, mined: number): RpcCall {
  return { method, params: [`0x${(BigInt(String(blocks)) - BigInt(mined)).toString(16)}`, ...rest] };
}
