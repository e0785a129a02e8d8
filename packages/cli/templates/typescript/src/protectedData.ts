/** Reads protected data: zip files with one entry for each value. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";

const NOBODY = `0x${"00".repeat(20)}`;

/** The kinds of values, and what each is here. */
interface Kinds {
  readonly bool: boolean;
  readonly f64: number;
  readonly i128: bigint;
  readonly string: string;
  readonly bytes: Buffer;
}

const READERS: { readonly [Kind in keyof Kinds]: (content: Buffer) => Kinds[Kind] } = {
  bool: (content) => content[0] === 1,
  f64: (content) => content.readDoubleLE(),
  i128: (content) => (content.readBigInt64LE(8) << 64n) | content.readBigUInt64LE(0),
  string: (content) => content.toString("utf8", 4),
  bytes: (content) => content,
};

/** The values of one dataset, by name; names of nested values have dots: "address.city". */
class ProtectedData {
  readonly #files: ReadonlyMap<string, Buffer>;

  constructor(zip: Buffer) {
    this.#files = unzip(zip);
  }

  /** Returns a value of one of the kinds bool, f64, i128 and string; a file as bytes. */
  value<Kind extends keyof Kinds>(name: string, kind: Kind): Kinds[Kind] {
    const content = this.#files.get(name.replaceAll(".", "/"));
    if (content === undefined) throw new Error(`The protected data has no ${name}: it has ${this.names().join(", ")}.`);
    return READERS[kind](content);
  }

  /** Returns the names of all values. */
  names(): string[] {
    return [...this.#files.keys()].map((path) => path.replaceAll("/", "."));
  }
}

/**
 * Returns the protected data of this task: none, one dataset, or those of a bulk request. Data of a bulk request may be
 * missing, as when its owner has withdrawn it.
 */
export function openProtectedData(): ProtectedData[] {
  const { IEXEC_IN = "", IEXEC_DATASET_FILENAME = NOBODY, IEXEC_BULK_SLICE_SIZE = "0" } = process.env;
  const count = Number(IEXEC_BULK_SLICE_SIZE);
  const bulk = Array.from({ length: count }, (_, index) => process.env[`IEXEC_DATASET_${index + 1}_FILENAME`] ?? "");
  const one = IEXEC_DATASET_FILENAME === NOBODY ? [] : [IEXEC_DATASET_FILENAME];
  const paths = (count > 0 ? bulk : one).map((name) => join(IEXEC_IN, name));
  return paths.filter((path) => count === 0 || existsSync(path)).map((path) => new ProtectedData(readFileSync(path)));
}

/** Returns the files of a zip archive by path. */
function unzip(zip: Buffer): Map<string, Buffer> {
  const end = zip.lastIndexOf("PK\u0005\u0006");
  const files = new Map<string, Buffer>();
  let entry = zip.readUInt32LE(end + 16);
  for (let count = zip.readUInt16LE(end + 10); count > 0; count--) {
    const lengthAt = (offset: number) => zip.readUInt16LE(entry + offset);
    const path = zip.toString("utf8", entry + 46, entry + 46 + lengthAt(28));
    const header = zip.readUInt32LE(entry + 42);
    const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
    const packed = zip.subarray(start, start + zip.readUInt32LE(entry + 20));
    if (!path.endsWith("/")) files.set(path, lengthAt(10) === 0 ? packed : inflateRawSync(packed));
    entry += 46 + lengthAt(28) + lengthAt(30) + lengthAt(32);
  }
  return files;
}
