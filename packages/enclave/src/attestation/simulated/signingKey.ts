import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";

/** A P-256 key for signatures, and its point (x, y). */
export interface SigningKey {
  readonly privateKey: KeyObject;
  readonly point: Uint8Array;
}

/** Generates a key. */
export function createSigningKey(): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { privateKey, point: publicKey.export({ format: "der", type: "spki" }).subarray(-64) };
}

/** Signs the SHA-256 hash of a message: (r, s), with s in the upper half about half of the time. */
export function signWith({ privateKey }: SigningKey, message: Uint8Array): Uint8Array {
  return sign("sha256", message, { key: privateKey, dsaEncoding: "ieee-p1363" });
}
