/** The largest integer that JavaScript reads from JSON unrounded, 2^53 − 1. */
export const MAX_WIRE_NUMBER = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * Converts a number for JSON. A number above 2^53 − 1, which clients would round, becomes a string of digits: deals
 * that were made without this market may have such numbers, orders of this market do not.
 */
export function wireNumber(value: bigint): number | string {
  return value <= MAX_WIRE_NUMBER ? Number(value) : value.toString();
}
