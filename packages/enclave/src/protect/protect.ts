import { createHash, randomBytes } from "node:crypto";

import JSZip from "jszip";

import { encryptAes, KEY_LENGTH } from "./aes.js";
import { encodeLeaf } from "./borsh.js";
import { extractSchema, listLeaves, type DataObject, type Schema } from "./schema.js";

/** Encrypted data that can be stored anywhere: only the holder of `key` can read it. */
export interface ProtectedData {
  /** The types of the values inside, to be published with the dataset. */
  readonly schema: Schema;
  /** The encrypted zip: IV (16 bytes), then AES-256-CBC ciphertext. */
  readonly encrypted: Uint8Array;
  /** SHA-256 of `encrypted`, as the dataset has it on chain. */
  readonly checksum: `0x${string}`;
  /** The AES-256 key in base64, as the secret service keeps it. */
  readonly key: string;
}

/** The key under which a single file is protected. */
export const FILE_KEY = "file";

/**
 * Protects data: describes it by a schema, zips it, encrypts it with AES-256-CBC under a fresh random key, and computes
 * the checksum.
 *
 * The bytes of a file are protected as an object that holds them under the key `file`.
 *
 * @throws {@link InvalidKeyError}, {@link UnsupportedValueError}, {@link EmptyDataError}
 */
export async function protectData(data: DataObject | Uint8Array): Promise<ProtectedData> {
  const object = data instanceof Uint8Array ? { [FILE_KEY]: data } : data;
  const schema = extractSchema(object);
  const zip = await zipData(object);

  const key = randomBytes(KEY_LENGTH);
  const encrypted = encryptAes(zip, key);
  return { schema, encrypted, checksum: checksumOf(encrypted), key: key.toString("base64") };
}

/** Packs the zip that is encrypted: one file per value, folders for nested objects. */
export async function zipData(data: DataObject): Promise<Uint8Array> {
  const zip = new JSZip();
  for (const { path, value } of listLeaves(data)) {
    zip.file(path, encodeLeaf(value), { createFolders: true });
  }
  return zip.generateAsync({ type: "uint8array" });
}

/** Computes the SHA-256 of a file as 32 bytes of 0x-hex. */
export function checksumOf(file: Uint8Array): `0x${string}` {
  return `0x${createHash("sha256").update(file).digest("hex")}`;
}
