import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";

/** A stored secret that cannot be decrypted: its row was changed or moved, or another master key encrypted it. */
export class UnreadableSecretError extends Error {
  override readonly name = "UnreadableSecretError";

  constructor(label: string, options?: ErrorOptions) {
    super(
      `The stored ${label} cannot be decrypted: its row was changed or moved, or another master key encrypted it. ` +
        "Restore the database from a backup that was made with this key.",
      options,
    );
  }
}

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts stored secrets under keys that are derived from one master key of 32 bytes. */
export class SecretBox {
  readonly #encryptionKey: Uint8Array;
  readonly #fingerprintKey: Uint8Array;

  constructor(masterKey: Uint8Array) {
    const derive = (purpose: string) =>
      new Uint8Array(hkdfSync("sha256", masterKey, new Uint8Array(), `PoCo secrets 1: ${purpose}`, 32));
    this.#encryptionKey = derive("encryption");
    this.#fingerprintKey = derive("fingerprints");
  }

  /** Encrypts with AES-256-GCM into nonce, ciphertext and tag; only the same label decrypts it. */
  seal(label: string, plain: string): Uint8Array {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#encryptionKey, nonce);
    cipher.setAAD(Buffer.from(label));
    return Buffer.concat([nonce, cipher.update(plain, "utf8"), cipher.final(), cipher.getAuthTag()]);
  }

  /** @throws {@link DamagedSecretError} */
  open(label: string, sealed: Uint8Array): string {
    try {
      const nonce = sealed.subarray(0, NONCE_BYTES);
      const decipher = createDecipheriv(CIPHER, this.#encryptionKey, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(Buffer.from(label));
      decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
      const plain = [decipher.update(sealed.subarray(NONCE_BYTES, sealed.length - TAG_BYTES)), decipher.final()];
      return Buffer.concat(plain).toString("utf8");
    } catch (cause) {
      throw new UnreadableSecretError(label, { cause });
    }
  }

  /** Computes 32 bytes that are the same for the same text, and reveal nothing about it without the master key. */
  fingerprint(text: string): Uint8Array {
    return createHmac("sha256", this.#fingerprintKey).update(text).digest();
  }
}
