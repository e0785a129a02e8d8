import { encodeBase64, sha256 } from "ethers";

import type { Hex } from "../protocol/ids.js";
import { encryptAes, KEY_LENGTH } from "./aes.js";
import { encodeLeaf } from "./borsh.js";
import { extractSchema, listLeaves, type DataObject, type Schema } from "./schema.js";
import { zip } from "./zip.js";

/** Encrypted data that can be stored anywhere: only the holder of `key` can read it. */
export interface EncryptedData {
  /** The types of the values inside, to be published with the dataset. */
  readonly schema: Schema;
  /** The encrypted zip: IV (16 bytes), then AES-256-CBC ciphertext. */
  readonly encrypted: Uint8Array;
  /** SHA-256 of `encrypted`, which is the dataset's checksum on chain. */
  readonly checksum: Hex;
  /** The AES-256 key in base64, the form in which the secret service stores it. */
  readonly key: string;
}

/** The key under which a single file is protected. */
export const FILE_KEY = "file";

/**
 * Encrypts data for enclaves: describes it by a schema, zips it, encrypts it with AES-256-CBC under a fresh random key, and
 * computes the checksum.
 *
 * The bytes of a file are protected as an object that holds them under the key `file`.
 *
 * @throws {@link InvalidKeyError}, {@link UnsupportedValueError}, {@link EmptyDataError}; RangeError for more than 65,535
 * values and objects
 * @example
 * ```ts
 * const { schema, encrypted, checksum, key } = await encryptData({ email: "alice@example.com", age: 42 });
 * ```
 */
export async function encryptData(data: DataObject | Uint8Array): Promise<EncryptedData> {
  const object = data instanceof Uint8Array ? { [FILE_KEY]: data } : data;
  const schema = extractSchema(object);
  const key = crypto.getRandomValues(new Uint8Array(KEY_LENGTH));
  const encrypted = await encryptAes(zipData(object), key);
  return { schema, encrypted, checksum: checksumOf(encrypted), key: encodeBase64(key) };
}

/** Packs the zip that is encrypted: one file per value, folders for nested objects. */
export function zipData(data: DataObject): Uint8Array {
  return zip(new Map(listLeaves(data).map(({ path, value }) => [path, encodeLeaf(value)])));
}

/** Computes the SHA-256 of a file as 32 bytes of 0x-hex. */
export function checksumOf(file: Uint8Array): Hex {
  return sha256(file) as Hex;
}
