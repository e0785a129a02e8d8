import { areEqual } from "./bytes.js";
import { AttestationError, type Subject } from "./fault.js";

/** The tags in certificates and revocation lists. */
export const TAG = {
  BOOLEAN: 0x01,
  INTEGER: 0x02,
  BIT_STRING: 0x03,
  OCTET_STRING: 0x04,
  OID: 0x06,
  ENUMERATED: 0x0a,
  UTC_TIME: 0x17,
  GENERALIZED_TIME: 0x18,
  SEQUENCE: 0x30,
  CONTEXT_0: 0xa0,
  CONTEXT_3: 0xa3,
  /** The key within an authority key identifier. */
  KEY_IDENTIFIER: 0x80,
} as const;

/**
 * A position in DER, which advances with each value that is read. Every function refuses a value that is not in its one
 * valid encoding.
 */
export interface DerReader {
  readonly bytes: Uint8Array;
  readonly subject: Subject;
  /** The offset of `bytes` within the subject. */
  readonly base: number;
  readonly end: number;
  /** The offset of the next value. */
  offset: number;
  /** The offset of the value that was read last. */
  last: number;
}

/** Makes a reader of the DER in `bytes`, which begins at byte `base` of `subject`. */
export function derReader(bytes: Uint8Array, subject: Subject, base = 0): DerReader {
  return { bytes, subject, base, end: bytes.length, offset: 0, last: 0 };
}

/** Refuses the value that was read last. */
export function refuse({ subject, base, last }: DerReader, problem: string): never {
  throw new AttestationError("MalformedDer", { subject, offset: base + last, problem });
}

/** Whether there are no more values. */
export function isAtEnd({ offset, end }: DerReader): boolean {
  return offset === end;
}

/** Returns the tag of the next value; undefined at the end. */
export function peekTag(reader: DerReader): number | undefined {
  return isAtEnd(reader) ? undefined : reader.bytes[reader.offset];
}

/** Refuses further values. */
export function readEnd(reader: DerReader): void {
  reader.last = reader.offset;
  if (!isAtEnd(reader)) refuse(reader, "there is more than there should be");
}

/** Reads the contents of the next value, which must have that tag. */
export function readValue(reader: DerReader, tag: number): Uint8Array {
  const content = readHead(reader, tag);
  return reader.bytes.subarray(content, reader.offset);
}

/** Reads the next value in its encoding, with tag and length. */
export function readEncoded(reader: DerReader, tag: number): Uint8Array {
  readHead(reader, tag);
  return reader.bytes.subarray(reader.last, reader.offset);
}

/** Makes a reader of the contents of the next value. */
export function enter(reader: DerReader, tag: number): DerReader {
  const content = readHead(reader, tag);
  return { ...reader, offset: content, end: reader.offset, last: content };
}

/** Skips the next value, and returns the offset of its contents, which end where the reader is then. */
function readHead(reader: DerReader, tag: number): number {
  reader.last = reader.offset;
  const actual = peekTag(reader) ?? refuse(reader, `it ends where a value with tag ${tag} should be`);
  if (actual !== tag) refuse(reader, `there is a value with tag ${actual}, where ${tag} should be`);
  reader.offset += 1;
  const length = readLength(reader);
  const content = reader.offset;
  if (length > reader.end - content) refuse(reader, `a value of ${length} bytes goes past its end`);
  reader.offset += length;
  return content;
}

/** Reads a length: one byte up to 127, otherwise 81 and one byte, or 82 and two; longer values do not occur. */
function readLength(reader: DerReader): number {
  const first = readByte(reader);
  if (first < 0x80) return first;
  if (first !== 0x81 && first !== 0x82)
    refuse(reader, `a length begins with ${first}, which is none or one above 65535`);
  const length = first === 0x81 ? readByte(reader) : readByte(reader) * 256 + readByte(reader);
  if (length < (first === 0x81 ? 0x80 : 0x100)) {
    refuse(reader, `the length ${length} is written longer than it needs to be`);
  }
  return length;
}

function readByte(reader: DerReader): number {
  if (isAtEnd(reader)) refuse(reader, "it ends within a length");
  reader.offset += 1;
  return reader.bytes[reader.offset - 1]!;
}

/** Reads bytes that must be equal to `encoding`. */
export function readConstant(reader: DerReader, encoding: Uint8Array, meaning: string): void {
  reader.last = reader.offset;
  const left = reader.bytes.subarray(reader.offset, reader.end);
  if (!areEqual(left.subarray(0, encoding.length), encoding)) refuse(reader, `${meaning} should be here`);
  reader.offset += encoding.length;
}

/** Reads the contents of an object identifier. */
export function readOid(reader: DerReader): Uint8Array {
  const id = readValue(reader, TAG.OID);
  // In each number of it, all bytes but the last have their first bit set.
  const isWhole = id.at(-1)! < 0x80;
  const isShort = id.every((byte, index) => byte !== 0x80 || id[index - 1]! >= 0x80);
  return isWhole && isShort ? id : refuse(reader, "an object identifier is none");
}

/** Reads a natural number, big-endian and without leading zeros. */
export function readNatural(reader: DerReader, tag: number = TAG.INTEGER): Uint8Array {
  const number = readValue(reader, tag);
  if (number.length === 0) refuse(reader, "a number has no digits");
  if (number[0]! >= 0x80) refuse(reader, "a number is negative");
  if (number[0] !== 0 || number.length === 1) return number;
  if (number[1]! < 0x80) refuse(reader, "a number is written longer than it needs to be");
  return number.subarray(1);
}

/** Reads a whole number from 0 to `most`. */
export function readSmallNumber(reader: DerReader, most: number, tag: number = TAG.INTEGER): number {
  const number = readNatural(reader, tag).reduce((sum, digit) => sum * 256 + digit, 0);
  if (number > most) refuse(reader, `a number is above ${most}`);
  return number;
}

/** Reads a boolean. */
export function readBoolean(reader: DerReader): boolean {
  const byte = readValue(reader, TAG.BOOLEAN);
  if (byte.length !== 1 || (byte[0] !== 0 && byte[0] !== 0xff)) refuse(reader, "a truth value is neither 00 nor ff");
  return byte[0] === 0xff;
}

/** Reads a boolean whose default is false, which is encoded only where it is true. */
export function readFlag(reader: DerReader): boolean {
  if (peekTag(reader) !== TAG.BOOLEAN) return false;
  return (
    readBoolean(reader) || refuse(reader, "a truth value is written down, but is the one that goes without saying")
  );
}
