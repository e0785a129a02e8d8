import { createReadStream } from "node:fs";

/** The fields of a tar header. */
export interface TarFields {
  /** Up to 100 bytes. */
  readonly name: string;
  /** The type's letter: `0` file, `1` hard link, `2` symbolic link, `5` folder, `x` records for the next entry. */
  readonly type: string;
  readonly mode: number;
  /** Unix seconds. */
  readonly modifiedAt: number;
  /** The length of the body in bytes. */
  readonly size: number;
  /** The target of a link: up to 100 bytes. */
  readonly target?: string;
}

/** An entry of a layer. */
export interface NewEntry {
  /** The path in the image, without a slash at the start or at the end. */
  readonly path: string;
  readonly kind: "file" | "folder" | "link";
  /** The permissions: 0644 for files and 0755 for folders by default. */
  readonly mode?: number;
  /** Unix seconds; 0 by default, so that the same files give the same bytes. */
  readonly modifiedAt?: number;
  /** The content of a file: its bytes, or a file of that many bytes. */
  readonly content?: Uint8Array | { readonly file: string; readonly size: number };
  /** The target of a link. */
  readonly target?: string;
}

/** A file that changed while it was packed. */
export class FileChangedError extends Error {
  override readonly name = "FileChangedError";

  constructor(file: string, size: number, found: number) {
    super(`${file} had ${size} bytes, and then ${found}: build the image again once nothing writes to it.`);
  }
}

export const TAR_BLOCK = 512;
const LONGEST_FIELD = 100;
const TYPES = { file: "0", folder: "5", link: "2" } as const;
const MODES = { file: 0o644, folder: 0o755, link: 0o777 } as const;
/** The most that the octal digits of a size can say. */
const LARGEST_OCTAL = 8 ** 11 - 1;

/** Writes a tar file with these entries, in this order. */
export async function* writeTar(entries: readonly NewEntry[]): AsyncGenerator<Uint8Array> {
  for (const entry of entries) {
    const { path, kind, mode = MODES[kind], modifiedAt = 0, content = new Uint8Array(), target = "" } = entry;
    const size = content instanceof Uint8Array ? content.length : content.size;
    const name = kind === "folder" ? `${path}/` : path;
    const long = {
      ...(Buffer.byteLength(name) > LONGEST_FIELD && { path: name }),
      ...(Buffer.byteLength(target) > LONGEST_FIELD && { linkpath: target }),
    };
    if (Object.keys(long).length > 0) {
      const records = paxRecords(long);
      yield tarHeader({ name: "PaxHeaders/entry", type: "x", mode: 0o644, modifiedAt, size: records.length });
      yield padded(records);
    }
    yield tarHeader({ name: clip(name), type: TYPES[kind], mode, modifiedAt, size, target: clip(target) });
    if (content instanceof Uint8Array) yield padded(content);
    else yield* readExactly(content.file, size);
  }
  yield Buffer.alloc(2 * TAR_BLOCK);
}

/** Formats the header of an entry. */
export function tarHeader({ name, type, mode, modifiedAt, size, target = "" }: TarFields): Buffer {
  const header = Buffer.alloc(TAR_BLOCK);
  header.write(name, 0, LONGEST_FIELD);
  header.write(`${mode.toString(8).padStart(7, "0")}\0`, 100);
  // The owner is root.
  header.write("0000000\0", 108);
  header.write("0000000\0", 116);
  if (size > LARGEST_OCTAL) {
    header[124] = 0x80;
    header.writeBigUInt64BE(BigInt(size), 128);
  } else header.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  header.write(`${modifiedAt.toString(8).padStart(11, "0")}\0`, 136);
  header.write(type, 156);
  header.write(target, 157, LONGEST_FIELD);
  header.write("ustar\u000000", 257);
  writeTarChecksum(header);
  return header;
}

/** Computes the checksum of a header, or writes another one into it. */
export function writeTarChecksum(header: Buffer, checksum?: number): void {
  header.write("        ", 148);
  const sum = checksum ?? header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
}

/** Formats records for the next entry (pax). Each begins with its own length. */
export function paxRecords(records: Readonly<Record<string, string>>): Buffer {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = ` ${key}=${value}\n`;
    const length = Buffer.byteLength(rest);
    const digits = `${length + `${length}`.length}`.length;
    return `${length + digits}${rest}`;
  });
  return Buffer.from(lines.join(""));
}

/** Cuts a text to the length of a field; the record before the entry has all of it. */
function clip(text: string): string {
  return Buffer.byteLength(text) > LONGEST_FIELD ? "long" : text;
}

function padded(bytes: Uint8Array): Uint8Array {
  const rest = -bytes.length & (TAR_BLOCK - 1);
  return rest === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(rest)]);
}

async function* readExactly(file: string, size: number): AsyncGenerator<Uint8Array> {
  let found = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Uint8Array>) {
    found += chunk.length;
    if (found > size) break;
    yield chunk;
  }
  if (found !== size) throw new FileChangedError(file, size, found);
  yield Buffer.alloc(-size & (TAR_BLOCK - 1));
}
