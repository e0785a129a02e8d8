import { formatUnits, parseUnits } from "ethers";

import { InvalidFieldError, MAX_UINT256 } from "./field.js";

/** 1 RLC is 10^9 nRLC. */
export const RLC_DECIMALS = 9;

/** 1 RLC, in nRLC. */
export const ONE_RLC = 10n ** BigInt(RLC_DECIMALS);

/**
 * Reads an amount of RLC, such as `1.5`.
 *
 * @param text - Digits, then maybe a point and one to nine more digits. No sign, exponent or unit.
 * @returns The amount in nRLC, 2^256 − 1 at most.
 * @throws {@link InvalidFieldError} when it is anything else.
 * @example
 * ```ts
 * parseRlc("1.5"); // → 1_500_000_000n
 * parseRlc("1,5"); // throws InvalidFieldError
 * ```
 */
export function parseRlc(text: string): bigint {
  const amount = /^\d{1,78}(\.\d{1,9})?$/.test(text) ? parseUnits(text, RLC_DECIMALS) : undefined;
  if (amount === undefined || amount > MAX_UINT256) {
    throw new InvalidFieldError("amount", text, "RLC as digits with at most 9 decimals, such as 1.5");
  }
  return amount;
}

/**
 * Writes an amount in RLC, without needless zeros: `1.5`, `3`, `0.000000001`. `parseRlc` takes back what is not
 * negative.
 *
 * @param amount - In nRLC; a negative one, for a loss, keeps its sign.
 * @example
 * ```ts
 * formatRlc(1_500_000_000n); // → "1.5"
 * formatRlc(-1n); // → "-0.000000001"
 * ```
 */
export function formatRlc(amount: bigint): string {
  return formatUnits(amount, RLC_DECIMALS).replace(/\.0$/, "");
}

/**
 * A moment in unix seconds as `2030-01-31 12:00:00 UTC`; one beyond the calendar as it is.
 *
 * @param seconds - Unix seconds.
 * @example
 * ```ts
 * formatMoment(1_800_000_000n); // → "2027-01-15 08:00:00 UTC"
 * formatMoment(2n ** 64n); // → "18446744073709551616 s"
 * ```
 */
export function formatMoment(seconds: bigint): string {
  const moment = new Date(Number(seconds) * 1000);
  if (Number.isNaN(moment.getTime())) return `${seconds} s`;
  return `${moment.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
