import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

/** The length of an AES-256 key, in bytes. */
export const KEY_LENGTH = 32;

const BLOCK_LENGTH = 16;

/** Bytes that AES-256-CBC with PKCS#7 padding cannot have produced with this key. */
export class DecryptionError extends Error {
  override readonly name = "DecryptionError";

  constructor(reason: string, options?: ErrorOptions) {
    super(`The encrypted file cannot be decrypted: ${reason}.`, options);
  }
}

/** Encrypts with AES-256-CBC and PKCS#7 padding under a fresh random IV: the IV, then the ciphertext. */
export function encryptAes(plaintext: Uint8Array, key: Uint8Array): Uint8Array {
  const iv = randomBytes(BLOCK_LENGTH);
  const cipher = createCipheriv("aes-256-cbc", key, iv);
  return Buffer.concat([iv, cipher.update(plaintext), cipher.final()]);
}

/**
 * Decrypts the output of {@link encryptAes}.
 *
 * The padding reveals a wrong key only 255 times out of 256: the caller has to check the plaintext.
 *
 * @throws {@link DecryptionError}
 */
export function decryptAes(encrypted: Uint8Array, key: Uint8Array): Uint8Array {
  if (encrypted.length < 2 * BLOCK_LENGTH || encrypted.length % BLOCK_LENGTH !== 0) {
    const expected = "a 16-byte IV and at least one 16-byte block";
    throw new DecryptionError(`it has ${encrypted.length} bytes, not ${expected}; fetch it again, whole`);
  }
  const decipher = createDecipheriv("aes-256-cbc", key, encrypted.subarray(0, BLOCK_LENGTH));
  try {
    return Buffer.concat([decipher.update(encrypted.subarray(BLOCK_LENGTH)), decipher.final()]);
  } catch (cause) {
    throw new DecryptionError("it was encrypted with another key; use the key that belongs to it", { cause });
  }
}

/** Whether the bytes begin as a zip archive does. */
export function isZip(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.subarray(0, 4)).toString("latin1");
  return start === "PK\u0003\u0004" || start === "PK\u0005\u0006";
}
