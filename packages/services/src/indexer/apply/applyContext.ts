import type { FollowedBlock } from "../../follower/chainSource.js";
import type { EntityStore } from "../history/entityStore.js";

/** The entity store that an event changes, and the block of the event. */
export interface ApplyContext {
  readonly store: EntityStore;
  readonly block: FollowedBlock;
}

/** Creates the account of `address` unless it exists, and returns its id. */
export async function ensureAccount({ store }: ApplyContext, address: string): Promise<string> {
  const id = address.toLowerCase();
  if ((await store.get("Account", id)) === undefined) await store.set("Account", id, { balance: 0n, frozen: 0n });
  return id;
}

/** The block time, block number and transaction that created an entity. */
export function createdAt({ block }: ApplyContext, { transactionHash }: { readonly transactionHash: string }) {
  return { timestamp: BigInt(block.timestamp), blockNumber: BigInt(block.number), transactionHash };
}

/** An id for an entity without one of its own: the position of its log is unique. */
export function placeOf({ block }: ApplyContext, { logIndex }: { readonly logIndex: number }): string {
  return `${block.number}-${logIndex}`;
}
