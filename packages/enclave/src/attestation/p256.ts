import { createPublicKey, verify } from "node:crypto";

import { toHex } from "./bytes.js";
import { assertQuote } from "./fault.js";

const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** The bytes that precede a P-256 point in X.509: the algorithm, the curve, and the mark of an uncompressed point. */
export const SPKI_PREFIX = Uint8Array.from(
  Buffer.from("3059301306072a8648ce3d020106082a8648ce3d03010703420004", "hex"),
);

/** Refuses 64 bytes that are not a point (x, y) of the curve. */
export function assertPoint(point: Uint8Array, key: string): void {
  const x = toNumber(point.subarray(0, 32));
  const y = toNumber(point.subarray(32));
  const isPoint = x < P && y < P && (y * y - (x * x * x - 3n * x + B)) % P === 0n;
  assertQuote(isPoint, "KeyNotOnCurve", { key, point: toHex(point) });
}

/** Refuses 64 bytes that cannot be a signature (r, s) of any key. */
export function assertSignature(signature: Uint8Array, what: string): void {
  const [r, s] = [signature.subarray(0, 32), signature.subarray(32)];
  const isInRange = [r, s].map(toNumber).every((number) => number > 0n && number < N);
  assertQuote(isInRange, "SignatureOutOfRange", { signature: what, r: toHex(r), s: toHex(s) });
}

/**
 * Whether the owner of the key (x, y) signed the SHA-256 hash of `message` with (r, s). Both (r, s) and (r, N - s) are
 * valid, so a signature does not identify a message.
 */
export function isSignedBy(point: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, point]), format: "der", type: "spki" });
  return verify("sha256", message, { key, dsaEncoding: "ieee-p1363" }, signature);
}

/**
 * Returns the form of a signature with s in the lower half, which contracts require; about half of all have the other
 * form.
 */
export function withLowS(signature: Uint8Array): Uint8Array {
  const s = toNumber(signature.subarray(32));
  if (s <= N / 2n) return signature;
  return Buffer.concat([signature.subarray(0, 32), Buffer.from((N - s).toString(16).padStart(64, "0"), "hex")]);
}

function toNumber(bytes: Uint8Array): bigint {
  return BigInt(toHex(bytes));
}
