import { areEqual } from "./bytes.js";
import { AttestationError, type Subject } from "./fault.js";

/** The tags that certificates and revocation lists are made of. */
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
  /** Within an authority key identifier. */
  KEY_IDENTIFIER: 0x80,
} as const;

/** Reads DER values one after the other, in the one encoding that each of them has. */
export type DerReader = {
  readonly isAtEnd: () => boolean;
  /** The tag of the next value; nothing at the end. */
  readonly peek: () => number | undefined;
  /** The contents of the next value, which must have that tag. */
  readonly value: (tag: number) => Uint8Array;
  /** The next value as it is encoded, tag and length included. */
  readonly encoded: (tag: number) => Uint8Array;
  /** A reader of what is within the next value. */
  readonly within: (tag: number) => DerReader;
  /** Both of these, of the same value. */
  readonly both: (tag: number) => { readonly encoded: Uint8Array; readonly within: DerReader };
  /** The contents of an object identifier. */
  readonly oid: () => Uint8Array;
  /** Refuses what is left over. */
  readonly end: () => void;
  /** The next value is exactly this one. */
  readonly constant: (encoding: Uint8Array, meaning: string) => void;
  /** A whole number that is not negative. */
  readonly natural: (tag?: number) => Uint8Array;
  /** A whole number from 0 to `most`. */
  readonly smallNumber: (most: number, tag?: number) => number;
  readonly boolean: () => boolean;
  /** A truth value that is only written down where it is true. */
  readonly flag: () => boolean;
  /** Refuses the value that was read last. */
  readonly refuse: (problem: string) => never;
};

/** A reader of the DER in `bytes`, which is part of `subject` and begins there at byte `base`. */
export function derReader(bytes: Uint8Array, subject: Subject, base = 0): DerReader {
  let offset = 0;
  let last = 0;

  function refuse(problem: string, at = last): never {
    throw new AttestationError("MalformedDer", { subject, offset: base + at, problem });
  }
  function next(tag: number): { start: number; content: number; end: number } {
    const start = offset;
    last = start;
    const actual = bytes[start] ?? refuse(`it ends where a value with tag ${tag} should be`);
    if (actual !== tag) refuse(`there is a value with tag ${actual}, where ${tag} should be`);
    const { length, size } = readLength(start + 1);
    const content = start + 1 + size;
    const end = content + length;
    if (end > bytes.length) refuse(`a value of ${length} bytes goes past its end`);
    offset = end;
    return { start, content, end };
  }
  /** One byte up to 127, else 81 and one byte, or 82 and two: what is here never needs more. */
  function readLength(at: number): { length: number; size: number } {
    const first = bytes[at] ?? refuse("it ends within a length");
    if (first < 0x80) return { length: first, size: 1 };
    const size = first - 0x80;
    if (size < 1 || size > 2) refuse(`a length begins with ${first}, which is none or one above 65535`);
    if (at + size >= bytes.length) refuse("it ends within a length");
    const length = size === 1 ? bytes[at + 1]! : bytes[at + 1]! * 256 + bytes[at + 2]!;
    if (length < (size === 1 ? 0x80 : 0x100)) refuse(`the length ${length} is written longer than it needs to be`);
    return { length, size: 1 + size };
  }
  function value(tag: number): Uint8Array {
    const { content, end } = next(tag);
    return bytes.subarray(content, end);
  }
  function both(tag: number): { encoded: Uint8Array; within: DerReader } {
    const { start, content, end } = next(tag);
    return {
      encoded: bytes.subarray(start, end),
      within: derReader(bytes.subarray(content, end), subject, base + content),
    };
  }
  function natural(tag: number = TAG.INTEGER): Uint8Array {
    const number = value(tag);
    if (number.length === 0) refuse("a number has no digits");
    if (number[0]! >= 0x80) refuse("a number is negative");
    if (number[0] !== 0 || number.length === 1) return number;
    if (number[1]! < 0x80) refuse("a number is written longer than it needs to be");
    return number.subarray(1);
  }
  function boolean(): boolean {
    const byte = value(TAG.BOOLEAN);
    if (byte.length !== 1 || (byte[0] !== 0 && byte[0] !== 0xff)) refuse("a truth value is neither 00 nor ff");
    return byte[0] === 0xff;
  }

  return {
    isAtEnd: () => offset === bytes.length,
    peek: () => bytes[offset],
    value,
    encoded: (tag) => both(tag).encoded,
    within: (tag) => both(tag).within,
    both,
    oid() {
      const id = value(TAG.OID);
      // Each number in it is a run of bytes of which all but the last have their first bit set.
      const isWhole = id.length > 0 && id.at(-1)! < 0x80;
      const isShort = id.every((byte, index) => byte !== 0x80 || (index > 0 && id[index - 1]! >= 0x80));
      return isWhole && isShort ? id : refuse("an object identifier is none");
    },
    end() {
      if (offset !== bytes.length) refuse("there is more than there should be", offset);
    },
    constant(encoding, meaning) {
      last = offset;
      if (!areEqual(bytes.subarray(offset, offset + encoding.length), encoding)) refuse(`${meaning} should be here`);
      offset += encoding.length;
    },
    natural,
    smallNumber(most, tag) {
      const number = natural(tag).reduce((sum, digit) => sum * 256 + digit, 0);
      if (number > most) refuse(`a number is above ${most}`);
      return number;
    },
    boolean,
    flag() {
      if (bytes[offset] !== TAG.BOOLEAN) return false;
      return boolean() || refuse("a truth value is written down, but is the one that goes without saying");
    },
    refuse,
  };
}
