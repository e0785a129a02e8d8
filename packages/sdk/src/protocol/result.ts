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
 * What a worker commits to when it contributes: keccak256(taskId ‖ digest). Equal for all who found the same result.
 *
 * @param digest - Of the result, by one of the `…Digest` functions here (32 bytes). Source: docs/reference/protocol.md
 * section 6.
 */
export function resultHash(taskId: TaskId, digest: Hex): Hex {
  return solidityPackedKeccak256(
    ["bytes32", "bytes32"],
    [readBytes32("taskId", taskId), readBytes32("digest", digest)],
  ) as Hex;
}

/**
 * What proves that a worker knew the digest itself: keccak256(worker ‖ taskId ‖ digest). Source:
 * docs/reference/protocol.md section 6.
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
 */
export function callbackDigest(resultsCallback: Hex): Hex {
  return keccak256(readBytes("resultsCallback", resultsCallback)) as Hex;
}

/** The digest of a result that is one file: its sha256. Source: docs/reference/services.md section 5. */
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
 * @throws InvalidFieldError when there is none, or two have the same name.
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

/** Whether the hub can keep what it is told of a result. */
export function isStorable({ results, resultsCallback }: { results: Hex; resultsCallback: Hex }): boolean {
  return dataLength(results) + dataLength(resultsCallback) <= MAX_RESULT_BYTES;
}

/** Where the result of a task is, as the chain is told. */
export interface ResultLink {
  /** Kind of storage: `ipfs`, or `ethereum` when the callback contract has it, and others. */
  readonly storage: string;
  /** Where in that storage, such as `/ipfs/<cid>`. */
  readonly location?: string;
}

/**
 * A link as the bytes of `results`: UTF-8 of `{"storage":…,"location":…}`. Source: docs/reference/services.md section
 * 3.3.
 */
export function encodeResultLink({ storage, location }: ResultLink): Hex {
  return hexlify(toUtf8Bytes(JSON.stringify({ storage, location }))) as Hex;
}

/**
 * The link in the bytes of `results`.
 *
 * @throws InvalidFieldError when they hold no JSON object with a `storage`.
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
