import type { Address, Hex } from "../protocol/ids.js";

/** The encryption key of a joining worker, which has none. */
const NO_KEY = new Uint8Array(32);

/**
 * Builds the binding for the quote of a worker that joins: its account and this login, instead of an enclave and a
 * task. So the quote cannot be used by other workers, or for other logins.
 *
 * @param challenge - The hash of the challenge with which it logs in.
 */
export function joinBinding(worker: Address, challenge: Hex) {
  return { worker, taskId: challenge, enclave: worker, encryptionKey: NO_KEY };
}
