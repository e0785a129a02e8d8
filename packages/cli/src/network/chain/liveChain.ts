import { blockAt, type RpcCall, type HistoryProvider } from "./entry.js";
import { estimateGas } from "./gasEstimate.js";
import type { History } from "./history.js";
import { IntervalMiner } from "./intervalMiner.js";
import { changesChain, inOurNames } from "./methods.js";
import { staleTransactions } from "./staleTransactions.js";

/** The JSON-RPC error code for a method that is not supported. */
const NOT_SUPPORTED = -32_004;

/** The methods that only mine. */
const MINES = /^(?:evm|hardhat)_mine$/;
/** The node's error when a pending transaction keeps it from mining. */
const IS_STALE = /nonce .*too low/i;

/**
 * A chain in this process whose changes are recorded in a {@link History}. Changes are made one at a time, and each is
 * recorded before any client can observe it.
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

  /** Opens a chain, and records the blocks that were mined in this process since the end of the history. */
  static async open(provider: HistoryProvider, history: History): Promise<LiveChain> {
    await history.catchUp(provider);
    const chain = new LiveChain(provider, history);
    chain.#miner.set(history.standing.interval);
    return chain;
  }

  /**
   * Answers a request as a node does.
   *
   * @throws the node's errors; {@link NetworkError} while the history cannot be written
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

  /** Stops mining at an interval, and waits until all requested changes are made. */
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
      // The call may have mined blocks before it failed.
      const mined = await this.#history.noteBlocks(this.#provider);
      if (!MINES.test(call.method) || !IS_STALE.test((error as Error).message)) throw error;
      if (!(await this.#dropStale())) throw error;
      return this.#changeNow(mined === 0 ? call : remaining(call, mined));
    }
  }

  /** Drops the transactions that keep the node from mining; returns whether there were any. */
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
   * Sends a transaction, and returns its hash once the node has accepted it.
   *
   * A node that automines mines until the transaction is in a block. That never ends if an earlier transaction of the
   * sender cannot be mined, so while any are pending, blocks are mined here, and only as long as that helps.
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

/** Returns the `hardhat_mine` call for the blocks that are left after `mined` of them. */
function remaining({ method, params: [blocks, ...rest] }: RpcCall, mined: number): RpcCall {
  return { method, params: [`0x${(BigInt(String(blocks)) - BigInt(mined)).toString(16)}`, ...rest] };
}
