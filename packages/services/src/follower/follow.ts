import type { Kysely } from "kysely";

import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { SILENT, type Log } from "../log.js";
import { applyChain, type Handlers } from "./applyChain.js";
import { readChain, type ChainSource } from "./chainSource.js";
import { DeepReorgError, FollowerClosedError, FollowerLateError, type BlockId } from "./followerErrors.js";
import type { FollowerTables } from "./position.js";

/** Which chain is followed, from where, and into which database. */
export interface FollowOptions<Tables extends FollowerTables, Prepared> extends Handlers<Tables, Prepared> {
  /** A provider of ethers that remembers no answers: `openProvider` makes one. Whoever made it destroys it. */
  readonly provider: ChainSource;
  readonly database: Kysely<Tables>;
  /** Whose logs are read. */
  readonly addresses: readonly Address[];
  /** The first block to look at, when none was applied yet: the one in which the contracts came to be. */
  readonly from: number;
  /** The deepest reorg that is followed, in blocks; 128 by default. As many blocks are stored. */
  readonly maxReorgDepth?: number;
  /** How often to look for new blocks, in milliseconds: 250 by default. */
  readonly pollInterval?: number;
  /** Receives failures of the chain sync, its resumption, and reorgs. */
  readonly log?: Log;
}

/** A chain that is being followed. */
export interface Follower {
  /** The newest block that is applied; nothing before the first. */
  readonly tip: BlockId | undefined;
  /** Whether the last synchronization with the chain succeeded. */
  readonly isHealthy: boolean;
  /**
   * Waits until the block that is the chain's newest right now is applied.
   *
   * @param within milliseconds: 30 seconds by default
   * @throws FollowerLateError when it takes longer
   * @throws DeepReorgError when the chain is another one
   * @throws FollowerClosedError
   */
  catchUp(within?: number): Promise<void>;
  /** Stops after the transaction that is under way. The database and the provider stay open. */
  close(): Promise<void>;
}

interface Waiting {
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
  const chain = readChain(provider, addresses, closing.signal);
  const application = applyChain<Tables, Prepared>({
    ...options,
    chain,
    maxReorgDepth,
    onRollback: async (blockNumber, transaction) => {
      log.warn({ blockNumber }, "chain reorg: blocks after this one are taken back");
      await options.onRollback(blockNumber, transaction);
    },
  });
  const waiting = new Set<Waiting>();
  let lastFailure: unknown;
  let failures = 0;
  let wake: (() => void) | undefined;

  async function attempt(): Promise<void> {
    // Whoever asks while the newest block is being looked up may mean a later one.
    const served = [...waiting];
    try {
      await application.syncToHead();
      if (failures > 0) log.info({ failures, tip: application.tip() }, "chain sync resumed");
      failures = 0;
      settle(served, (one) => one.resolve());
    } catch (error) {
      if (closing.signal.aborted) return;
      failures++;
      if (!isSame(error, lastFailure) || failures === 1) {
        log.warn({ err: error, tip: application.tip() }, "chain sync failed; retrying");
      }
      lastFailure = error;
      if (error instanceof DeepReorgError) settle(served, (one) => one.reject(error));
    }
  }

  function settle(served: readonly Waiting[], how: (one: Waiting) => void): void {
    for (const one of served) {
      waiting.delete(one);
      how(one);
    }
  }

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      await attempt();
      if (closing.signal.aborted) return;
      if (failures > 0) await pause(Math.min(FIRST_BACKOFF * 2 ** (failures - 1), LONGEST_BACKOFF));
      else if (waiting.size === 0) await pause(pollInterval);
    }
  }

  function pause(milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, milliseconds);
    wake = () => {
      clearTimeout(timer);
      resolve();
    };
    return promise;
  }

  async function catchUp(within = CATCH_UP): Promise<void> {
    if (closing.signal.aborted) throw new FollowerClosedError();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const one = { resolve, reject };
    const late = () => reject(new FollowerLateError(application.tip(), within, failures > 0 ? lastFailure : undefined));
    const timer = setTimeout(late, within);
    waiting.add(one);
    // A node that fails is not asked more often because somebody waits for it.
    if (failures === 0) wake?.();
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      waiting.delete(one);
    }
  }

  const running = run();
  return {
    get tip() {
      return application.tip();
    },
    get isHealthy() {
      return failures === 0;
    },
    catchUp,
    async close() {
      closing.abort(new FollowerClosedError());
      settle([...waiting], (one) => one.reject(new FollowerClosedError()));
      wake?.();
      await running;
    },
  };
}

function isSame(error: unknown, last: unknown): boolean {
  return error instanceof Error && last instanceof Error && error.message === last.message;
}
