import { joinBytes } from "./joinBytes.js";

/** The default limit for the contents of an archive: 1 GiB. */
export const MAX_UNPACKED_BYTES = 2 ** 30;

/**
 * An archive that holds more than is allowed. The sizes that it states itself are not trusted.
 *
 * @example
 * ```ts
 * const error = new ArchiveTooLargeError(100);
 * error.limit; // → 100
 * ```
 */
export class ArchiveTooLargeError extends Error {
  override readonly name = "ArchiveTooLargeError";
  readonly limit: number;

  constructor(limit: number) {
    super(`The archive holds more than ${limit} bytes when it is unpacked: allow more, or do not open it.`);
    this.limit = limit;
  }
}

/**
 * Bytes that are no zip archive, or none that can be read here.
 *
 * @example
 * ```ts
 * await unzip(toUtf8Bytes("no archive")); // throws InvalidArchiveError
 * ```
 */
export class InvalidArchiveError extends Error {
  override readonly name = "InvalidArchiveError";

  constructor(reason: string, options?: ErrorOptions) {
    super(`The zip archive cannot be read: ${reason}. Fetch it again, whole.`, options);
  }
}

// Source of all numbers: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16.
const LOCAL = 0x04034b50;
const LISTED = 0x02014b50;
const END = 0x06054b50;
const LOCAL_LENGTH = 30;
const LISTED_LENGTH = 46;
const END_LENGTH = 22;
const STORED = 0;
const DEFLATED = 8;
/** Version 1.0 of the format is needed to read an archive; version 2.0 of the format made it. */
const [NEEDED, MADE_BY] = [10, 20];
const FOLDER_ATTRIBUTE = 0x10;
/** 1980-01-01, the earliest date of the format: the actual date would reveal when data was protected. */
const DATE = 0x21;
/** The mark of sizes that only zip64 can hold: such archives are larger than what is read here. */
const ZIP64 = 0xffffffff;
/** The directory of an archive has two bytes for their number. */
const MAX_ENTRIES = 0xffff;
/** Each entry has two bytes for the length of its path. */
const MAX_PATH_LENGTH = 0xffff;

/** Whether the bytes begin like a zip archive. */
export function isZip(bytes: Uint8Array): boolean {
  const start = bytes.length < 4 ? 0 : viewOf(bytes).getUint32(0, true);
  return start === LOCAL || start === END;
}

/**
 * Packs files into a zip archive by path, in their order, uncompressed, with an entry for each folder before its
 * contents.
 *
 * @param files - Paths in ASCII, with `/` between folders.
 * @throws a `RangeError` for more than 65,535 files and folders or a path of more than 65,535 characters
 */
export function zip(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const entries = new Map<string, Uint8Array>();
  for (const [path, content] of files) {
    for (let end = path.indexOf("/"); end !== -1; end = path.indexOf("/", end + 1)) {
      const folder = path.slice(0, end + 1);
      if (!entries.has(folder)) entries.set(folder, new Uint8Array());
    }
    entries.set(path, content);
  }
  if (entries.size > MAX_ENTRIES) {
    throw new RangeError(
      `A zip archive lists at most ${MAX_ENTRIES} files and folders, not ${entries.size}: put several values into one.`,
    );
  }
  const locals: Uint8Array[] = [];
  const listed: Uint8Array[] = [];
  let offset = 0;
  for (const [path, content] of entries) {
    const name = new TextEncoder().encode(path);
    if (name.length > MAX_PATH_LENGTH) {
      throw new RangeError(
        `A zip archive has paths of at most ${MAX_PATH_LENGTH} bytes, not ${name.length}: use shorter ones.`,
      );
    }
    const shared = headerOf(name, content);
    const local = joinBytes([uint32(LOCAL), shared, name, content]);
    const attributes = path.endsWith("/") ? FOLDER_ATTRIBUTE : 0;
    const place = joinBytes([new Uint8Array(6), uint32(attributes), uint32(offset)]);
    listed.push(joinBytes([uint32(LISTED), uint16(MADE_BY), shared, place, name]));
    locals.push(local);
    offset += local.length;
  }
  const directory = joinBytes(listed);
  const count = uint16(entries.size);
  const end = [uint32(END), uint32(0), count, count, uint32(directory.length), uint32(offset), uint16(0)];
  return joinBytes([...locals, directory, ...end]);
}

/** Encodes the fields that both headers of a file share, up to the lengths of its name and of the extra field. */
function headerOf(name: Uint8Array, content: Uint8Array): Uint8Array {
  const size = uint32(content.length);
  const [flags, time, extra] = [uint16(0), uint16(0), uint16(0)];
  const checksum = uint32(crc32(content));
  return joinBytes([
    uint16(NEEDED),
    flags,
    uint16(STORED),
    time,
    uint16(DATE),
    checksum,
    size,
    size,
    uint16(name.length),
    extra,
  ]);
}

/**
 * Unpacks a zip archive of unknown origin into its files, by path. No path leads out of the archive: `..` and leading
 * slashes are removed.
 *
 * @param limit - The maximum size of all files together, in bytes.
 * @throws {@link ArchiveTooLargeError}, as soon as there is more; {@link InvalidArchiveError} for what is no zip archive
 * @example
 * ```ts
 * const { encrypted, key } = await encryptData({ email: "alice@example.com" });
 * typeof key; // → "string"
 * await unzip(encrypted); // throws InvalidArchiveError
 * ```
 */
export async function unzip(archive: Uint8Array, limit = MAX_UNPACKED_BYTES): Promise<Map<string, Uint8Array>> {
  const unpacked = new Map<string, Uint8Array>();
  let left = limit;
  for (const { path, method, packed } of list(archive)) {
    const content = method === STORED ? [packed] : inflate(packed);
    const pieces: Uint8Array[] = [];
    for await (const piece of content) {
      left -= piece.length;
      if (left < 0) throw new ArchiveTooLargeError(limit);
      pieces.push(piece);
    }
    unpacked.set(path, joinBytes(pieces));
  }
  return unpacked;
}

interface ListedFile {
  readonly path: string;
  readonly method: number;
  readonly packed: Uint8Array;
}

/** Lists the files in the central directory at the end of an archive. */
function list(archive: Uint8Array): ListedFile[] {
  const view = viewOf(archive);
  try {
    const end = findEnd(view);
    const files: ListedFile[] = [];
    let at = view.getUint32(end + 16, true);
    let packedLength = 0;
    for (let left = view.getUint16(end + 10, true); left > 0; left--) {
      if (view.getUint32(at, true) !== LISTED) throw new InvalidArchiveError("its directory is damaged");
      const lengthOf = (offset: number) => view.getUint16(at + offset, true);
      const name = archive.subarray(at + LISTED_LENGTH, at + LISTED_LENGTH + lengthOf(28));
      const [method, size, offset] = [lengthOf(10), view.getUint32(at + 20, true), view.getUint32(at + 42, true)];
      // Files that share their bytes take hours to unpack, even to nothing.
      packedLength += size;
      if (packedLength > archive.length) throw new InvalidArchiveError("its files overlap");
      const path = pathWithin(new TextDecoder().decode(name));
      if (!new TextDecoder().decode(name).endsWith("/") && path !== "") {
        files.push({ path, method, packed: packedAt(archive, view, { path, method, size, offset }) });
      }
      at += LISTED_LENGTH + lengthOf(28) + lengthOf(30) + lengthOf(32);
    }
    return files;
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new InvalidArchiveError("it ends too early", { cause });
  }
}

function packedAt(
  archive: Uint8Array,
  view: DataView,
  { path, method, size, offset }: { path: string; method: number; size: number; offset: number },
): Uint8Array {
  if (size === ZIP64 || offset === ZIP64) throw new InvalidArchiveError("it is of more than 4 GiB");
  if (view.getUint32(offset, true) !== LOCAL) throw new InvalidArchiveError(`"${path}" is not where it should be`);
  const isEncrypted = (view.getUint16(offset + 6, true) & 1) === 1;
  if (isEncrypted) throw new InvalidArchiveError(`"${path}" has a password`);
  if (method !== STORED && method !== DEFLATED) {
    throw new InvalidArchiveError(`"${path}" is compressed by method ${method}, not by 8 (deflate)`);
  }
  const start = offset + LOCAL_LENGTH + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  const packed = archive.subarray(start, start + size);
  if (packed.length < size) throw new InvalidArchiveError("it ends too early");
  return packed;
}

/** Finds the record at the end of an archive, which a comment of at most 64 KiB may follow. */
function findEnd(view: DataView): number {
  const last = view.byteLength - END_LENGTH;
  for (let at = last; at >= Math.max(0, last - 0xffff); at--) if (view.getUint32(at, true) === END) return at;
  throw new InvalidArchiveError("it has no directory of files, as zip archives have at their end");
}

function pathWithin(name: string): string {
  const parts: string[] = [];
  for (const part of name.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}

/** Inflates in pieces, so that the caller can stop. */
async function* inflate(packed: Uint8Array): AsyncGenerator<Uint8Array> {
  const whole = new Blob([Uint8Array.from(packed)]).stream();
  const reader = whole.pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value as Uint8Array;
  } catch (cause) {
    throw new InvalidArchiveError("a file in it is damaged", { cause });
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

let crcTable: Uint32Array | undefined;

/** Computes CRC-32 (ISO 3309), which zip archives have for each file. */
function crc32(bytes: Uint8Array): number {
  crcTable ??= Uint32Array.from({ length: 256 }, (_, byte) => {
    let value = byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    return value;
  });
  let crc = 0xffffffff;
  for (const byte of bytes) crc = crcTable[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function uint16(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >>> 8) & 0xff);
}

function uint32(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, (value >>> 24) & 0xff);
}
