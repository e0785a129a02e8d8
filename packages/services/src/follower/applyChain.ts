import type { Kysely, Transaction } from "kysely";

import type { BlockWithLogs, ChainReader, FollowedBlock, FollowedLog } from "./chainSource.js";
import { ChainMovedError, DeepReorgError, type BlockId } from "./followerErrors.js";
import { deleteBlocksAfter, readRemembered, readTip, saveBlock, type FollowerTables } from "./position.js";

/** What a service makes of a chain. */
export interface Handlers<Tables extends FollowerTables, Prepared> {
  /**
   * Reads whatever else is needed to apply a block's logs: here, not in `onLogs`, which holds up the whole database. It
   * may happen more than once for a block, and for a block that is replaced in the end.
   */
  readonly prepare?: (logs: readonly FollowedLog[], block: FollowedBlock) => Promise<Prepared>;
  /** Writes what follows from a block's logs; only for blocks that have some. */
  readonly onLogs: (
    logs: readonly FollowedLog[],
    block: FollowedBlock,
    transaction: Transaction<Tables>,
    prepared: Prepared,
  ) => Promise<void>;
  /** Takes back what was written for all blocks after this one; their replacements follow. */
  readonly onRollback: (blockNumber: number, transaction: Transaction<Tables>) => Promise<void>;
}

/** What is applied, and how. */
export interface Application<Tables extends FollowerTables, Prepared> extends Handlers<Tables, Prepared> {
  readonly chain: ChainReader;
  readonly database: Kysely<Tables>;
  readonly from: number;
  readonly maxReorgDepth: number;
}

/** The most blocks that are read at once, one by one and with their logs. */
const BLOCKS_AT_ONCE = 10;
const LONGEST_RANGE = 10_000;
const FIRST_RANGE = 2_000;
const SHORTEST_RANGE = 10;

/** Applies a chain to a database, as far as the chain is by now. */
export function applyChain<Tables extends FollowerTables, Prepared>(application: Application<Tables, Prepared>) {
  const { chain, from, maxReorgDepth, onLogs, onRollback } = application;
  const database = application.database as unknown as Kysely<FollowerTables>;
  const prepare = application.prepare ?? (() => Promise.resolve(undefined as Prepared));
  let tip: BlockId | undefined;
  let isKnown = false;
  let range = FIRST_RANGE;

  /** One block, or none but the position: all of it or nothing. */
  async function apply({ block, logs }: BlockWithLogs): Promise<void> {
    const prepared = logs.length === 0 ? undefined : await prepare(logs, block);
    await database.transaction().execute(async (transaction) => {
      if (logs.length > 0) {
        await onLogs(logs, block, transaction as unknown as Transaction<Tables>, prepared as Prepared);
      }
      await saveBlock(transaction, block, maxReorgDepth);
    });
    tip = { number: block.number, hash: block.hash };
  }

  /** Blocks that nothing replaces any more: those with logs, and the last. */
  async function applyRange(first: number, last: number): Promise<void> {
    if (tip !== undefined && (await chain.block(tip.number)).hash !== tip.hash) throw new ChainMovedError(tip.number);
    const blocks = await chain.blocksWithLogs(first, last);
    const end = await chain.block(last);
    for (const block of blocks) await apply(block);
    if (tip?.number !== last) await apply({ block: end, logs: [] });
  }

  async function applyOneByOne(first: number, last: number, head: FollowedBlock): Promise<void> {
    const numbers = Array.from({ length: last - first + 1 }, (_, index) => first + index);
    const blocks = await Promise.all(
      numbers.map(async (number) => (number === head.number ? head : chain.block(number))),
    );
    let parent = tip?.hash;
    for (const block of blocks) {
      if (parent !== undefined && block.parentHash !== parent) throw new ChainMovedError(block.number);
      parent = block.hash;
    }
    for (const block of await Promise.all(blocks.map((found) => chain.logsOf(found)))) await apply(block);
  }

  /** Goes back to the newest block that was applied and is still part of the chain. */
  async function reconcile(applied: BlockId, head: FollowedBlock): Promise<void> {
    const remembered = await readRemembered(database);
    const oldest = remembered.at(-1)!;
    const comparable = remembered.filter(({ number }) => number <= head.number);
    for (const block of comparable) {
      const found = block.number === head.number ? head : await chain.block(block.number);
      if (found.hash !== block.hash) continue;
      // A node that is behind shows fewer blocks, but the same ones: they were not replaced.
      if (block !== comparable[0]) await rollBack(block.number, block);
      return;
    }
    // Where everything is remembered that ever was applied, all of it can be taken back.
    if (oldest.number !== from) throw new DeepReorgError(applied, head, oldest.number);
    await rollBack(from - 1, undefined);
  }

  async function rollBack(number: number, ancestor: BlockId | undefined): Promise<void> {
    await database.transaction().execute(async (transaction) => {
      await onRollback(number, transaction as unknown as Transaction<Tables>);
      await deleteBlocksAfter(transaction, number);
    });
    tip = ancestor;
  }

  async function isReplaced(applied: BlockId, head: FollowedBlock): Promise<boolean> {
    if (head.number === applied.number + 1) return head.parentHash !== applied.hash;
    if (head.number <= applied.number) return head.hash !== applied.hash;
    return (await chain.block(applied.number)).hash !== applied.hash;
  }

  async function syncToHead(): Promise<void> {
    if (!isKnown) tip = await readTip(database);
    isKnown = true;
    const head = await chain.head();
    if (tip !== undefined && (await isReplaced(tip, head))) await reconcile(tip, head);
    for (let next = nextBlock(); next <= head.number; next = nextBlock()) {
      const oldEnough = head.number - maxReorgDepth;
      if (next <= oldEnough) await applyRange(next, Math.min(next + range - 1, oldEnough));
      else await applyOneByOne(next, Math.min(next + BLOCKS_AT_ONCE - 1, head.number), head);
      range = Math.min(range * 2, LONGEST_RANGE);
    }
  }

  function nextBlock(): number {
    return tip === undefined ? from : tip.number + 1;
  }

  return {
    /** The newest block that is applied, as far as it is known. */
    tip: () => tip,
    /** Goes on until the block that is the newest when this is called. */
    async syncToHead(): Promise<void> {
      try {
        await syncToHead();
      } catch (error) {
        // Whether the last transaction was committed, only the database knows; and nodes limit how much they look up.
        isKnown = false;
        range = Math.max(SHORTEST_RANGE, Math.floor(range / 4));
        throw error;
      }
    },
  };
}
