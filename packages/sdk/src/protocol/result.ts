import {
  concat,
  dataLength,
  hexlify,
  keccak256,
  sha256,
  solidityPackedKeccak256,
  toUtf8Bytes,
  toUtf8String,
} from "ethers";

import { InvalidFieldError, readAddress, readBytes, readBytes32, readObject, readString } from "./field.js";
import type { Address, Hex, TaskId } from "./ids.js";

/**
 * The hash that a worker commits to when it contributes: keccak256(taskId ‖ digest). Workers with equal results have equal
 * hashes.
 *
 * @param digest - Of the result, by one of the `…Digest` functions here (32 bytes). Source: docs/reference/protocol.md
 * section 6.
 * @param taskId - 32 bytes, see `taskId` of `ids.ts`.
 * @throws {@link InvalidFieldError} when either is not 32 bytes.
 * @example
 * ```ts
 * const task = taskId(ZeroHash as Hex, 0n);
 * resultHash(task, fileDigest(toUtf8Bytes("42")));
 * // → "0x690993c38a1ee1b229be03ef05df47e9e3f74d96c9b203a538f60d7e176e8851"
 * ```
 */
export function resultHash(taskId: TaskId, digest: Hex): Hex {
  return solidityPackedKeccak256(
    ["bytes32", "bytes32"],
    [readBytes32("taskId", taskId), readBytes32("digest", digest)],
  ) as Hex;
}

/**
 * The proof that a worker knew the digest itself: keccak256(worker ‖ taskId ‖ digest). Source:
 * docs/reference/protocol.md section 6.
 *
 * @param worker - Who contributes.
 * @param digest - Of the result, as for {@link resultHash}.
 * @throws {@link InvalidFieldError} when `worker` is no address, or another is not 32 bytes.
 * @example
 * ```ts
 * const task = taskId(ZeroHash as Hex, 0n);
 * const worker = "0x1111111111111111111111111111111111111111";
 * resultSeal(worker, task, fileDigest(toUtf8Bytes("42")));
 * // → "0x5755bda2243014bcff5f9d72c0584422b6e7fab0313b591878ada960ed9c923c"
 * ```
 */
export function resultSeal(worker: Address, taskId: TaskId, digest: Hex): Hex {
  return solidityPackedKeccak256(
    ["address", "bytes32", "bytes32"],
    [readAddress("worker", worker), readBytes32("taskId", taskId), readBytes32("digest", digest)],
  ) as Hex;
}

/**
 * The digest of a result for a callback contract: keccak256 of what it is told. Source: docs/reference/protocol.md
 * section 6.
 *
 * @throws {@link InvalidFieldError} when it is not bytes.
 * @example
 * ```ts
 * callbackDigest("0x2a"); // → "0x04994f67dc55b09e814ab7ffc8df3686b4afb2bb53e60eae97ef043fe03fb829"
 * ```
 */
export function callbackDigest(resultsCallback: Hex): Hex {
  return keccak256(readBytes("resultsCallback", resultsCallback)) as Hex;
}

/**
 * The digest of a result that is one file: its sha256. Source: docs/reference/services.md section 5.
 *
 * @example
 * ```ts
 * fileDigest(toUtf8Bytes("42")); // → "0x73475cb40a568e8da8a045ced110137e159f890ac4da883b6b17dc651b3a8049"
 * ```
 */
export function fileDigest(content: Uint8Array): Hex {
  return sha256(content) as Hex;
}

/** A file directly inside a directory. */
export interface DirectoryEntry {
  readonly name: string;
  readonly content: Uint8Array;
}

/**
 * The digest of a result that is a directory: keccak256 of the sha256 of each file in it, put together in the order of
 * their names by UTF-16 code units. Names themselves do not count. Source: docs/reference/services.md section 5.
 *
 * @param entries - All files directly inside, in any order.
 * @throws {@link InvalidFieldError} when there is none, or two have the same name.
 * @example
 * ```ts
 * directoryDigest([
 *   { name: "result.txt", content: toUtf8Bytes("42") },
 *   { name: "computed.json", content: toUtf8Bytes("{}") },
 * ]); // → "0x7fd1d71d0c62f8d49cfd746c0197fb8055b488d731f8970d8ac370705c0e848e"
 * directoryDigest([]); // throws InvalidFieldError
 * ```
 */
export function directoryDigest(entries: readonly DirectoryEntry[]): Hex {
  if (entries.length === 0) throw new InvalidFieldError("entries", entries, "at least one file");
  const sorted = entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  for (const [index, { name }] of sorted.entries()) {
    if (sorted[index + 1]?.name === name) throw new InvalidFieldError("entries", name, "each name once");
  }
  return keccak256(concat(sorted.map(({ content }) => fileDigest(content)))) as Hex;
}

/**
 * The most bytes that `results` and `resultsCallback` may have together so that the hub can keep them, as code, whoever
 * completes the task: 24,575, less what a receipt has besides at most. Source: `contracts/core/ReceiptCodec.sol`.
 */
export const MAX_RESULT_BYTES = 24_575 - 76;

/**
 * Whether the hub can store a result of this size.
 *
 * @example
 * ```ts
 * const results = encodeResultLink({ storage: "ipfs", location: "/ipfs/QmResult" });
 * isStorable({ results, resultsCallback: "0x" }); // → true
 * isStorable({ results, resultsCallback: `0x${"00".repeat(MAX_RESULT_BYTES)}` }); // → false
 * ```
 */
export function isStorable({ results, resultsCallback }: { results: Hex; resultsCallback: Hex }): boolean {
  return dataLength(results) + dataLength(resultsCallback) <= MAX_RESULT_BYTES;
}

/** The location of a task's result, as it is stored on chain. */
export interface ResultLink {
  /** Kind of storage: `ipfs`, or `ethereum` when the callback contract has it, and others. */
  readonly storage: string;
  /** Where in that storage, such as `/ipfs/<cid>`. */
  readonly location?: string;
}

/**
 * A link as the bytes of `results`: UTF-8 of `{"storage":…,"location":…}`. Source: docs/reference/services.md section
 * 3.3.
 *
 * @example
 * ```ts
 * encodeResultLink({ storage: "none" }); // → "0x7b2273746f72616765223a226e6f6e65227d"
 * ```
 */
export function encodeResultLink({ storage, location }: ResultLink): Hex {
  return hexlify(toUtf8Bytes(JSON.stringify({ storage, location }))) as Hex;
}

/**
 * The link in the bytes of `results`.
 *
 * @throws {@link InvalidFieldError} when they hold no JSON object with a `storage`.
 * @example
 * ```ts
 * const results = encodeResultLink({ storage: "ipfs", location: "/ipfs/QmResult" });
 * decodeResultLink(results); // → { storage: "ipfs", location: "/ipfs/QmResult" }
 * decodeResultLink("0x2a"); // throws InvalidFieldError
 * ```
 */
export function decodeResultLink(results: Hex): ResultLink {
  const link = readObject("results", parseJson(readBytes("results", results)));
  const storage = readString("results.storage", link["storage"]);
  return link["location"] === undefined
    ? { storage }
    : { storage, location: readString("results.location", link["location"]) };
}

function parseJson(results: Hex): unknown {
  try {
    return JSON.parse(toUtf8String(results));
  } catch {
    throw new InvalidFieldError("results", results, "the bytes of a JSON text in UTF-8");
  }
}
