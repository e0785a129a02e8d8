import type { Address, Hex } from "../protocol/ids.js";

/** A platform has no key to encrypt to. */
const NO_KEY = new Uint8Array(32);

/**
 * What the quote of a worker that joins has to be about, in the place of an enclave at a task: its account, and this login.
 * Nobody else can show it, and it is good once.
 *
 * @param challenge - The hash of the challenge with which it logs in.
 */
export function joinBinding(worker: Address, challenge: Hex) {
  return { worker, taskId: challenge, enclave: worker, encryptionKey: NO_KEY };
}
