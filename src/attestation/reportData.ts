import { concat, getBytes, keccak256 } from "ethers";

import type { Address, Hex } from "../protocol/ids.js";

/** What an enclave says of itself in its quote. */
export type EnclaveBinding = {
  readonly worker: Address;
  readonly taskId: Hex;
  /** The address of the key that the enclave signs with. */
  readonly enclave: Address;
  /** The X25519 key, 32 bytes, that secrets for the enclave are encrypted to. */
  readonly encryptionKey: Uint8Array;
};

/** keccak256(worker ‖ taskId ‖ enclave ‖ keccak256(encryptionKey)): the first half of an enclave's report data. */
export function bindingHash({ worker, taskId, enclave, encryptionKey }: EnclaveBinding): Hex {
  const fields: readonly [string, Uint8Array, number][] = [
    ["worker", getBytes(worker), 20],
    ["taskId", getBytes(taskId), 32],
    ["enclave", getBytes(enclave), 20],
    ["encryptionKey", encryptionKey, 32],
  ];
  for (const [name, bytes, length] of fields) {
    if (bytes.length !== length) throw new RangeError(`${name} has ${bytes.length} bytes: give ${length}.`);
  }
  return keccak256(concat([worker, taskId, enclave, keccak256(encryptionKey)])) as Hex;
}

/** The 64 bytes of an enclave's report data: the hash that binds it to its work, then zeros. */
export function encodeReportData(binding: EnclaveBinding): Uint8Array {
  return Buffer.concat([getBytes(bindingHash(binding)), Buffer.alloc(32)]);
}
