import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";

/** Something kept that does not open: it was changed, moved to another row, or made with another master key. */
export class DamagedSecretError extends Error {
  override readonly name = "DamagedSecretError";

  constructor(label: string, options?: ErrorOptions) {
    super(
      `What is kept as ${label} does not open: it was changed, moved, or made with another master key. Restore the ` +
        "database from a copy of the same time as its key.",
      options,
    );
  }
}

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts what is kept, under keys that come from one master key of 32 bytes. */
export class SecretBox {
  readonly #encryptionKey: Uint8Array;
  readonly #fingerprintKey: Uint8Array;

  constructor(masterKey: Uint8Array) {
    const derive = (purpose: string) =>
      new Uint8Array(hkdfSync("sha256", masterKey, new Uint8Array(), `PoCo secrets 1: ${purpose}`, 32));
    this.#encryptionKey = derive("encryption");
    this.#fingerprintKey = derive("fingerprints");
  }

  /** Encrypts with AES-256-GCM: nonce, ciphertext, tag. It opens under the same label only. */
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
      throw new DamagedSecretError(label, { cause });
    }
  }

  /** 32 bytes that stay the same for a text, and tell nothing about it to those without the master key. */
  fingerprint(text: string): Uint8Array {
    return createHmac("sha256", this.#fingerprintKey).update(text).digest();
  }
}
