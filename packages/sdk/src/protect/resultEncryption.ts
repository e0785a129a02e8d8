import { decodeBase64, encodeBase64, toUtf8Bytes, toUtf8String } from "ethers";

import { decryptAes, encryptAes, KEY_LENGTH } from "./aes.js";
import { decryptRsa, encryptRsa, readPrivateKey, readPublicKey, type RsaPrivateKey } from "./rsa.js";
import { ArchiveTooLargeError, isZip, unzip, zip } from "./zip.js";

/**
 * An archive without the two files that make an encrypted result.
 *
 * @example
 * ```ts
 * const { privateKey } = await generateResultKeyPair();
 * await decryptResult(new Uint8Array(), privateKey); // throws NotAnEncryptedResultError
 * ```
 */
export class NotAnEncryptedResultError extends Error {
  override readonly name = "NotAnEncryptedResultError";

  constructor(reason: string, options?: ErrorOptions) {
    super(
      `This is not an encrypted result: ${reason}. Fetch the task's result again, or read it without a key.`,
      options,
    );
  }
}

/**
 * A result that was encrypted for another key.
 *
 * @example
 * ```ts
 * const [one, other] = [await generateResultKeyPair(), await generateResultKeyPair()];
 * const archive = await encryptResult(toUtf8Bytes("42"), one.publicKey);
 * await decryptResult(archive, other.privateKey); // throws WrongResultKeyError
 * ```
 */
export class WrongResultKeyError extends Error {
  override readonly name = "WrongResultKeyError";

  constructor(options?: ErrorOptions) {
    super(
      "This private key does not open the result: use the one whose public key its beneficiary had pushed.",
      options,
    );
  }
}

export { generateResultKeyPair, InvalidResultKeyError, type ResultKeyPair } from "./rsa.js";

const RESULT_FILE = "iexec_out.zip.aes";
const KEY_FILE = "aes-key.rsa";

/**
 * Encodes a public key as the secret service stores it: base64 of the PEM text.
 *
 * @example
 * ```ts
 * toResultSecret("-----BEGIN PUBLIC KEY-----"); // → "LS0tLS1CRUdJTiBQVUJMSUMgS0VZLS0tLS0="
 * ```
 */
export function toResultSecret(publicKey: string): string {
  return encodeBase64(toUtf8Bytes(publicKey));
}

/**
 * Decodes the PEM text of a stored public key.
 *
 * @example
 * ```ts
 * fromResultSecret("LS0tLS1CRUdJTiBQVUJMSUMgS0VZLS0tLS0="); // → "-----BEGIN PUBLIC KEY-----"
 * ```
 */
export function fromResultSecret(secret: string): string {
  return toUtf8String(decodeBase64(secret));
}

/**
 * Refuses a public key that {@link encryptResult} cannot use, before a task is run.
 *
 * @param publicKey - PEM.
 * @throws {@link InvalidResultKeyError}
 * @example
 * ```ts
 * const { publicKey } = await generateResultKeyPair();
 * checkResultKey(publicKey); // → undefined
 * checkResultKey("no key"); // throws InvalidResultKeyError
 * ```
 */
export function checkResultKey(publicKey: string): void {
  readPublicKey(publicKey);
}

/**
 * Encrypts a task's result for its beneficiary: AES-256-CBC under a fresh key, which RSA (RSAES-PKCS1-v1_5) wraps.
 *
 * @param result - The zip of the program's output.
 * @param publicKey - PEM, see {@link generateResultKeyPair}.
 * @returns A zip with the encrypted result and its encrypted key.
 * @throws {@link InvalidResultKeyError}
 * @example
 * ```ts
 * const { publicKey, privateKey } = await generateResultKeyPair();
 * const result = getBytes(`0x504b0506${"00".repeat(18)}`); // a zip archive without files
 * const archive = await encryptResult(result, publicKey);
 * hexlify(await decryptResult(archive, privateKey)) === hexlify(result); // → true
 * ```
 */
export async function encryptResult(result: Uint8Array, publicKey: string): Promise<Uint8Array> {
  const rsa = readPublicKey(publicKey);
  const aes = crypto.getRandomValues(new Uint8Array(KEY_LENGTH));
  const encrypted = await encryptAes(result, aes);
  return zip(
    new Map([
      [RESULT_FILE, encrypted],
      [KEY_FILE, encryptRsa(rsa, aes)],
    ]),
  );
}

/**
 * Decrypts a result into the zip of the program's output.
 *
 * @throws {@link InvalidResultKeyError}, {@link NotAnEncryptedResultError}, {@link WrongResultKeyError},
 * {@link ArchiveTooLargeError}
 * @example
 * ```ts
 * const zip = await decryptResult(archive, privateKey);
 * ```
 */
export async function decryptResult(archive: Uint8Array, privateKey: string): Promise<Uint8Array> {
  const rsa = readPrivateKey(privateKey);
  const files = await unzip(archive).catch((cause: unknown) => {
    throw cause instanceof ArchiveTooLargeError
      ? cause
      : new NotAnEncryptedResultError("it is not a zip archive", { cause });
  });
  const encrypted = entryOf(files, RESULT_FILE);
  const wrapped = entryOf(files, KEY_FILE);

  let result: Uint8Array;
  try {
    result = await decryptAes(encrypted, unwrap(wrapped, rsa));
  } catch (cause) {
    throw new WrongResultKeyError({ cause });
  }
  if (!isZip(result)) throw new WrongResultKeyError();
  return result;
}

/** Unpads RSAES-PKCS1-v1_5 (RFC 8017, 7.2.2). Every failure ends in the same error, so this is no padding oracle. */
function unwrap(wrapped: Uint8Array, rsa: RsaPrivateKey): Uint8Array {
  const message = decryptRsa(rsa, wrapped) ?? new Uint8Array();
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
