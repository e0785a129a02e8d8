/** The largest number that JSON carries to JavaScript unrounded, 2^53 − 1. */
export const MAX_WIRE_NUMBER = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * A number as clients expect it in JSON. One that they would round, above 2^53 − 1, is a string of digits: deals that were
 * made past this market may have such; orders of this market have none.
 */
export function wireNumber(value: bigint): number | string {
  return value <= MAX_WIRE_NUMBER ? Number(value) : value.toString();
}
