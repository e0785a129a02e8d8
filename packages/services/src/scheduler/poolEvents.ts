import { id as topicOf, zeroPadValue, type Log as EventLog, type Provider } from "ethers";

import type { Address, DealId, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import type { IPoco } from "@poco-marketplace/sdk/typechain.js";

/** The newest block, and when this process read it. */
export interface Head {
  readonly number: number;
  readonly hash: string;
  /** Unix seconds. */
  readonly timestamp: number;
  /** On the clock of `performance.now()`. */
  readonly readAt: number;
}

/** What happened to a pool on chain since the last confirmed read. */
export interface PoolChanges {
  readonly head: Head;
  readonly deals: readonly { readonly id: DealId; readonly block: number }[];
  readonly boostDeals: readonly BoostDealNotice[];
  /** Tasks with an event; they may be of other pools. */
  readonly tasks: ReadonlySet<TaskId>;
  /** Whether blocks that were read before are not on the chain any more, so that whatever was read may be otherwise. */
  readonly isReorg: boolean;
}

/** A boost deal that was made with the pool. */
export interface BoostDealNotice {
  readonly id: DealId;
  readonly app: Address;
}

/** Blocks that are read again after a chain reorg, and after a restart, during which one may have happened. */
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

/**
 * Reads the events of a pool's deals and tasks.
 *
 * Why not the follower of the market and the indexer: those derive tables from every block, and take a replaced block back
 * in the same transaction. A scheduler derives nothing from events. They only say what to read again from the hub itself, so
 * that finding one twice, or late, does no harm; a range of blocks takes one request, and no block needs to be stored. The
 * engine writes down how far it has read, in the scheduler's own table.
 */
export class PoolEvents {
  readonly #provider: Provider;
  readonly #hub: IPoco;
  readonly #workerpool: Address;
  /** The block of the deployment: none before has events. */
  readonly #first: number;
  #next: number;
  #head: Head | undefined;

  /**
   * @param first - The block of the deployment.
   * @param cursor - The newest block that was confirmed before this process began, if any.
   */
  constructor(
    provider: Provider,
    { hub, workerpool }: { hub: IPoco; workerpool: Address },
    { first, cursor = first - 1 }: { readonly first: number; readonly cursor?: number | undefined },
  ) {
    this.#provider = provider;
    this.#hub = hub;
    this.#workerpool = workerpool;
    this.#first = first;
    this.#next = cursor + 1;
  }

  /** Reads the chain; nothing when there is no new block. Changes are found again until `confirm` was called. */
  async read(): Promise<PoolChanges | undefined> {
    const newest = await this.#readHead();
    const known = this.#head;
    if (known?.hash === newest.hash) return undefined;
    const isReorg = known !== undefined && !(await this.#isOnChain(known, newest));
    const mayBeReplaced = isReorg || known === undefined;
    const first = mayBeReplaced ? Math.min(this.#next, newest.number + 1) - REORG_DEPTH : this.#next;
    const logs = await this.#readLogs(Math.max(first, this.#first, 0), newest.number);
    return { head: newest, isReorg, ...this.#changesIn(logs) };
  }

  /** The changes up to this block are written down: the next read begins after it. */
  confirm(head: Head): void {
    this.#head = head;
    this.#next = head.number + 1;
  }

  /** Unix seconds on the chain's clock: that of the newest block, and what has passed since. */
  now(): bigint {
    if (this.#head === undefined) return BigInt(Math.floor(Date.now() / 1000));
    return BigInt(Math.floor(this.#head.timestamp + (performance.now() - this.#head.readAt) / 1000));
  }

  async #readHead(): Promise<Head> {
    const block = await this.#provider.getBlock("latest");
    const { number, hash, timestamp } = block!;
    return { number, hash: hash!, timestamp, readAt: performance.now() };
  }

  async #isOnChain({ number, hash }: Head, newest: Head): Promise<boolean> {
    if (number > newest.number) return false;
    if (number === newest.number) return hash === newest.hash;
    const block = await this.#provider.getBlock(number);
    return block?.hash === hash;
  }

  async #readLogs(fromBlock: number, toBlock: number): Promise<EventLog[]> {
    const address = await this.#hub.getAddress();
    const topics = [[NOTICE, BOOST_NOTICE, ...TASK_EVENTS]];
    const logs: EventLog[] = [];
    for (let first = fromBlock; first <= toBlock; first += RANGE) {
      const last = Math.min(first + RANGE - 1, toBlock);
      logs.push(...(await this.#provider.getLogs({ address, topics, fromBlock: first, toBlock: last })));
    }
    return logs;
  }

  #changesIn(logs: readonly EventLog[]): Pick<PoolChanges, "deals" | "boostDeals" | "tasks"> {
    const ours = zeroPadValue(this.#workerpool, 32).toLowerCase();
    const noticesOf = (topic: string) =>
      logs.filter(({ topics }) => topics[0] === topic && topics[1]?.toLowerCase() === ours);
    return {
      deals: noticesOf(NOTICE).map(({ data, blockNumber }) => ({ id: data as DealId, block: blockNumber })),
      boostDeals: noticesOf(BOOST_NOTICE).map(({ topics, data }) => {
        const { dealId, app } = this.#hub.interface.decodeEventLog("SchedulerNoticeBoost", data, topics);
        return { id: dealId as DealId, app: app as Address };
      }),
      tasks: new Set(
        logs.filter(({ topics }) => TASK_EVENTS.includes(topics[0]!)).map(({ topics }) => topics[1] as TaskId),
      ),
    };
  }
}
