import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { BlockMissingError, ChainMovedError, NodeSilentError, type BlockId } from "./followerErrors.js";

/** A block as it is applied. */
export interface FollowedBlock extends BlockId {
  readonly parentHash: string;
  /** Unix seconds. */
  readonly timestamp: number;
}

/** An event of a contract in a block. */
export interface FollowedLog {
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
  readonly blockNumber: number;
  readonly blockHash: string;
  readonly transactionHash: string;
  /** Its position in the block. */
  readonly index: number;
}

/** A block with the logs of the followed contracts, in their order. */
export interface BlockWithLogs {
  readonly block: FollowedBlock;
  readonly logs: readonly FollowedLog[];
}

type LogFilter = { address: string[] } & ({ blockHash: string } | { fromBlock: number; toBlock: number });

/** What of an ethers provider is needed to follow a chain. */
export interface ChainSource {
  getBlock(tag: number | "latest"): Promise<(Omit<FollowedBlock, "hash"> & { readonly hash: string | null }) | null>;
  getLogs(filter: LogFilter): Promise<readonly FollowedLog[]>;
}

/** Reads a chain, and does not wait for a silent node forever, nor longer than until `signal`. */
export interface ChainReader {
  head(): Promise<FollowedBlock>;
  block(number: number): Promise<FollowedBlock>;
  /** The logs of exactly this block, whatever happens to the chain meanwhile. */
  logsOf(block: FollowedBlock): Promise<BlockWithLogs>;
  /** The blocks from one to another that have logs. Only for those that are too old to be replaced. */
  blocksWithLogs(from: number, to: number): Promise<BlockWithLogs[]>;
}

/** How long a node may take to answer, in milliseconds. */
const TIMEOUT_MS = 15_000;
/** How many blocks are asked for at once. */
const AT_ONCE = 20;

/** Opens a reader of the logs of some contracts. See {@link ChainReader}. */
export function openChainReader(source: ChainSource, addresses: readonly Address[], signal: AbortSignal): ChainReader {
  const within = <Answer>(question: string, answer: Promise<Answer>) => answerInTime(question, answer, signal);
  const address = [...addresses];

  async function get(tag: number | "latest"): Promise<FollowedBlock> {
    const block = await within(`what block ${tag} is`, source.getBlock(tag));
    if (block === null || block.hash === null) throw new BlockMissingError(tag === "latest" ? 0 : tag);
    const { number, hash, parentHash, timestamp } = block;
    return { number, hash, parentHash, timestamp };
  }

  return {
    head: () => get("latest"),
    block: get,
    async logsOf(block) {
      const question = `what was logged in block ${block.number}`;
      const logs = await within(question, source.getLogs({ blockHash: block.hash, address }));
      return { block, logs: inOrder(logs) };
    },
    async blocksWithLogs(from, to) {
      const question = `what was logged in blocks ${from} to ${to}`;
      const logs = await within(question, source.getLogs({ fromBlock: from, toBlock: to, address }));
      const byNumber = Map.groupBy(logs, (log) => log.blockNumber);
      const numbers = [...byNumber.keys()].toSorted((a, b) => a - b);
      const blocks: BlockWithLogs[] = [];
      for (let start = 0; start < numbers.length; start += AT_ONCE) {
        for (const block of await Promise.all(numbers.slice(start, start + AT_ONCE).map(get))) {
          const ofBlock = byNumber.get(block.number)!;
          if (ofBlock.some((log) => log.blockHash !== block.hash)) throw new ChainMovedError(block.number);
          blocks.push({ block, logs: inOrder(ofBlock) });
        }
      }
      return blocks;
    },
  };
}

function inOrder(logs: readonly FollowedLog[]): FollowedLog[] {
  return logs.toSorted((a, b) => a.index - b.index);
}

async function answerInTime<Answer>(question: string, answer: Promise<Answer>, signal: AbortSignal): Promise<Answer> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new NodeSilentError(question, TIMEOUT_MS)), TIMEOUT_MS);
  const abort = () => reject(signal.reason as Error);
  signal.addEventListener("abort", abort);
  if (signal.aborted) abort();
  try {
    return await Promise.race([answer, promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
  }
}
