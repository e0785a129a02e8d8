import { id as topicOf, zeroPadValue, type JsonRpcProvider } from "ethers";

import type { Address, DealId, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import type { IPoco } from "@poco-marketplace/sdk/typechain.js";

/** The newest block, and when this process saw it. */
export interface Head {
  readonly number: number;
  readonly hash: string;
  /** Unix seconds. */
  readonly timestamp: number;
  /** On the clock of `performance.now()`. */
  readonly seenAt: number;
}

/** What happened on chain since the last look. */
export interface Happened {
  readonly head: Head;
  readonly deals: readonly { readonly id: DealId; readonly block: number }[];
  readonly boostDeals: readonly { readonly id: DealId; readonly app: Address }[];
  /** Tasks that something happened to. */
  readonly tasks: ReadonlySet<TaskId>;
  /** Blocks that were read before are not part of the chain any more: whatever was read may be otherwise. */
  readonly isReorg: boolean;
}

/** Blocks that are read again after a chain reorg. */
const REORG_DEPTH = 64;
/** Blocks of which logs are asked for at once. */
const RANGE = 2_000;

const TASK_EVENTS = [
  "TaskInitialize(bytes32,address)",
  "TaskContribute(bytes32,address,bytes32)",
  "TaskConsensus(bytes32,bytes32)",
  "TaskReveal(bytes32,address,bytes32)",
  "TaskReopen(bytes32)",
  "TaskFinalize(bytes32,bytes)",
  "TaskClaimed(bytes32)",
].map(topicOf);
const NOTICE = topicOf("SchedulerNotice(address,bytes32)");
const BOOST_NOTICE = topicOf("SchedulerNoticeBoost(address,bytes32,address,address,uint256,bytes32,string,address)");

/** Reads what concerns a pool, block by block. */
export interface Follower {
  /** Looks at the chain; nothing when there is no new block. What is found is found again until `settle` was called. */
  look(): Promise<Happened | undefined>;
  /** What was found is written down: the next look begins after it. */
  settle(head: Head): void;
  /** Unix seconds on the chain's clock: that of the newest block, and what has passed since. */
  now(): bigint;
}

/**
 * Follows a pool from a block on.
 *
 * @param from The first block to read.
 */
export function followPool(
  provider: JsonRpcProvider,
  { hub, workerpool }: { hub: IPoco; workerpool: Address },
  from: number,
): Follower {
  let next = from;
  let head: Head | undefined;

  async function readHead(): Promise<Head> {
    const block = await provider.getBlock("latest");
    const { number, hash, timestamp } = block!;
    return { number, hash: hash!, timestamp, seenAt: performance.now() };
  }

  async function isStillThere({ number, hash }: Head, newest: Head): Promise<boolean> {
    if (number > newest.number) return false;
    if (number === newest.number) return hash === newest.hash;
    const block = await provider.getBlock(number);
    return block?.hash === hash;
  }

  async function readLogs(fromBlock: number, toBlock: number) {
    const address = await hub.getAddress();
    const topics = [[NOTICE, BOOST_NOTICE, ...TASK_EVENTS]];
    const logs = [];
    for (let first = fromBlock; first <= toBlock; first += RANGE) {
      const last = Math.min(first + RANGE - 1, toBlock);
      logs.push(...(await provider.getLogs({ address, topics, fromBlock: first, toBlock: last })));
    }
    return logs;
  }

  return {
    async look() {
      const newest = await readHead();
      if (head?.hash === newest.hash) return undefined;
      const isReorg = head !== undefined && !(await isStillThere(head, newest));
      const first = isReorg ? Math.max(from, Math.min(next, newest.number + 1) - REORG_DEPTH, 0) : next;
      const logs = await readLogs(first, newest.number);
      const ours = zeroPadValue(workerpool, 32).toLowerCase();
      const noticesOf = (topic: string) =>
        logs.filter(({ topics }) => topics[0] === topic && topics[1]?.toLowerCase() === ours);
      return {
        head: newest,
        deals: noticesOf(NOTICE).map(({ data, blockNumber }) => ({ id: data as DealId, block: blockNumber })),
        boostDeals: noticesOf(BOOST_NOTICE).map(({ topics, data }) => {
          const { dealId, app } = hub.interface.decodeEventLog("SchedulerNoticeBoost", data, topics);
          return { id: dealId as DealId, app: app as Address };
        }),
        tasks: new Set(
          logs.filter(({ topics }) => TASK_EVENTS.includes(topics[0]!)).map(({ topics }) => topics[1] as TaskId),
        ),
        isReorg,
      };
    },

    settle(seen) {
      head = seen;
      next = seen.number + 1;
    },

    now() {
      if (head === undefined) return BigInt(Math.floor(Date.now() / 1000));
      return BigInt(Math.floor(head.timestamp + (performance.now() - head.seenAt) / 1000));
    },
  };
}
