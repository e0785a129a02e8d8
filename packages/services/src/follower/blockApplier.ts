import type { Kysely, Transaction } from "kysely";

import type { BlockWithLogs, ChainReader, FollowedBlock, FollowedLog } from "./chainSource.js";
import { ChainMovedError, DeepReorgError, type BlockId } from "./followerErrors.js";
import { deleteBlocksAfter, readBlocks, readTip, saveBlock, type FollowerTables } from "./position.js";

/** What a service writes into its database for the blocks of a chain. */
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

/** What a block applier works with. */
export interface BlockApplierOptions<Tables extends FollowerTables, Prepared> extends Handlers<Tables, Prepared> {
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
export class BlockApplier<Tables extends FollowerTables, Prepared> {
  readonly #options: BlockApplierOptions<Tables, Prepared>;
  readonly #database: Kysely<FollowerTables>;
  #tip: BlockId | undefined;
  /** Whether `#tip` is what the database has. */
  #isTipKnown = false;
  /** How many blocks are read at once with their logs. */
  #range = FIRST_RANGE;

  constructor(options: BlockApplierOptions<Tables, Prepared>) {
    this.#options = options;
    this.#database = options.database as unknown as Kysely<FollowerTables>;
  }

  /** The newest block that is applied, as far as it is known. */
  get tip(): BlockId | undefined {
    return this.#tip;
  }

  /** Applies blocks up to the one that is the newest when this is called. */
  async syncToHead(): Promise<void> {
    try {
      await this.#sync();
    } catch (error) {
      // Whether the last transaction was committed, only the database knows; and nodes limit how much they look up.
      this.#isTipKnown = false;
      this.#range = Math.max(SHORTEST_RANGE, Math.floor(this.#range / 4));
      throw error;
    }
  }

  async #sync(): Promise<void> {
    const { chain, maxReorgDepth } = this.#options;
    if (!this.#isTipKnown) this.#tip = await readTip(this.#database);
    this.#isTipKnown = true;
    const head = await chain.head();
    if (this.#tip !== undefined && (await this.#isReplaced(this.#tip, head))) await this.#reconcile(this.#tip, head);
    for (let next = this.#nextBlock(); next <= head.number; next = this.#nextBlock()) {
      const oldEnough = head.number - maxReorgDepth;
      if (next <= oldEnough) await this.#applyRange(next, Math.min(next + this.#range - 1, oldEnough));
      else await this.#applyOneByOne(next, Math.min(next + BLOCKS_AT_ONCE - 1, head.number), head);
      this.#range = Math.min(this.#range * 2, LONGEST_RANGE);
    }
  }

  #nextBlock(): number {
    return this.#tip === undefined ? this.#options.from : this.#tip.number + 1;
  }

  /** Applies one block, or its position alone if it has no logs: all of it or nothing. */
  async #apply({ block, logs }: BlockWithLogs): Promise<void> {
    const { prepare, onLogs, maxReorgDepth } = this.#options;
    const prepared = logs.length === 0 ? undefined : await prepare?.(logs, block);
    await this.#database.transaction().execute(async (transaction) => {
      if (logs.length > 0) {
        await onLogs(logs, block, transaction as unknown as Transaction<Tables>, prepared as Prepared);
      }
      await saveBlock(transaction, block, maxReorgDepth);
    });
    this.#tip = { number: block.number, hash: block.hash };
  }

  /** Applies blocks that nothing replaces any more: those with logs, and the last. */
  async #applyRange(first: number, last: number): Promise<void> {
    const { chain } = this.#options;
    const tip = this.#tip;
    if (tip !== undefined && (await chain.block(tip.number)).hash !== tip.hash) throw new ChainMovedError(tip.number);
    const blocks = await chain.blocksWithLogs(first, last);
    const end = await chain.block(last);
    for (const block of blocks) await this.#apply(block);
    if (this.#tip?.number !== last) await this.#apply({ block: end, logs: [] });
  }

  async #applyOneByOne(first: number, last: number, head: FollowedBlock): Promise<void> {
    const { chain } = this.#options;
    const numbers = Array.from({ length: last - first + 1 }, (_, index) => first + index);
    const blocks = await Promise.all(
      numbers.map(async (number) => (number === head.number ? head : chain.block(number))),
    );
    let parent = this.#tip?.hash;
    for (const block of blocks) {
      if (parent !== undefined && block.parentHash !== parent) throw new ChainMovedError(block.number);
      parent = block.hash;
    }
    for (const block of await Promise.all(blocks.map((found) => chain.logsOf(found)))) await this.#apply(block);
  }

  async #isReplaced(applied: BlockId, head: FollowedBlock): Promise<boolean> {
    if (head.number === applied.number + 1) return head.parentHash !== applied.hash;
    if (head.number <= applied.number) return head.hash !== applied.hash;
    return (await this.#options.chain.block(applied.number)).hash !== applied.hash;
  }

  /** Goes back to the common ancestor: the newest block that was applied and is still part of the chain. */
  async #reconcile(applied: BlockId, head: FollowedBlock): Promise<void> {
    const { chain, from } = this.#options;
    const stored = await readBlocks(this.#database);
    const oldest = stored.at(-1)!;
    const comparable = stored.filter(({ number }) => number <= head.number);
    for (const block of comparable) {
      const found = block.number === head.number ? head : await chain.block(block.number);
      if (found.hash !== block.hash) continue;
      // A node that is behind shows fewer blocks, but the same ones: they were not replaced.
      if (block !== comparable[0]) await this.#rollBack(block.number, block);
      return;
    }
    // Where every block that was applied is stored, all of them can be taken back.
    if (oldest.number !== from) throw new DeepReorgError(applied, head, oldest.number);
    await this.#rollBack(from - 1, undefined);
  }

  async #rollBack(number: number, ancestor: BlockId | undefined): Promise<void> {
    await this.#database.transaction().execute(async (transaction) => {
      await this.#options.onRollback(number, transaction as unknown as Transaction<Tables>);
      await deleteBlocksAfter(transaction, number);
    });
    this.#tip = ancestor;
  }
}
