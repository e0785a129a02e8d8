import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
  type KeyObject,
} from "node:crypto";
import { promisify } from "node:util";

import JSZip from "jszip";

import { decryptAes, encryptAes, isZip, KEY_LENGTH } from "./aes.js";
import { ArchiveTooLargeError, unpack } from "./unpack.js";

/** The beneficiary's keys as PEM text: SPKI and PKCS#8. */
export interface ResultKeyPair {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** Text that is not an RSA key of the right kind. */
export class InvalidResultKeyError extends Error {
  override readonly name = "InvalidResultKeyError";

  constructor(kind: "public" | "private", reason: string, options?: ErrorOptions) {
    super(`The ${kind} result key cannot be used: ${reason}. Give an RSA-4096 ${kind} key in PEM form.`, options);
  }
}

/** An archive without the two files that make an encrypted result. */
export class NotAnEncryptedResultError extends Error {
  override readonly name = "NotAnEncryptedResultError";

  constructor(reason: string, options?: ErrorOptions) {
    super(
      `This is not an encrypted result: ${reason}. Fetch the task's result again, or read it without a key.`,
      options,
    );
  }
}

/** A result that was encrypted for another key. */
export class WrongResultKeyError extends Error {
  override readonly name = "WrongResultKeyError";

  constructor(options?: ErrorOptions) {
    super(
      "This private key does not open the result: use the one whose public key its beneficiary had pushed.",
      options,
    );
  }
}

const RESULT_FILE = "iexec_out.zip.aes";
const KEY_FILE = "aes-key.rsa";
const MINIMUM_MODULUS_BITS = 2048;

/** Generates an RSA-4096 key pair, which takes about a second. */
export async function generateResultKeyPair(): Promise<ResultKeyPair> {
  return promisify(generateKeyPair)("rsa", {
    modulusLength: 4096,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
}

/** Encodes a public key as the secret service stores it: base64 of the PEM text. */
export function toResultSecret(publicKey: string): string {
  return Buffer.from(publicKey, "utf8").toString("base64");
}

/** Decodes the PEM text of a stored public key. */
export function fromResultSecret(secret: string): string {
  return Buffer.from(secret, "base64").toString("utf8");
}

/**
 * Refuses a public key that {@link encryptResult} cannot use, before a task is run.
 *
 * @throws {@link InvalidResultKeyError}
 */
export function checkResultKey(publicKey: string): void {
  readKey("public", publicKey);
}

/**
 * Encrypts a task's result for its beneficiary: AES-256-CBC under a fresh key, which RSA (RSAES-PKCS1-v1_5) wraps.
 *
 * @param result - The zip of the program's output.
 * @throws {@link InvalidResultKeyError}
 */
export async function encryptResult(result: Uint8Array, publicKey: string): Promise<Uint8Array> {
  const rsa = readKey("public", publicKey);
  const aes = randomBytes(KEY_LENGTH);

  const zip = new JSZip();
  zip.file(RESULT_FILE, encryptAes(result, aes));
  zip.file(KEY_FILE, publicEncrypt({ key: rsa, padding: constants.RSA_PKCS1_PADDING }, aes));
  return zip.generateAsync({ type: "uint8array" });
}

/**
 * Decrypts a result into the zip of the program's output.
 *
 * @throws {@link InvalidResultKeyError}, {@link NotAnEncryptedResultError}, {@link WrongResultKeyError},
 * {@link ArchiveTooLargeError}
 */
export async function decryptResult(archive: Uint8Array, privateKey: string): Promise<Uint8Array> {
  const rsa = readKey("private", privateKey);
  const files = await unpack(archive).catch((cause: unknown) => {
    throw cause instanceof ArchiveTooLargeError
      ? cause
      : new NotAnEncryptedResultError("it is no zip archive", { cause });
  });
  const encrypted = entryOf(files, RESULT_FILE);
  const wrapped = entryOf(files, KEY_FILE);

  let result: Uint8Array;
  try {
    result = decryptAes(encrypted, unwrap(wrapped, rsa));
  } catch (cause) {
    throw new WrongResultKeyError({ cause });
  }
  if (!isZip(result)) throw new WrongResultKeyError();
  return result;
}

/**
 * Unpads RSAES-PKCS1-v1_5 (RFC 8017, 7.2.2) itself, since some OpenSSL builds refuse it and others answer a wrong key
 * with random bytes. Every failure ends in the same error, so this is no padding oracle.
 */
function unwrap(wrapped: Uint8Array, rsa: KeyObject): Uint8Array {
  const message = privateDecrypt({ key: rsa, padding: constants.RSA_NO_PADDING }, wrapped);
  const separator = message.indexOf(0, 2);
  const wellFormed = message[0] === 0 && message[1] === 2 && separator === message.length - KEY_LENGTH - 1;
  if (!wellFormed) throw new WrongResultKeyError();
  return message.subarray(separator + 1);
}

function entryOf(files: ReadonlyMap<string, Uint8Array>, name: string): Uint8Array {
  const entry = files.get(name);
  if (entry === undefined) throw new NotAnEncryptedResultError(`it has no ${name} inside`);
  return entry;
}

function readKey(kind: "public" | "private", pem: string): KeyObject {
  if (kind === "public" && pem.includes("PRIVATE KEY")) {
    throw new InvalidResultKeyError(kind, "it is a private key, which must never leave its owner");
  }
  let key: KeyObject;
  try {
    key = kind === "public" ? createPublicKey(pem) : createPrivateKey(pem);
  } catch (cause) {
    throw new InvalidResultKeyError(kind, "it is not a key", { cause });
  }
  if (key.asymmetricKeyType !== "rsa") {
    throw new InvalidResultKeyError(kind, `it is of type ${key.asymmetricKeyType}`);
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (bits < MINIMUM_MODULUS_BITS) throw new InvalidResultKeyError(kind, `it has ${bits} bits only`);
  return key;
}
