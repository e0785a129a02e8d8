import { getAddress, isHexString } from "ethers";

import type { Address, Hex } from "./hex.js";

/** What a caller may write where the protocol wants a uint256: a bigint, a safe integer, or a string of decimal digits. */
export type UintInput = bigint | number | string;

/** The largest uint256, 2^256 − 1. */
export const MAX_UINT256 = 2n ** 256n - 1n;

/**
 * A value cannot be what its field asks for. Says which field, what was found and what was expected.
 *
 * @example
 * ```ts
 * try {
 *   buildOrder("app", { app: "0x1111111111111111111111111111111111111111", appprice: -1n });
 * } catch (error) {
 *   if (!(error instanceof InvalidFieldError)) throw error;
 *   error.field; // → "AppOrder.appprice"
 *   error.expected; // → "a whole number from 0 to 2^256 - 1"
 *   error.message; // → "AppOrder.appprice is -1, expected a whole number from 0 to 2^256 - 1"
 * }
 * ```
 */
export class InvalidFieldError extends Error {
  override readonly name = "InvalidFieldError";
  /** Path of the offending field, for example `AppOrder.appprice`. */
  readonly field: string;
  /** The value found there, as it was given. */
  readonly value: unknown;
  /** What the field takes, in words. */
  readonly expected: string;

  constructor(field: string, value: unknown, expected: string) {
    super(`${field} is ${show(value)}, expected ${expected}`);
    this.field = field;
    this.value = value;
    this.expected = expected;
  }
}

function show(value: unknown): string {
  if (value === undefined) return "missing";
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "function" || typeof value === "symbol") return `a ${typeof value}`;
  if (typeof value === "number") return String(value);
  const text = jsonOf(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** An object may hold itself, or say that it is nothing. */
function jsonOf(value: unknown): string {
  try {
    const text = JSON.stringify(value, (_key, item: unknown) => (typeof item === "bigint" ? item.toString() : item));
    return (text as string | undefined) ?? "an object";
  } catch {
    return "an object";
  }
}

/**
 * Reads a whole number that is not negative.
 *
 * @param field - Name used in the error.
 * @param value - A {@link UintInput}; anything else is refused.
 * @param max - Largest value allowed, 2^256 − 1 unless told.
 * @throws {@link InvalidFieldError} when it is no whole number, an unsafe `number`, negative or above `max`.
 */
export function readUint(field: string, value: unknown, max: bigint = MAX_UINT256): bigint {
  const number = toBigInt(value);
  if (number === undefined || number < 0n || number > max) {
    const limit = max === MAX_UINT256 ? "2^256 - 1" : max.toString();
    throw new InvalidFieldError(field, value, `a whole number from 0 to ${limit}`);
  }
  return number;
}

function toBigInt(value: unknown): bigint | undefined {
  if (typeof value === "bigint") return value;
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  return typeof value === "string" && /^\d{1,78}$/.test(value) ? BigInt(value) : undefined;
}

/**
 * Reads an address and gives it its EIP-55 checksum.
 *
 * @throws {@link InvalidFieldError} when it is not 20 bytes of hex, or is in mixed case with a wrong checksum.
 */
export function readAddress(field: string, value: unknown): Address {
  if (!isHexString(value, 20)) throw new InvalidFieldError(field, value, "an address (0x and 40 hex digits)");
  try {
    return getAddress(value) as Address;
  } catch {
    throw new InvalidFieldError(field, value, "an address with a right checksum, or all in lower case");
  }
}

/**
 * Reads 32 bytes of hex, in lower case.
 *
 * @throws {@link InvalidFieldError} when it is anything else.
 */
export function readBytes32(field: string, value: unknown): Hex {
  if (!isHexString(value, 32)) throw new InvalidFieldError(field, value, "32 bytes (0x and 64 hex digits)");
  return value.toLowerCase() as Hex;
}

/**
 * Reads any number of whole bytes of hex, in lower case.
 *
 * @throws {@link InvalidFieldError} when it is anything else.
 */
export function readBytes(field: string, value: unknown): Hex {
  if (!isHexString(value, true)) throw new InvalidFieldError(field, value, "bytes (0x and pairs of hex digits)");
  return value.toLowerCase() as Hex;
}

/**
 * Reads a string that UTF-8 can carry.
 *
 * @throws {@link InvalidFieldError} when it is no string, or holds half of a surrogate pair.
 */
export function readString(field: string, value: unknown): string {
  if (typeof value !== "string" || /\p{Surrogate}/u.test(value)) {
    throw new InvalidFieldError(field, value, "a well-formed string");
  }
  return value;
}

/**
 * Reads a plain object, whose own fields may be looked at one by one.
 *
 * @throws {@link InvalidFieldError} when it is null, an array or no object.
 */
export function readObject(field: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new InvalidFieldError(field, value, "an object");
  }
  return value as Readonly<Record<string, unknown>>;
}
