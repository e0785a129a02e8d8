import { type Signer, ZeroAddress, getBytes, hashMessage, keccak256, solidityPackedKeccak256 } from "ethers";

import { readAddress, readBytes, readBytes32 } from "./field.js";
import type { Address, Hex, TaskId } from "./ids.js";

/** The part of an ethers signer that signs messages. */
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
 *
 * @returns 32 bytes.
 * @throws {@link InvalidFieldError} when an address or the task's id is not what it should be.
 * @example
 * ```ts
 * authorizationMessage({
 *   worker: "0x1111111111111111111111111111111111111111",
 *   taskId: taskId(ZeroHash as Hex, 0n),
 *   enclave: ZeroAddress as Address,
 * }); // → "0xf3f79443de04dde52e490f6a05e96f0d7ae9cb2f455c521a1733c7a3ed149fe6"
 * ```
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
 * @example
 * ```ts
 * const teeBroker = "0x2222222222222222222222222222222222222222";
 * const poolOwner = "0x3333333333333333333333333333333333333333";
 * authorizerOf({ teeBroker, poolOwner, enclave: ZeroAddress as Address }); // → poolOwner
 * authorizerOf({ teeBroker, poolOwner, enclave: "0x4444444444444444444444444444444444444444" }); // → teeBroker
 * ```
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

/**
 * Signs a {@link WorkPermit} as the owner of the workerpool or the TEE broker.
 *
 * @param signer - The authorizer, see {@link authorizerOf}.
 * @returns The permit with a 65-byte signature, as `contribute` takes it.
 * @throws {@link InvalidFieldError} when a field of the permit is out of range.
 * @example
 * ```ts
 * const poolOwner = new Wallet(id("the key of the workerpool's owner"));
 * const permit = {
 *   worker: "0x1111111111111111111111111111111111111111",
 *   taskId: taskId(ZeroHash as Hex, 0n),
 *   enclave: ZeroAddress as Address,
 * } as const;
 * const authorization = await signAuthorization(poolOwner, permit);
 * recoverSigner(signedMessageHash(authorizationMessage(permit)), authorization.sign); // → poolOwner.address
 * ```
 */
export async function signAuthorization(signer: MessageSigner, permit: WorkPermit): Promise<Authorization> {
  return { ...permit, sign: await signHash(signer, authorizationMessage(permit)) };
}

/**
 * What an enclave signs, as an Ethereum signed message, to vouch for a contribution: keccak256(resultHash ‖
 * resultSeal), both of `result.ts`. Source: docs/reference/protocol.md section 6.
 *
 * @returns 32 bytes.
 * @throws {@link InvalidFieldError} when either is not 32 bytes.
 * @example
 * ```ts
 * const task = taskId(ZeroHash as Hex, 0n);
 * const digest = fileDigest(toUtf8Bytes("42"));
 * enclaveMessage({
 *   resultHash: resultHash(task, digest),
 *   resultSeal: resultSeal("0x1111111111111111111111111111111111111111", task, digest),
 * }); // → "0x49813202ca32734a6fa7aca02e190a67d5338620f0adc24b0f30b9b1a3c25c05"
 * ```
 */
export function enclaveMessage({ resultHash, resultSeal }: { resultHash: Hex; resultSeal: Hex }): Hex {
  return solidityPackedKeccak256(
    ["bytes32", "bytes32"],
    [readBytes32("resultHash", resultHash), readBytes32("resultSeal", resultSeal)],
  ) as Hex;
}

/**
 * Vouches for a contribution with the enclave's key.
 *
 * @param enclave - The key of the enclave, whose address the {@link WorkPermit} names.
 * @returns A 65-byte signature.
 * @throws {@link InvalidFieldError} when either hash is not 32 bytes.
 * @example
 * ```ts
 * const enclave = new Wallet(id("the key of the enclave"));
 * const task = taskId(ZeroHash as Hex, 0n);
 * const digest = fileDigest(toUtf8Bytes("42"));
 * const contribution = {
 *   resultHash: resultHash(task, digest),
 *   resultSeal: resultSeal("0x1111111111111111111111111111111111111111", task, digest),
 * };
 * const sign = await signContribution(enclave, contribution);
 * recoverSigner(signedMessageHash(enclaveMessage(contribution)), sign); // → enclave.address
 * ```
 */
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
 *
 * @returns 32 bytes.
 * @throws {@link InvalidFieldError} when a field is out of range.
 * @example
 * ```ts
 * boostEnclaveMessage({
 *   worker: "0x1111111111111111111111111111111111111111",
 *   taskId: taskId(ZeroHash as Hex, 0n),
 *   callback: ZeroAddress as Address,
 *   results: encodeResultLink({ storage: "ipfs", location: "/ipfs/QmResult" }),
 *   resultsCallback: "0x",
 * }); // → "0x890c89c948c388b53bf1eae93e3081ab43018b56072f008ec6d785b22f79ee81"
 * ```
 */
export function boostEnclaveMessage({ worker, taskId, callback, results, resultsCallback }: BoostResult): Hex {
  const encoded =
    readAddress("callback", callback) === ZeroAddress
      ? readBytes("results", results)
      : readBytes("resultsCallback", resultsCallback);
  return solidityPackedKeccak256(
    ["address", "bytes32", "bytes32"],
    [readAddress("worker", worker), readBytes32("taskId", taskId), keccak256(encoded)],
  ) as Hex;
}

/**
 * Vouches for a boost result with the enclave's key.
 *
 * @param enclave - The key of the enclave, whose address the {@link WorkPermit} names.
 * @returns A 65-byte signature.
 * @throws {@link InvalidFieldError} when a field of the result is out of range.
 * @example
 * ```ts
 * const enclave = new Wallet(id("the key of the enclave"));
 * const result = {
 *   worker: "0x1111111111111111111111111111111111111111",
 *   taskId: taskId(ZeroHash as Hex, 0n),
 *   callback: ZeroAddress as Address,
 *   results: encodeResultLink({ storage: "ipfs", location: "/ipfs/QmResult" }),
 *   resultsCallback: "0x",
 * } as const;
 * const sign = await signBoostResult(enclave, result);
 * recoverSigner(signedMessageHash(boostEnclaveMessage(result)), sign); // → enclave.address
 * ```
 */
export function signBoostResult(enclave: MessageSigner, result: BoostResult): Promise<Hex> {
  return signHash(enclave, boostEnclaveMessage(result));
}

/**
 * The hash of the Ethereum signed message of 32 bytes, for `recoverSigner` of `signature.ts` and for ERC-1271.
 *
 * @param message - 32 bytes.
 * @throws {@link InvalidFieldError} when `message` is not 32 bytes.
 * @example
 * ```ts
 * signedMessageHash(ZeroHash as Hex); // → "0x5e4106618209740b9f773a94c5667b9659a7a4e2691c7c8a78336e9889a6be07"
 * ```
 */
export function signedMessageHash(message: Hex): Hex {
  return hashMessage(getBytes(readBytes32("message", message))) as Hex;
}

async function signHash(signer: MessageSigner, message: Hex): Promise<Hex> {
  return (await signer.signMessage(getBytes(message))) as Hex;
}
