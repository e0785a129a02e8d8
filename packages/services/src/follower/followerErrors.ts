/** A block that was applied, or is to be. */
export interface BlockId {
  readonly number: number;
  readonly hash: string;
}

/** The chain that a node shows shares no block with those that were applied and are still stored. */
export class DeepReorgError extends Error {
  override readonly name = "DeepReorgError";
  /** The newest block that was applied. */
  readonly tip: BlockId;
  /** The newest block of the chain that the node shows. */
  readonly head: BlockId;

  constructor(tip: BlockId, head: BlockId, oldest: number) {
    super(
      `The chain was followed up to block ${tip.number} (${tip.hash}), but the node, whose newest block is ` +
        `${head.number} (${head.hash}), has none of the blocks from ${oldest} on that were applied: it serves another ` +
        "chain, or its chain had a deeper reorg than it stores blocks for. Check the node's URL; if it is right, " +
        "empty this service's database, and it reads the chain anew.",
    );
    this.tip = tip;
    this.head = head;
  }
}

/** The node showed two chains at once, as it does in the moment of a reorg; asking again helps. */
export class ChainMovedError extends Error {
  override readonly name = "ChainMovedError";

  constructor(number: number) {
    super(`The chain changed around block ${number} while it was read: it is read again.`);
  }
}

/** A node that does not have a block which it announced, or whose logs it reported. */
export class BlockMissingError extends Error {
  override readonly name = "BlockMissingError";

  constructor(number: number) {
    super(`The node has no block ${number}, though it knows of later ones: it is asked again.`);
  }
}

/** A node that does not answer. */
export class NodeSilentError extends Error {
  override readonly name = "NodeSilentError";

  constructor(question: string, milliseconds: number) {
    super(`The node did not say ${question} within ${milliseconds} ms: check that it runs and can be reached.`);
  }
}

/** The newest block was not applied within the time that a caller waited for it. */
export class FollowerLateError extends Error {
  override readonly name = "FollowerLateError";
  /** The newest block that is applied; nothing before the first. */
  readonly tip: BlockId | undefined;

  constructor(tip: BlockId | undefined, milliseconds: number, cause: unknown) {
    const where = tip === undefined ? "no block" : `the chain up to block ${tip.number}`;
    const why = cause instanceof Error ? ` The last attempt failed: ${cause.message}` : " Wait, and ask again.";
    super(`After ${milliseconds} ms, ${where} was applied, but not the newest.${why}`, { cause });
    this.tip = tip;
  }
}

/** A follower was asked for something after it was closed. */
export class FollowerClosedError extends Error {
  override readonly name = "FollowerClosedError";

  constructor() {
    super("The chain is no longer followed: this service is shutting down.");
  }
}
