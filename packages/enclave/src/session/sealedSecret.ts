import { webcrypto } from "node:crypto";

import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";
import { getBytes, hexlify } from "ethers";

import { bindingHash, type EnclaveBinding } from "@poco-marketplace/sdk/wire/reportData.js";
import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";

/** A secret that only one enclave can decrypt: an ephemeral key of 32 bytes, then the ciphertext. */
export type SealedSecret = Hex;

/** The key pair of an enclave, whose private key cannot be exported. */
export interface EncryptionKeyPair {
  readonly pair: webcrypto.CryptoKeyPair;
  readonly publicKey: Uint8Array;
}

/** A secret that was sealed for another enclave, task or name, or that was modified. */
export class UnopenedSecretError extends Error {
  override readonly name = "UnopenedSecretError";

  constructor(name: string, options?: ErrorOptions) {
    super(
      `The ${name} does not open: have it sealed under that name, for this enclave, worker and task, as it is attested.`,
      options,
    );
  }
}

/** RFC 9180: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, base mode. */
const SUITE = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
const { subtle } = webcrypto;
/** With a curve's name, TypeScript's types know that the keys come in pairs. */
const X25519 = { name: "X25519", namedCurve: "X25519" };
const LABEL = Buffer.from("PoCo enclave secret 1");
const KEY_LENGTH = 32;

/** Generates a key pair. */
export async function createEncryptionKey(): Promise<EncryptionKeyPair> {
  const pair = await subtle.generateKey(X25519, false, ["deriveBits"]);
  return { pair, publicKey: new Uint8Array(await subtle.exportKey("raw", pair.publicKey)) };
}

/**
 * Seals a secret for the enclave that a quote attests; intermediaries can neither read nor rename it.
 *
 * @param name - The name of the secret, which is needed to open it.
 */
export async function sealSecret(
  binding: EnclaveBinding,
  name: string,
  secret: Uint8Array | string,
): Promise<SealedSecret> {
  const recipientPublicKey = (await SUITE.kem.deserializePublicKey(binding.encryptionKey)) as webcrypto.CryptoKey;
  const plain = typeof secret === "string" ? Buffer.from(secret) : secret;
  const { enc, ct } = await SUITE.seal({ recipientPublicKey, info: infoOf(binding) }, plain, Buffer.from(name));
  return hexlify(Buffer.concat([new Uint8Array(enc), new Uint8Array(ct)])) as Hex;
}

/**
 * Opens a sealed secret in the enclave.
 *
 * @throws {@link UnopenedSecretError}
 */
export async function openSecret(
  { pair, binding }: { pair: webcrypto.CryptoKeyPair; binding: EnclaveBinding },
  name: string,
  sealed: SealedSecret,
): Promise<Uint8Array> {
  try {
    const bytes = getBytes(sealed);
    const enc = bytes.slice(0, KEY_LENGTH);
    const recipient = { recipientKey: pair, enc, info: infoOf(binding) };
    return new Uint8Array(await SUITE.open(recipient, bytes.slice(KEY_LENGTH), Buffer.from(name)));
  } catch (cause) {
    throw new UnopenedSecretError(name, { cause });
  }
}

function infoOf(binding: EnclaveBinding): Uint8Array {
  return Buffer.concat([LABEL, getBytes(bindingHash(binding))]);
}
