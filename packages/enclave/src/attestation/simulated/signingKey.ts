import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";

/** A P-256 key that signs, and its point (x, y). */
export type SigningKey = { readonly privateKey: KeyObject; readonly point: Uint8Array };

/** A new key. */
export function createSigningKey(): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { privateKey, point: publicKey.export({ format: "der", type: "spki" }).subarray(-64) };
}

/** The signature (r, s) of the SHA-256 hash of a message; s is in the upper half about half of the time. */
export function signWith({ privateKey }: SigningKey, message: Uint8Array): Uint8Array {
  return sign("sha256", message, { key: privateKey, dsaEncoding: "ieee-p1363" });
}
