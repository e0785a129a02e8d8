import { readFileSync } from "node:fs";

/** Three quotes of genuine platforms. */
export const VECTORS = ["sgx-quote-v3", "tdx-quote-v4", "tdx-quote-v5"] as const;

/** A day on which the certificates of all three are valid. */
export const DAY = new Date("2026-06-01T00:00:00Z");

/** The bytes of one of the three. */
export function readVector(name: (typeof VECTORS)[number]): Buffer {
  return Buffer.from(readFileSync(new URL(`vectors/${name}.hex`, import.meta.url), "latin1"), "hex");
}
