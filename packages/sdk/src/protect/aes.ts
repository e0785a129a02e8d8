import { joinBytes } from "./joinBytes.js";

/** The length of an AES-256 key, in bytes. */
export const KEY_LENGTH = 32;

const BLOCK_LENGTH = 16;

/**
 * Bytes that AES-256-CBC with PKCS#7 padding cannot have produced with this key.
 *
 * @example
 * ```ts
 * const error = new DecryptionError("its padding is wrong");
 * error.message; // → "The encrypted file cannot be decrypted: its padding is wrong."
 * ```
 */
export class DecryptionError extends Error {
  override readonly name = "DecryptionError";

  constructor(reason: string, options?: ErrorOptions) {
    super(`The encrypted file cannot be decrypted: ${reason}.`, options);
  }
}

/** Encrypts with AES-256-CBC and PKCS#7 padding under a fresh random IV: the IV, then the ciphertext. */
export async function encryptAes(plaintext: Uint8Array, key: Uint8Array): Promise<Uint8Array> {
  const iv = crypto.getRandomValues(new Uint8Array(BLOCK_LENGTH));
  const imported = await importKey(key, "encrypt");
  const encrypted = await crypto.subtle.encrypt({ name: "AES-CBC", iv }, imported, Uint8Array.from(plaintext));
  return joinBytes([iv, new Uint8Array(encrypted)]);
}

/**
 * Decrypts the output of {@link encryptAes}.
 *
 * The padding reveals a wrong key only 255 times out of 256: the caller has to check the plaintext.
 *
 * @throws {@link DecryptionError}
 */
export async function decryptAes(encrypted: Uint8Array, key: Uint8Array): Promise<Uint8Array> {
  if (encrypted.length < 2 * BLOCK_LENGTH || encrypted.length % BLOCK_LENGTH !== 0) {
    const expected = "a 16-byte IV and at least one 16-byte block";
    throw new DecryptionError(`it has ${encrypted.length} bytes, not ${expected}; fetch it again, whole`);
  }
  const iv = encrypted.slice(0, BLOCK_LENGTH);
  const imported = await importKey(key, "decrypt");
  try {
    return new Uint8Array(
      await crypto.subtle.decrypt({ name: "AES-CBC", iv }, imported, encrypted.slice(BLOCK_LENGTH)),
    );
  } catch (cause) {
    throw new DecryptionError("it was encrypted with another key; use the key that belongs to it", { cause });
  }
}

function importKey(key: Uint8Array, use: "encrypt" | "decrypt") {
  return crypto.subtle.importKey("raw", Uint8Array.from(key), "AES-CBC", false, [use]);
}
