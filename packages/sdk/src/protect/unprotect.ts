import { decodeBase64 } from "ethers";

import { decryptAes, DecryptionError, KEY_LENGTH } from "./aes.js";
import { decodeLeaf, MalformedLeafError } from "./borsh.js";
import { checksumOf } from "./encryptData.js";
import { isKey, isMediaType, InvalidKeyError, type LeafType, type Scalar, type Schema } from "./schema.js";
import { isZip, unzip } from "./zip.js";

/** A protected file with its key and checksum. */
export interface ProtectedFile {
  readonly encrypted: Uint8Array;
  /** The AES-256 key in base64. */
  readonly key: string;
  /** The checksum that the dataset has on chain. */
  readonly checksum: string;
}

/** The tree that was protected, with binaries as `Uint8Array`. */
export interface UnprotectedData {
  readonly [key: string]: UnprotectedData | Scalar;
}

/** A file whose checksum is not that of its dataset. */
export class ChecksumMismatchError extends Error {
  override readonly name = "ChecksumMismatchError";
  readonly actual: string;
  readonly expected: string;

  constructor(actual: string, expected: string) {
    super(`The file has checksum ${actual}, its dataset announces ${expected}: fetch it again, from the right place.`);
    this.actual = actual;
    this.expected = expected;
  }
}

/** Text that is not a base64 AES-256 key. */
export class InvalidDatasetKeyError extends Error {
  override readonly name = "InvalidDatasetKeyError";

  constructor(length: number) {
    super(
      `The dataset key decodes to ${length} bytes, not to ${KEY_LENGTH}: give the base64 key made when protecting.`,
    );
  }
}

/** A schema with an unknown type. */
export class UnknownLeafTypeError extends Error {
  override readonly name = "UnknownLeafTypeError";

  constructor(path: string, type: unknown) {
    super(`The schema gives "${path}" the type ${JSON.stringify(type)}: use string, bool, f64, i128 or a media type.`);
  }
}

/**
 * Decrypts protected data as an enclave does, into the zip inside.
 *
 * @throws {@link ChecksumMismatchError}, {@link InvalidDatasetKeyError}, {@link DecryptionError}
 */
export async function decryptData({ encrypted, key, checksum }: ProtectedFile): Promise<Uint8Array> {
  const actual = checksumOf(encrypted);
  if (actual !== checksum.toLowerCase()) throw new ChecksumMismatchError(actual, checksum);

  const keyBytes = bytesOfBase64(key);
  if (keyBytes.length !== KEY_LENGTH) throw new InvalidDatasetKeyError(keyBytes.length);

  const zip = await decryptAes(encrypted, keyBytes);
  if (!isZip(zip)) throw new DecryptionError("what comes out is not a zip; use the key that belongs to it");
  return zip;
}

/**
 * Decrypts protected data and reads its values as its schema describes them.
 *
 * @throws {@link ChecksumMismatchError}, {@link InvalidDatasetKeyError}, {@link DecryptionError}, {@link
 * MalformedLeafError}, {@link UnknownLeafTypeError}, {@link InvalidKeyError}, {@link ArchiveTooLargeError}
 */
export async function unprotectData(sealed: ProtectedFile, schema: Schema): Promise<UnprotectedData> {
  return readFolder(await unzip(await decryptData(sealed)), schema, "");
}

/** Decodes base64; returns no bytes for other text. */
function bytesOfBase64(text: string): Uint8Array {
  try {
    return decodeBase64(text);
  } catch {
    return new Uint8Array();
  }
}

type Files = ReadonlyMap<string, Uint8Array>;

function readFolder(files: Files, schema: Schema, path: string): UnprotectedData {
  const entries: [string, UnprotectedData | Scalar][] = [];
  for (const [key, type] of Object.entries(schema)) {
    if (!isKey(key)) throw new InvalidKeyError(key, path);
    const at = path === "" ? key : `${path}/${key}`;
    entries.push([key, isFolder(type) ? readFolder(files, type, at) : readLeaf(files, type, at)]);
  }
  return Object.fromEntries(entries);
}

function readLeaf(files: Files, type: LeafType, path: string): Scalar {
  if (!isLeafType(type)) throw new UnknownLeafTypeError(path, type);
  const file = files.get(path);
  if (file === undefined) throw new MalformedLeafError(path, type, "no file of that name is inside");
  return decodeLeaf(type, file, path);
}

function isFolder(type: unknown): type is Schema {
  return typeof type === "object" && type !== null;
}

function isLeafType(type: unknown): type is LeafType {
  return typeof type === "string" && (["string", "bool", "f64", "i128"].includes(type) || isMediaType(type));
}
