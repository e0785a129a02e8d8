import { isMediaType, type LeafType, type Scalar } from "./schema.js";

/** Bytes that are not of the type in the schema. */
export class MalformedLeafError extends Error {
  override readonly name = "MalformedLeafError";
  readonly path: string;

  constructor(path: string, type: string, reason: string) {
    super(`The value at "${path}" is not a ${type}: ${reason}. Read it with the schema it was protected with.`);
    this.path = path;
  }
}

/**
 * Encodes one value: little-endian borsh for text, numbers and booleans; the bytes of a file as they are.
 */
export function encodeLeaf(value: Scalar): Uint8Array {
  if (typeof value === "string") {
    const text = Buffer.from(value, "utf8");
    const length = Buffer.alloc(4);
    length.writeUInt32LE(text.length);
    return Buffer.concat([length, text]);
  }
  if (typeof value === "number") {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(value);
    return bytes;
  }
  if (typeof value === "bigint") {
    const bytes = Buffer.alloc(16);
    bytes.writeBigUInt64LE(BigInt.asUintN(64, value), 0);
    bytes.writeBigInt64LE(value >> 64n, 8);
    return bytes;
  }
  if (typeof value === "boolean") return Uint8Array.of(value ? 1 : 0);
  return new Uint8Array(value);
}

/**
 * Decodes one value.
 *
 * @throws {@link MalformedLeafError} when the bytes do not hold exactly one value of that type.
 */
export function decodeLeaf(type: LeafType, bytes: Uint8Array, path: string): Scalar {
  if (isMediaType(type)) return bytes;

  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const expectLength = (length: number) => {
    if (view.length === length) return;
    throw new MalformedLeafError(path, type, `it has ${view.length} bytes where ${length} are needed`);
  };
  switch (type) {
    case "string": {
      if (view.length < 4) expectLength(4);
      expectLength(4 + view.readUInt32LE());
      const text = view.toString("utf8", 4);
      if (!Buffer.from(text).equals(view.subarray(4))) throw new MalformedLeafError(path, type, "it is not UTF-8");
      return text;
    }
    case "f64":
      expectLength(8);
      return view.readDoubleLE();
    case "i128":
      expectLength(16);
      return (view.readBigInt64LE(8) << 64n) | view.readBigUInt64LE(0);
    case "bool":
      expectLength(1);
      if (view[0]! > 1) throw new MalformedLeafError(path, type, `its byte is ${view[0]}, neither 0 nor 1`);
      return view[0] === 1;
  }
}
