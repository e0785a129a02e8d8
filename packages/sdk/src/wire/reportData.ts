import { concat, getBytes, keccak256 } from "ethers";

import type { Address, Hex } from "../protocol/ids.js";

/** The identity of an enclave that its quote attests. */
export interface EnclaveBinding {
  readonly worker: Address;
  readonly taskId: Hex;
  /** The address of the key that the enclave signs with. */
  readonly enclave: Address;
  /** The X25519 key, 32 bytes, that secrets for the enclave are encrypted to. */
  readonly encryptionKey: Uint8Array;
}

/**
 * Encodes the 64 bytes of an enclave's report data: keccak256(worker ‖ taskId ‖ enclave), which the workerpool's owner
 * authorizes too, then keccak256(encryptionKey).
 *
 * @throws `RangeError` when a field has the wrong length
 */
export function encodeReportData({ worker, taskId, enclave, encryptionKey }: EnclaveBinding): Uint8Array {
  const fields: readonly [string, Uint8Array, number][] = [
    ["worker", getBytes(worker), 20],
    ["taskId", getBytes(taskId), 32],
    ["enclave", getBytes(enclave), 20],
    ["encryptionKey", encryptionKey, 32],
  ];
  for (const [name, bytes, length] of fields) {
    if (bytes.length !== length) throw new RangeError(`${name} has ${bytes.length} bytes: give ${length}.`);
  }
  return getBytes(concat([keccak256(concat([worker, taskId, enclave])), keccak256(encryptionKey)]));
}

/** Computes keccak256 of the report data, which identifies an enclave at a task. */
export function bindingHash(binding: EnclaveBinding): Hex {
  return keccak256(encodeReportData(binding)) as Hex;
}
