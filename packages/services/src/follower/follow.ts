import type { Kysely } from "kysely";

import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { SILENT, type Log } from "../log.js";
import { BlockApplier, type Handlers } from "./blockApplier.js";
import { openChainReader, type ChainSource } from "./chainSource.js";
import { DeepReorgError, FollowerClosedError, FollowerLateError, type BlockId } from "./followerErrors.js";
import type { FollowerTables } from "./position.js";

/** The chain that is followed, from where, and into which database. */
export interface FollowOptions<Tables extends FollowerTables, Prepared> extends Handlers<Tables, Prepared> {
  /** A provider of ethers that caches no answers, as `openProvider` makes. The caller destroys it. */
  readonly provider: ChainSource;
  readonly database: Kysely<Tables>;
  /** The contracts whose logs are read. */
  readonly addresses: readonly Address[];
  /** The first block to look at, when none was applied yet: the one in which the contracts were created. */
  readonly from: number;
  /** The deepest reorg that is followed, in blocks; 128 by default. As many blocks are stored. */
  readonly maxReorgDepth?: number;
  /** How often to look for new blocks, in milliseconds: 250 by default. */
  readonly pollInterval?: number;
  /** Receives failures of the chain sync, its resumption, and reorgs. */
  readonly log?: Log;
}

/** The part of a block applier that a follower drives. */
type Applier = Pick<BlockApplier<FollowerTables, unknown>, "tip" | "syncToHead">;

/** A caller that waits for the newest block. */
interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

const MAX_REORG_DEPTH = 128;
const POLL_INTERVAL = 250;
const CATCH_UP = 30_000;
/** How long to wait after a failure, in milliseconds; twice as long after each further one. */
const FIRST_BACKOFF = 100;
const LONGEST_BACKOFF = 2_000;

/**
 * Follows a chain: applies its blocks to a database in order, each in one transaction together with the position, so that
 * a crash at any point leaves what a prefix of the chain says. Blocks that the chain replaces are taken back first. A node
 * or a database that fails is asked again, forever and ever more slowly.
 */
export function follow<Tables extends FollowerTables, Prepared = undefined>(
  options: FollowOptions<Tables, Prepared>,
): Follower {
  const { provider, addresses, maxReorgDepth = MAX_REORG_DEPTH, pollInterval = POLL_INTERVAL, log = SILENT } = options;
  const closing = new AbortController();
  const applier = new BlockApplier<Tables, Prepared>({
    ...options,
    chain: openChainReader(provider, addresses, closing.signal),
    maxReorgDepth,
    onRollback: async (blockNumber, transaction) => {
      log.warn({ blockNumber }, "chain reorg: blocks after this one are taken back");
      await options.onRollback(blockNumber, transaction);
    },
  });
  return new Follower(applier, { closing, pollInterval, log });
}

/** A chain that is being followed; {@link follow} starts one. */
export class Follower {
  readonly #applier: Applier;
  readonly #closing: AbortController;
  readonly #pollInterval: number;
  readonly #log: Log;
  readonly #running: Promise<void>;
  readonly #waiters = new Set<Waiter>();
  #lastFailure: unknown;
  /** Attempts that failed in a row. */
  #failures = 0;
  /** Ends the pause between attempts. */
  #wake: (() => void) | undefined;

  constructor(
    applier: Applier,
    { closing, pollInterval, log }: { closing: AbortController; pollInterval: number; log: Log },
  ) {
    this.#applier = applier;
    this.#closing = closing;
    this.#pollInterval = pollInterval;
    this.#log = log;
    this.#running = this.#run();
  }

  /** The newest block that is applied; nothing before the first. */
  get tip(): BlockId | undefined {
    return this.#applier.tip;
  }

  /** Whether the last synchronization with the chain succeeded. */
  get isHealthy(): boolean {
    return this.#failures === 0;
  }

  /**
   * Waits until the block that is the chain's newest right now is applied.
   *
   * @param within - Milliseconds: 30 seconds by default.
   * @throws FollowerLateError when it takes longer
   * @throws DeepReorgError when the chain is another one
   * @throws FollowerClosedError
   */
  async catchUp(within = CATCH_UP): Promise<void> {
    if (this.#closing.signal.aborted) throw new FollowerClosedError();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter = { resolve, reject };
    const timer = setTimeout(() => reject(new FollowerLateError(this.tip, within, this.#currentFailure())), within);
    this.#waiters.add(waiter);
    // A node that fails is not asked more often because a caller waits for it.
    if (this.isHealthy) this.#wake?.();
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#waiters.delete(waiter);
    }
  }

  /** Stops after the transaction that is under way. The database and the provider stay open. */
  async close(): Promise<void> {
    this.#closing.abort(new FollowerClosedError());
    this.#settle([...this.#waiters], (waiter) => waiter.reject(new FollowerClosedError()));
    this.#wake?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await this.#sync();
      if (signal.aborted) return;
      const backoff = Math.min(FIRST_BACKOFF * 2 ** (this.#failures - 1), LONGEST_BACKOFF);
      if (!this.isHealthy) await this.#pause(backoff);
      else if (this.#waiters.size === 0) await this.#pause(this.#pollInterval);
    }
  }

  async #sync(): Promise<void> {
    // A caller that begins to wait while the newest block is being looked up may mean a later one.
    const served = [...this.#waiters];
    try {
      await this.#applier.syncToHead();
      if (!this.isHealthy) this.#log.info({ failures: this.#failures, tip: this.tip }, "chain sync resumed");
      this.#failures = 0;
      this.#settle(served, (waiter) => waiter.resolve());
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      const isNews = this.isHealthy || !isSame(error, this.#lastFailure);
      this.#failures++;
      this.#lastFailure = error;
      if (isNews) this.#log.warn({ err: error, tip: this.tip }, "chain sync failed; retrying");
      if (error instanceof DeepReorgError) this.#settle(served, (waiter) => waiter.reject(error));
    }
  }

  #settle(served: readonly Waiter[], how: (waiter: Waiter) => void): void {
    for (const waiter of served) {
      this.#waiters.delete(waiter);
      how(waiter);
    }
  }

  #pause(milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, milliseconds);
    this.#wake = () => {
      clearTimeout(timer);
      resolve();
    };
    return promise;
  }

  #currentFailure(): unknown {
    return this.isHealthy ? undefined : this.#lastFailure;
  }
}

function isSame(error: unknown, last: unknown): boolean {
  return error instanceof Error && last instanceof Error && error.message === last.message;
}
