import { getBytes, solidityPackedKeccak256, type BaseWallet } from "ethers";

import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import type { Hex } from "./task.js";

/** What a worker contributes: the result and the worker, hidden until they are revealed. */
export type Seal = { readonly resultHash: Hex; readonly resultSeal: Hex };

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
