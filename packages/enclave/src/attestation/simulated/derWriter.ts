import { TAG } from "../der.js";

/** Encodes a DER value of that tag with those contents, one after the other. */
export function der(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(contents);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Uint8Array.of(tag, length), content]);
  if (length < 0x100) return Buffer.concat([Uint8Array.of(tag, 0x81, length), content]);
  return Buffer.concat([Uint8Array.of(tag, 0x82, length >> 8, length & 0xff), content]);
}

/** Encodes a whole number from 0 to 65535, which has a leading zero where its first bit is set. */
export function derNumber(value: number, tag: number = TAG.INTEGER): Uint8Array {
  const digits = value > 0xff ? [value >> 8, value & 0xff] : [value];
  return der(tag, Uint8Array.from(digits[0]! >= 0x80 ? [0, ...digits] : digits));
}

/** Encodes a half of a signature or a serial number: big-endian, without leading zeros. */
export function derNatural(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first === -1 ? Uint8Array.of(0) : bytes.subarray(first);
  return der(TAG.INTEGER, digits[0]! >= 0x80 ? Uint8Array.of(0) : new Uint8Array(), digits);
}
