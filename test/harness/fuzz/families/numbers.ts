import { toHex } from "@poco-marketplace/enclave/attestation/bytes.js";
import { SPKI_PREFIX } from "@poco-marketplace/enclave/attestation/p256.js";
import type { Random } from "../../random.js";
import { mutateBytes, replaced } from "./bytes.js";
import type { Family } from "./family.js";

const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const MOST = (1n << 256n) - 1n;

/** The moduli that limit signatures and coordinates. */
const LIMITS = [0n, N - 1n, N, N + 1n, P - 1n, P, MOST];
/** The values at which DER takes another byte, and at which the lower half of signatures ends. */
const EDGES = [1n, 0x7fn, 0x80n, 1n << 248n, (1n << 255n) - 1n, 1n << 255n, N / 2n, N / 2n + 1n];

/** A number of 32 bytes: at a boundary, close to the former one, or the modulus minus that. */
function other(random: Random, bytes: Uint8Array): Uint8Array {
  const number = BigInt(toHex(bytes));
  const choice = random.weighted<() => bigint>([
    [5, () => random.pick(LIMITS)],
    [2, () => random.pick(EDGES)],
    [2, () => N - number],
    [2, () => P - number],
    [1, () => number ^ (1n << BigInt(random.between(0, 255)))],
    [1, () => number + P],
    // The number is so small that DER takes fewer bytes.
    [1, () => number >> BigInt(random.between(1, 255))],
  ])();
  return Buffer.from((choice & MOST).toString(16).padStart(64, "0"), "hex");
}

/** Changes one half of 64 bytes, or both. */
function changePair(random: Random, bytes: Uint8Array): Uint8Array {
  if (bytes.length !== 64) return mutateBytes(random, bytes);
  const halves = [bytes.subarray(0, 32), bytes.subarray(32)];
  const which = random.pick([[0], [1], [1], [0, 1]]);
  return Buffer.concat(halves.map((half, index) => (which.includes(index) ? other(random, half) : half)));
}

/** Changes the public key of a certificate. */
function changeCertifiedKey(random: Random, bytes: Uint8Array): Uint8Array {
  const at = Buffer.from(bytes).indexOf(SPKI_PREFIX) + SPKI_PREFIX.length;
  if (at < SPKI_PREFIX.length || at + 64 > bytes.length) return mutateBytes(random, bytes);
  const key = bytes.subarray(at, at + 64);
  return replaced(bytes, at, 64, changePair(random, key));
}

export const NUMBER_FAMILIES: readonly Family[] = [
  {
    name: "keys and signatures of the quote",
    weight: 8,
    parts: ["quote signature", "report signature", "attestation key"],
    change: changePair,
  },
  {
    name: "signatures of certificates",
    weight: 7,
    parts: ["pck signature", "intermediate signature", "root signature"],
    change: changePair,
  },
  {
    name: "keys of certificates",
    weight: 4,
    parts: ["pck signed", "intermediate signed", "root signed"],
    change: changeCertifiedKey,
  },
];
