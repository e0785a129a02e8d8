import { NetworkError } from "../networkError.js";
import {
  blockAt,
  entriesOf,
  replayableCall,
  type RpcCall,
  type HistoryEntry,
  type Genesis,
  type HistoryProvider,
} from "./entry.js";
import { AppendOnlyFile } from "./appendOnlyFile.js";
import { Snapshots } from "./snapshots.js";

/** The latest block of a chain, and the offset of its clock. */
interface Position {
  readonly number: number;
  readonly hash: string;
  /** The seconds by which the chain's clock is ahead of the machine's. */
  readonly ahead: number;
}

/** The node's settings that outlast a request and that the node cannot be queried for. */
interface Standing {
  readonly snapshots: Snapshots;
  /** The parameters of the last `evm_setIntervalMining`. */
  interval: unknown[];
  /** Whether a client may have made settings for the next block. */
  isBetweenBlocks: boolean;
}

/** The methods that make settings for the next block, or may restore them. */
const OF_THE_NEXT_BLOCK =
  /^(?:evm_setNextBlockTimestamp|evm_revert|hardhat_setNextBlockBaseFeePerGas|hardhat_setPrevRandao)$/;

/**
 * A file with all requests that changed an in-memory chain. Replaying them, with blocks at the same times, results in
 * the same blocks.
 */
export class History {
  readonly #journal: AppendOnlyFile;
  #known: Position | undefined;
  readonly standing: Standing;

  private constructor(journal: AppendOnlyFile, standing: Standing, known?: Position) {
    this.#journal = journal;
    this.standing = standing;
    this.#known = known;
  }

  /** Starts the history of a new chain. */
  static begin(file: string, genesis: Genesis): History {
    return new History(AppendOnlyFile.begin(file, JSON.stringify(genesis)), newStanding());
  }

  /**
   * Reads the genesis of the chain in a file; `undefined` if there is none.
   *
   * @throws {@link NetworkError} if the first line is not JSON
   */
  static genesisOf(file: string): Genesis | undefined {
    const [first] = AppendOnlyFile.linesOf(file);
    if (first === undefined) return undefined;
    try {
      return JSON.parse(first) as Genesis;
    } catch (cause) {
      throw cannotResume(`line 1 of ${file}: ${(cause as Error).message}`, cause);
    }
  }

  /**
   * Replays the history of a file on a new chain.
   *
   * @throws {@link NetworkError} if a block differs from the recorded one
   */
  static async replay(file: string, provider: HistoryProvider): Promise<History> {
    const [, ...lines] = AppendOnlyFile.linesOf(file);
    const standing = newStanding();
    let [isAutomining, ahead]: [unknown, number] = [true, 0];
    await provider.request({ method: "evm_setAutomine", params: [false] });
    for (const [i, line] of lines.entries()) {
      try {
        for (const entry of entriesOf(line)) {
          if (entry.method === "evm_setAutomine") [isAutomining] = entry.params;
          else await replayEntry(entry, provider, standing);
          ahead = entry.ahead ?? ahead;
          if (entry.mined !== undefined) standing.isBetweenBlocks = false;
          else if (OF_THE_NEXT_BLOCK.test(entry.method)) standing.isBetweenBlocks = true;
        }
      } catch (cause) {
        // The first line is the genesis.
        throw cannotResume(`line ${i + 2} of ${file}: ${(cause as Error).message}`, cause);
      }
    }
    await provider.request({ method: "evm_setAutomine", params: [isAutomining] });
    const late = ahead - (await aheadOf(provider));
    if (late > 0) await provider.request({ method: "evm_increaseTime", params: [late] });
    return new History(AppendOnlyFile.open(file), standing, await positionOf(provider));
  }

  /**
   * Writes entries that could not be written before.
   *
   * @throws {@link NetworkError} if they still cannot be written
   */
  flush(): void {
    this.#journal.flush();
  }

  /** Records a call that the chain has just carried out; all blocks before it must be {@link catchUp | recorded}. */
  async note(call: RpcCall, result: unknown, provider: HistoryProvider): Promise<void> {
    const before = this.#known!;
    const after = await positionOf(provider);
    const isNew = before.hash !== after.hash;
    const times = isNew && call.method !== "evm_revert" ? await timesOf(provider, call, { before, after }) : [];
    const again = call.method === "eth_sendTransaction" ? await replayableCall(provider, result) : call;
    this.#append([
      {
        method: again.method,
        params: again.params,
        ...(times.length > 0 && { mined: times }),
        ...(isNew && { tip: after.hash }),
        ...(before.ahead !== after.ahead && { ahead: after.ahead }),
      },
    ]);
    this.#known = after;
  }

  /** Records blocks that a call mined before it failed; returns their number. */
  async noteBlocks(provider: HistoryProvider): Promise<number> {
    const before = this.#known!;
    if ((await blockAt(provider, "latest")).hash === before.hash) return 0;
    await this.note({ method: "evm_mine", params: [] }, undefined, provider);
    return this.#known!.number - before.number;
  }

  /**
   * Records blocks that no recorded call mined, such as those of a deployment in this process.
   */
  async catchUp(provider: HistoryProvider): Promise<void> {
    const before = this.#known ?? { number: 0, ahead: 0 };
    const after = await positionOf(provider);
    for (let number = before.number + 1; number <= after.number; number++) {
      const { hash, timestamp, transactions } = await blockAt(provider, number);
      const sent = await Promise.all(transactions.map((transaction) => replayableCall(provider, transaction)));
      const ahead = number === after.number && before.ahead !== after.ahead ? { ahead: after.ahead } : {};
      this.#append([...sent, { method: "evm_mine", params: [], mined: [Number(timestamp)], tip: hash, ...ahead }]);
    }
    this.#known = after;
  }

  #append(entries: readonly HistoryEntry[]): void {
    this.#journal.append(entries.map((entry) => JSON.stringify(entry)));
  }
}

function newStanding(): Standing {
  return { snapshots: new Snapshots(), interval: [0], isBetweenBlocks: false };
}

/** Replays an entry on a chain without automining: blocks are mined one by one, each at its recorded time. */
async function replayEntry({ mined = [], tip, ...call }: HistoryEntry, provider: HistoryProvider, standing: Standing) {
  const { method, params } = call;
  const atItsTime = (time: number) => provider.request({ method: "evm_setNextBlockTimestamp", params: [time] });
  if (method === "evm_setIntervalMining") standing.interval = params;
  else if (method === "evm_snapshot") await standing.snapshots.take(provider);
  else if (method === "evm_revert") await standing.snapshots.revert(provider, params);
  else if (method === "hardhat_mine" || isBlobTransaction(call)) {
    if (mined[0] !== undefined) await atItsTime(mined[0]);
    // The node accepts blob transactions only while it automines.
    if (method !== "hardhat_mine") await provider.request({ method: "evm_setAutomine", params: [true] });
    await provider.request({ method, params });
    await provider.request({ method: "evm_setAutomine", params: [false] });
  } else {
    if (method !== "evm_mine") await provider.request({ method, params });
    for (const time of mined) {
      await atItsTime(time);
      await provider.request({ method: "evm_mine" });
    }
  }
  if (tip === undefined) return;
  const { number, hash } = await blockAt(provider, "latest");
  if (hash !== tip) throw new NetworkError(`block ${Number(number)} came out as ${hash} instead of ${tip}`);
}

function isBlobTransaction({ method, params: [signed] }: RpcCall): boolean {
  return method === "eth_sendRawTransaction" && String(signed).startsWith("0x03");
}

function cannotResume(reason: string, cause: unknown): NetworkError {
  return new NetworkError(
    `The chain cannot resume where it stopped: ${reason}. Start over with --fresh, or with another --state.`,
    { cause },
  );
}

async function positionOf(provider: HistoryProvider): Promise<Position> {
  const { number, hash } = await blockAt(provider, "latest");
  return { number: Number(number), hash, ahead: await aheadOf(provider) };
}

async function aheadOf(provider: HistoryProvider): Promise<number> {
  return Number(await provider.request({ method: "evm_increaseTime", params: [0] }));
}

/** Returns the times of the blocks that a call mined; for `hardhat_mine`, of the first only. */
async function timesOf(
  provider: HistoryProvider,
  { method }: RpcCall,
  { before, after }: { before: Position; after: Position },
): Promise<number[]> {
  const last = method === "hardhat_mine" ? before.number + 1 : after.number;
  const times: number[] = [];
  for (let number = before.number + 1; number <= last; number++)
    times.push(Number((await blockAt(provider, number)).timestamp));
  return times;
}
