import { joinBytes } from "./joinBytes.js";
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

/** Encodes one value: little-endian borsh for text, numbers and booleans; the bytes of a file as they are. */
export function encodeLeaf(value: Scalar): Uint8Array {
  if (typeof value === "string") {
    const text = new TextEncoder().encode(value);
    const { bytes, view } = blank(4);
    view.setUint32(0, text.length, true);
    return joinBytes([bytes, text]);
  }
  if (typeof value === "number") {
    const { bytes, view } = blank(8);
    view.setFloat64(0, value, true);
    return bytes;
  }
  if (typeof value === "bigint") {
    const { bytes, view } = blank(16);
    view.setBigUint64(0, BigInt.asUintN(64, value), true);
    view.setBigInt64(8, value >> 64n, true);
    return bytes;
  }
  if (typeof value === "boolean") return Uint8Array.of(value ? 1 : 0);
  return new Uint8Array(value);
}

function blank(length: number): { bytes: Uint8Array; view: DataView } {
  const buffer = new ArrayBuffer(length);
  return { bytes: new Uint8Array(buffer), view: new DataView(buffer) };
}

/**
 * Decodes one value.
 *
 * @throws {@link MalformedLeafError} when the bytes do not hold exactly one value of that type.
 */
export function decodeLeaf(type: LeafType, bytes: Uint8Array, path: string): Scalar {
  if (isMediaType(type)) return bytes;

  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const expectLength = (length: number) => {
    if (bytes.length === length) return;
    throw new MalformedLeafError(path, type, `it has ${bytes.length} bytes where ${length} are needed`);
  };
  switch (type) {
    case "string":
      if (bytes.length < 4) expectLength(4);
      expectLength(4 + view.getUint32(0, true));
      try {
        return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes.subarray(4));
      } catch {
        throw new MalformedLeafError(path, type, "it is not UTF-8");
      }
    case "f64":
      expectLength(8);
      return view.getFloat64(0, true);
    case "i128":
      expectLength(16);
      return (view.getBigInt64(8, true) << 64n) | view.getBigUint64(0, true);
    case "bool":
      expectLength(1);
      if (bytes[0]! > 1) throw new MalformedLeafError(path, type, `its byte is ${bytes[0]}, neither 0 nor 1`);
      return bytes[0] === 1;
  }
}
