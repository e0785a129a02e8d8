import { type Signer, ZeroAddress, getBytes, hashMessage, keccak256, solidityPackedKeccak256 } from "ethers";

import { readAddress, readBytes, readBytes32 } from "./field.js";
import type { Address, Hex, TaskId } from "./ids.js";

/** All that the signatures here take of an ethers signer. */
export type MessageSigner = Pick<Signer, "signMessage">;

/** The worker, task and enclave for which the scheduler or the TEE broker signs that the worker may contribute. */
export interface WorkPermit {
  readonly worker: Address;
  readonly taskId: TaskId;
  /** The address of the enclave's key (its challenge); zero when the deal asks for none. */
  readonly enclave: Address;
}

/** A {@link WorkPermit} with the signature of its authorizer, see {@link authorizerOf}. */
export interface Authorization extends WorkPermit {
  readonly sign: Hex;
}

/**
 * The message of a {@link WorkPermit}: keccak256(worker ‖ taskId ‖ enclave). Source: docs/reference/protocol.md
 * section 6.
 *
 * The authorizer signs it as an Ethereum signed message (EIP-191) of these 32 bytes.
 */
export function authorizationMessage({ worker, taskId, enclave }: WorkPermit): Hex {
  return solidityPackedKeccak256(
    ["address", "bytes32", "address"],
    [readAddress("worker", worker), readBytes32("taskId", taskId), readAddress("enclave", enclave)],
  ) as Hex;
}

/**
 * The account that must sign a {@link WorkPermit}: the TEE broker when the hub has one and the permit names an enclave,
 * else the owner of the workerpool.
 *
 * @param teeBroker - `teebroker()` of the hub; zero for none.
 * @param poolOwner - The owner of the workerpool when the deal was made.
 * @param enclave - The enclave that the permit names; zero for none.
 */
export function authorizerOf({
  teeBroker,
  poolOwner,
  enclave,
}: {
  teeBroker: Address;
  poolOwner: Address;
  enclave: Address;
}): Address {
  return teeBroker !== ZeroAddress && enclave !== ZeroAddress ? teeBroker : poolOwner;
}

/** Signs a {@link WorkPermit} as the owner of the workerpool or the TEE broker. */
export async function signAuthorization(signer: MessageSigner, permit: WorkPermit): Promise<Authorization> {
  return { ...permit, sign: await signHash(signer, authorizationMessage(permit)) };
}

/**
 * What an enclave signs, as an Ethereum signed message, to vouch for a contribution: keccak256(resultHash ‖ resultSeal),
 * both of `result.ts`. Source: docs/reference/protocol.md section 6.
 */
export function enclaveMessage({ resultHash, resultSeal }: { resultHash: Hex; resultSeal: Hex }): Hex {
  return solidityPackedKeccak256(
    ["bytes32", "bytes32"],
    [readBytes32("resultHash", resultHash), readBytes32("resultSeal", resultSeal)],
  ) as Hex;
}

/** Vouches for a contribution with the enclave's key. */
export function signContribution(
  enclave: MessageSigner,
  contribution: { resultHash: Hex; resultSeal: Hex },
): Promise<Hex> {
  return signHash(enclave, enclaveMessage(contribution));
}

/** A result to push in a boost deal. */
export interface BoostResult {
  readonly worker: Address;
  readonly taskId: TaskId;
  /** The deal's callback contract; zero for none. */
  readonly callback: Address;
  /** What the chain is told of the result, see `encodeResultLink` of `result.ts`. */
  readonly results: Hex;
  /** What the callback contract is told. Vouched for instead of `results` if there is a callback. */
  readonly resultsCallback: Hex;
}

/**
 * What an enclave signs, as an Ethereum signed message, to vouch for a boost result:
 * keccak256(worker ‖ taskId ‖ keccak256(resultsCallback if the deal has a callback, else results)). Source:
 * docs/reference/protocol.md section 8.
 */
export function boostEnclaveMessage({ worker, taskId, callback, results, resultsCallback }: BoostResult): Hex {
  const told =
    readAddress("callback", callback) === ZeroAddress
      ? readBytes("results", results)
      : readBytes("resultsCallback", resultsCallback);
  return solidityPackedKeccak256(
    ["address", "bytes32", "bytes32"],
    [readAddress("worker", worker), readBytes32("taskId", taskId), keccak256(told)],
  ) as Hex;
}

/** Vouches for a boost result with the enclave's key. */
export function signBoostResult(enclave: MessageSigner, result: BoostResult): Promise<Hex> {
  return signHash(enclave, boostEnclaveMessage(result));
}

/** The hash of the Ethereum signed message of 32 bytes, for `recoverSigner` of `signature.ts` and for ERC-1271. */
export function signedMessageHash(message: Hex): Hex {
  return hashMessage(getBytes(readBytes32("message", message))) as Hex;
}

async function signHash(signer: MessageSigner, message: Hex): Promise<Hex> {
  return (await signer.signMessage(getBytes(message))) as Hex;
}
