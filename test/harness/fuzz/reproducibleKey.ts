import { createECDH, createHash } from "node:crypto";

import { toHex } from "@poco-marketplace/enclave/attestation/bytes.js";

const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
/** A cache of signatures: most requests are for the same few certificates. */
const KEPT = 500;

/** A key with deterministic signatures, so that a signed document can be reproduced. */
export type ReproducibleKey = {
  /** The point (x, y) of P-256. */
  readonly point: Uint8Array;
  /** The signature (r, s) of the SHA-256 hash of a message; s is in the upper half about half of the time. */
  readonly sign: (message: Uint8Array) => Uint8Array;
};

/** The key derived from a name. It is public, and for tests only. */
export function reproducibleKey(name: string): ReproducibleKey {
  const secret = scalarOf("key", name);
  const signed = new Map<string, Uint8Array>();
  return {
    point: pointOf(secret),
    sign(message) {
      const digest = createHash("sha256").update(message).digest("hex");
      const known = signed.get(digest);
      if (known !== undefined) return known;
      const nonce = scalarOf("nonce", name, digest);
      const r = BigInt(toHex(pointOf(nonce).subarray(0, 32))) % N;
      const s = (inverse(nonce) * ((BigInt(`0x${digest}`) + r * secret) % N)) % N;
      const signature = Buffer.concat([bytesOf(r), bytesOf(s)]);
      if (signed.size >= KEPT) signed.clear();
      signed.set(digest, signature);
      return signature;
    },
  };
}

/** A number from 1 to N - 1, derived from some words. */
function scalarOf(...words: readonly string[]): bigint {
  return (BigInt(`0x${createHash("sha512").update(words.join("\n")).digest("hex")}`) % (N - 1n)) + 1n;
}

function pointOf(scalar: bigint): Buffer {
  const curve = createECDH("prime256v1");
  curve.setPrivateKey(bytesOf(scalar));
  return curve.getPublicKey().subarray(1);
}

/** The inverse of a number modulo N. */
function inverse(number: bigint): bigint {
  let [a, b, x, y] = [number, N, 1n, 0n];
  while (b !== 0n) {
    const quotient = a / b;
    [a, b] = [b, a % b];
    [x, y] = [y, x - quotient * y];
  }
  return ((x % N) + N) % N;
}

function bytesOf(number: bigint): Buffer {
  return Buffer.from(number.toString(16).padStart(64, "0"), "hex");
}
