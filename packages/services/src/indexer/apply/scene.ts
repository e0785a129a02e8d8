import type { FollowedBlock } from "../../follower/chainSource.js";
import type { EntityStore } from "../history/entityStore.js";

/** Where events are applied: the entities as they are, and the block that changes them. */
export interface Scene {
  readonly store: EntityStore;
  readonly block: FollowedBlock;
}

/** Makes sure that an account is known. */
export async function meet({ store }: Scene, address: string): Promise<string> {
  const id = address.toLowerCase();
  if ((await store.get("Account", id)) === undefined) await store.set("Account", id, { balance: 0n, frozen: 0n });
  return id;
}

/** When and by which transaction something came to be. */
export function origin({ block }: Scene, { transactionHash }: { readonly transactionHash: string }) {
  return { timestamp: BigInt(block.timestamp), blockNumber: BigInt(block.number), transactionHash };
}

/** An id for what has none of its own: there is one log at each place. */
export function placeOf({ block }: Scene, { logIndex }: { readonly logIndex: number }): string {
  return `${block.number}-${logIndex}`;
}

/** The address zero. */
export const NOBODY = `0x${"0".repeat(40)}`;
