import { getBytes, solidityPackedKeccak256, type BaseWallet } from "ethers";

import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";

/** The commitment that a worker contributes: it hides the result until it is revealed. */
export interface Seal {
  readonly resultHash: Hex;
  readonly resultSeal: Hex;
}

/** Seals a digest for a worker: keccak256(taskId ‖ digest) and keccak256(worker ‖ taskId ‖ digest). */
export function sealDigest(worker: Address, taskId: Hex, digest: Hex): Seal {
  return {
    resultHash: solidityPackedKeccak256(["bytes32", "bytes32"], [taskId, digest]) as Hex,
    resultSeal: solidityPackedKeccak256(["address", "bytes32", "bytes32"], [worker, taskId, digest]) as Hex,
  };
}

/** Signs a seal as an enclave does: an Ethereum signed message over keccak256(resultHash ‖ resultSeal). */
export function signSeal(key: BaseWallet, { resultHash, resultSeal }: Seal): Hex {
  const message = solidityPackedKeccak256(["bytes32", "bytes32"], [resultHash, resultSeal]);
  return key.signMessageSync(getBytes(message)) as Hex;
}
