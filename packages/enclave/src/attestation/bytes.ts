import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { AttestationError, assertQuote } from "./fault.js";

/** Encodes bytes as hex. */
export function toHex(bytes: Uint8Array): Hex {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex")}`;
}

/** Whether two byte arrays are equal. */
export function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** Refuses a reserved field that is not all zeros. */
export function assertZeros(bytes: Uint8Array, field: string): void {
  if (bytes.some((byte) => byte !== 0)) throw new AttestationError("NonZeroReserved", { field, value: toHex(bytes) });
}

/** A reader of the fields of a quote, one after the other; numbers are little-endian. */
export interface QuoteReader {
  /** The offset of the next field in the quote, in bytes. */
  readonly offset: () => number;
  readonly take: (length: number, field: string) => Uint8Array;
  readonly uint16: (field: string) => number;
  readonly uint32: (field: string) => number;
}

/** Makes a reader of `bytes` from `start` on that never reads past `end`. */
export function quoteReader(bytes: Uint8Array, start = 0, end = bytes.length): QuoteReader {
  let offset = start;

  function take(length: number, field: string): Uint8Array {
    assertQuote(length <= end - offset, "Truncated", { field, offset, needed: length, available: end - offset });
    offset += length;
    return bytes.subarray(offset - length, offset);
  }
  function number(length: number, field: string): number {
    return take(length, field).reduceRight((value, byte) => value * 256 + byte, 0);
  }
  return {
    offset: () => offset,
    take,
    uint16: (field) => number(2, field),
    uint32: (field) => number(4, field),
  };
}
