import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

import { Transaction, type TransactionLike } from "ethers";

import { NetworkError } from "../networkError.js";

/** As much of a chain as history is made of. */
export interface HistoryProvider {
  request(args: { method: string; params?: unknown[] }): Promise<unknown>;
}

/** How a chain began. */
export interface Genesis {
  readonly chainId: number;
  /** Unix seconds. */
  readonly startedAt: number;
}

interface BlockEntry {
  readonly number: number;
  readonly hash: string;
  /** Unix seconds. */
  readonly timestamp: number;
  /** Signed transactions, in their order. */
  readonly transactions: readonly string[];
}

/** A call that changes the chain without a transaction, such as `hardhat_setBalance`. */
interface CallEntry {
  readonly method: string;
  readonly params: unknown[];
}

type Entry = BlockEntry | CallEntry;

/**
 * What happened on a chain that lives in memory, kept in a file line by line, so that it can happen again: with the same
 * transactions at the same times a chain has the same blocks.
 */
export class History {
  readonly #file: string;
  readonly #entries: Entry[];

  private constructor(file: string, entries: Entry[]) {
    this.#file = file;
    this.#entries = entries;
  }

  /** Begins to keep the history of a new chain. */
  static begin(file: string, genesis: Genesis): History {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(genesis)}\n`);
    return new History(file, []);
  }

  /** How the chain of a file began; nothing when there is none. */
  static genesisOf(file: string): Genesis | undefined {
    if (!existsSync(file)) return undefined;
    const [first] = linesOf(file);
    return first === undefined ? undefined : (JSON.parse(first) as Genesis);
  }

  /**
   * Makes happen again on a new chain what happened on the one of the file.
   *
   * @throws NetworkError when it comes out otherwise
   */
  static async replay(file: string, provider: HistoryProvider): Promise<History> {
    const [, ...lines] = linesOf(file);
    const entries = lines.map((line) => JSON.parse(line) as Entry);
    await provider.request({ method: "evm_setAutomine", params: [false] });
    for (const entry of entries) {
      if ("method" in entry) await provider.request(entry);
      else await mineAgain(entry, provider);
    }
    await provider.request({ method: "evm_setAutomine", params: [true] });
    return new History(file, entries);
  }

  /** Writes down a call that is no transaction. */
  noteCall(method: string, params: unknown[]): void {
    this.#append({ method, params });
  }

  /** Writes down the blocks that are new; forgets those that are no more. */
  async catchUp(provider: HistoryProvider): Promise<void> {
    const latest = Number(await provider.request({ method: "eth_blockNumber" }));
    const known = await this.#lastStanding(provider, latest);
    for (let number = known + 1; number <= latest; number++) this.#append(await blockAt(provider, number));
  }

  /** The number of the last known block that the chain still has. */
  async #lastStanding(provider: HistoryProvider, latest: number): Promise<number> {
    for (let i = this.#entries.length - 1; i >= 0; i--) {
      const entry = this.#entries[i]!;
      if ("method" in entry) continue;
      if (entry.number <= latest && (await hashAt(provider, entry.number)) === entry.hash) {
        this.#forgetAfter(i);
        return entry.number;
      }
    }
    this.#forgetAfter(-1);
    return 0;
  }

  /** Calls stay: it does not show whether they were taken back. */
  #forgetAfter(last: number): void {
    const stay = this.#entries.filter((entry, i) => i <= last || "method" in entry);
    if (stay.length === this.#entries.length) return;
    this.#entries.splice(0, Infinity, ...stay);
    const [genesis] = linesOf(this.#file);
    const draft = `${this.#file}.draft`;
    writeFileSync(draft, [genesis, ...stay.map((entry) => JSON.stringify(entry))].map((line) => `${line}\n`).join(""));
    renameSync(draft, this.#file);
  }

  #append(entry: Entry): void {
    const file = openSync(this.#file, "a");
    try {
      writeSync(file, `${JSON.stringify(entry)}\n`);
    } finally {
      closeSync(file);
    }
    this.#entries.push(entry);
  }
}

/** The whole lines of a file; one that was cut off by a kill is left out. */
function linesOf(file: string): string[] {
  return readFileSync(file, "utf8").split("\n").slice(0, -1);
}

async function mineAgain({ number, hash, timestamp, transactions }: BlockEntry, provider: HistoryProvider) {
  await provider.request({ method: "evm_setNextBlockTimestamp", params: [timestamp] });
  for (const transaction of transactions)
    await provider.request({ method: "eth_sendRawTransaction", params: [transaction] });
  await provider.request({ method: "evm_mine" });
  const found = await hashAt(provider, number);
  if (found === hash) return;
  throw new NetworkError(
    `The chain cannot go on where it stopped: block ${number} came out as ${found ?? "nothing"} instead of ${hash}. ` +
      "Begin anew with --fresh, or with another --state.",
  );
}

async function blockAt(provider: HistoryProvider, number: number): Promise<BlockEntry> {
  const block = (await provider.request({
    method: "eth_getBlockByNumber",
    params: [`0x${number.toString(16)}`, true],
  })) as { hash: string; timestamp: string; transactions: RpcTransaction[] };
  const transactions = block.transactions.map(signedAgain);
  return { number, hash: block.hash, timestamp: Number(block.timestamp), transactions };
}

async function hashAt(provider: HistoryProvider, number: number): Promise<string | undefined> {
  const block = await provider.request({
    method: "eth_getBlockByNumber",
    params: [`0x${number.toString(16)}`, false],
  });
  return (block as { hash: string } | null)?.hash;
}

/** A transaction as nodes tell it. */
interface RpcTransaction extends Record<string, unknown> {
  readonly gas: string;
  readonly input: string;
  readonly v: string;
  readonly yParity?: string;
  readonly r: string;
  readonly s: string;
}

/** The bytes that were sent. */
function signedAgain({ gas, input, v, yParity, r, s, ...rest }: RpcTransaction): string {
  const { type, to, nonce, value, chainId, accessList, maxFeePerGas, maxPriorityFeePerGas, gasPrice } = rest;
  const kind = Number(type ?? 0);
  const fees = kind === 2 ? { maxFeePerGas, maxPriorityFeePerGas } : { gasPrice };
  return Transaction.from({
    type: kind,
    to,
    nonce: Number(nonce),
    value,
    data: input,
    gasLimit: gas,
    ...(chainId === undefined ? {} : { chainId }),
    ...(kind === 0 ? {} : { accessList: accessList ?? [] }),
    ...fees,
    signature: { r: pad(r), s: pad(s), ...(kind === 0 ? { v: Number(v) } : { yParity: Number(yParity ?? v) }) },
  } as unknown as TransactionLike).serialized;
}

function pad(word: string): string {
  return `0x${word.slice(2).padStart(64, "0")}`;
}
