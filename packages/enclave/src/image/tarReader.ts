/** The kinds of entries in a tar file. */
export type TarKind = "file" | "folder" | "link" | "hardLink" | "device" | "pipe";

/** An entry of a tar file. Its body has to be read before the next entry is requested, otherwise it is skipped. */
export interface TarEntry {
  readonly kind: TarKind;
  readonly name: string;
  /** The target of a link; empty for other entries. */
  readonly linkname: string;
  /** The Unix permissions with setuid, setgid and sticky bits. */
  readonly mode: number;
  /** In unix seconds. */
  readonly mtime: number;
  /** The length of the body, in bytes. */
  readonly size: number;
  readonly body: TarBody;
}

/** The contents of a file in a tar file. */
export interface TarBody {
  /** Reads all bytes at once. */
  whole(): Promise<Uint8Array>;
  pieces(): AsyncGenerator<Uint8Array>;
}

/** A malformed tar file; the message is a sentence without its full stop. */
export class TarError extends Error {
  override readonly name = "TarError";
}

const BLOCK = 512;
/** The maximum size of a header of extended fields. */
const MAX_EXTENSION_BYTES = 2 ** 20;

const KINDS: Readonly<Record<string, TarKind>> = {
  "\0": "file",
  "0": "file",
  "1": "hardLink",
  "2": "link",
  "3": "device",
  "4": "device",
  "5": "folder",
  "6": "pipe",
};

/** Pax fields that decide what is unpacked; global headers, which other readers ignore, must not set them. */
const DECISIVE = /^(?:path|linkpath|size|GNU\.sparse\..*)$/;

/**
 * Reads a tar file like container engines, which use Go's reader: ustar, the older format, pax, and GNU's long names. A
 * file that the two would read differently is refused, so that a digest means the same files in both. Bytes after the
 * end of the archive are ignored.
 *
 * @throws {@link TarError}
 */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  const bytes = new ByteReader(source);
  let pax: ReadonlyMap<string, string> = new Map();
  let [longName, longLinkname]: (string | undefined)[] = [];
  for (;;) {
    const block = await bytes.take(BLOCK, "a header");
    if (block === undefined) break;
    if (isZero(block)) {
      const next = await bytes.take(BLOCK, "its end");
      if (next !== undefined && !isZero(next)) throw new TarError("an empty header is followed by another entry");
      break;
    }
    const header = readHeader(block);
    if (isExtension(header.type)) {
      if (header.size > MAX_EXTENSION_BYTES) {
        throw new TarError(
          `a header of extended fields has ${header.size} bytes, and ${MAX_EXTENSION_BYTES} are allowed`,
        );
      }
      const body = await bytes.takeAll(header.size, "extended fields");
      await bytes.skip(paddingOf(header.size));
      if (header.type === "x") pax = readPax(body);
      else if (header.type === "g") {
        checkGlobal(readPax(body));
        // Go's reader forgets what it has read about the next entry.
        if (pax.size > 0 || longName !== undefined || longLinkname !== undefined) {
          throw new TarError("extended fields for all entries stand between an entry and its own");
        }
      } else if (header.type === "L") longName = decode(untilZero(body));
      else longLinkname = decode(untilZero(body));
      continue;
    }
    const entry = describe({ ...header, longName, longLinkname }, pax);
    pax = new Map();
    longName = longLinkname = undefined;
    const body = bytes.body(entry.size);
    yield { ...entry, body };
    await body.end();
    await bytes.skip(paddingOf(entry.size));
  }
  await bytes.drain();
}

interface Header {
  readonly type: string;
  readonly name: string;
  readonly linkname: string;
  readonly mode: number;
  readonly mtime: number;
  readonly size: number;
}

/** A header, combined with the GNU entries before it. */
interface LongHeader extends Header {
  readonly longName: string | undefined;
  readonly longLinkname: string | undefined;
}

function isExtension(type: string): boolean {
  return type === "x" || type === "g" || type === "L" || type === "K";
}

function readHeader(block: Buffer): Header {
  const stated = readNumber(block, 148, 8, "checksum");
  let [unsigned, signed] = [0, 0];
  for (let index = 0; index < BLOCK; index++) {
    const byte = index >= 148 && index < 156 ? 32 : block[index]!;
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  if (stated !== unsigned && stated !== signed) throw new TarError("a header has a wrong checksum");

  const prefix = readPrefix(block);
  const name = decode(untilZero(block.subarray(0, 100)));
  return {
    type: block.toString("latin1", 156, 157),
    name: prefix === "" ? name : `${prefix}/${name}`,
    linkname: decode(untilZero(block.subarray(157, 257))),
    mode: readNumber(block, 100, 8, "mode"),
    // Times before 1970 are read as 0, since they decide nothing.
    mtime: block[136] === 0xff ? 0 : readNumber(block, 136, 12, "time"),
    size: readNumber(block, 124, 12, "size"),
  };
}

/** Reads the folders before the name, where Go's reader has them. */
function readPrefix(block: Buffer): string {
  const magic = block.toString("latin1", 257, 265);
  if (magic === "ustar  \0") {
    // GNU's tar has two times here; if they are none, Go's reader takes them for a prefix.
    for (const start of [345, 357]) readNumber(block, start, 12, "time");
    return "";
  }
  if (!magic.startsWith("ustar\0")) return "";
  // Star's tar has a shorter prefix, with two times after it.
  const isStar = block.toString("latin1", 508, 512) === "tar\0";
  return decode(untilZero(block.subarray(345, isStar ? 476 : 500)));
}

function describe(
  { type, longName, longLinkname, ...header }: LongHeader,
  pax: ReadonlyMap<string, string>,
): Omit<TarEntry, "body"> {
  const name = longName ?? paxText(pax, "path") ?? header.name;
  const sparse = type === "S" || [...pax.keys()].some((key) => key.startsWith("GNU.sparse."));
  if (sparse) throw new TarError(`${show(name)} is a sparse file`);
  let kind = KINDS[type];
  if (kind === undefined) throw new TarError(`${show(name)} is of type ${show(type)}, which no image has`);
  // The format before ustar marks folders by a trailing slash only.
  if (type === "\0" && name.endsWith("/")) kind = "folder";

  const size = paxText(pax, "size");
  if (size !== undefined && !/^\d{1,15}$/.test(size)) throw new TarError(`${show(name)} has the size ${show(size)}`);
  const mtime = paxText(pax, "mtime");
  if (mtime !== undefined && !/^-?\d{1,15}(?:\.\d*)?$/.test(mtime)) {
    throw new TarError(`${show(name)} has the time ${show(mtime)}`);
  }
  const linkname = longLinkname ?? paxText(pax, "linkpath") ?? header.linkname;
  return {
    kind,
    name,
    linkname: kind === "link" || kind === "hardLink" ? linkname : "",
    mode: header.mode & 0o7777,
    mtime: mtime === undefined ? header.mtime : Number(mtime),
    // Only files have a body, whatever the headers of other entries say.
    size: kind === "file" ? Number(size ?? header.size) : 0,
  };
}

/** An empty value cancels a record. */
function paxText(pax: ReadonlyMap<string, string>, key: string): string | undefined {
  const value = pax.get(key);
  return value === "" ? undefined : value;
}

/** Reads records like `25 path=a/long/name` and a line feed, where the number is the record's length. */
function readPax(body: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  for (let place = 0; place < body.length;) {
    const space = body.indexOf(" ", place);
    const digits = space === -1 ? "" : body.toString("latin1", place, space);
    const end = place + Number(digits);
    const equals = body.indexOf("=", place);
    const isSound = /^[1-9]\d{0,7}$/.test(digits) && end <= body.length && body[end - 1] === 10;
    if (!isSound || equals <= space || equals >= end) throw new TarError("extended fields are malformed");
    const key = decode(body.subarray(space + 1, equals));
    const value = body.subarray(equals + 1, end - 1);
    // Values that decide nothing, such as extended attributes, may be any bytes.
    if (DECISIVE.test(key) || key === "mtime") {
      if (value.includes(0)) throw new TarError(`the extended field ${show(key)} has a zero byte`);
      records.set(key, decode(value));
    }
    place = end;
  }
  return records;
}

/** Checks a global header, whose fields container engines ignore. */
function checkGlobal(records: ReadonlyMap<string, string>): void {
  const key = [...records.keys()].find((name) => DECISIVE.test(name));
  if (key !== undefined) throw new TarError(`the extended field ${show(key)} is set for all entries at once`);
}

/** Reads octal digits, or a binary number if the first bit is set. */
function readNumber(block: Buffer, start: number, length: number, what: string): number {
  const field = block.subarray(start, start + length);
  if (field[0]! >= 0x80) {
    const value = BigInt(`0x${field.toString("hex")}`) - (1n << BigInt(length * 8 - 1));
    // The second bit is the sign: a negative number appears as a large one here, and is refused.
    if (value >= 2n ** 53n) throw new TarError(`a header has a ${what} that is not a number of an image`);
    return Number(value);
  }
  const digits = field.toString("latin1").replace(/^[ \0]+|[ \0]+$/g, "");
  if (!/^[0-7]*$/.test(digits)) throw new TarError(`a header has the ${what} ${show(digits)}`);
  return digits === "" ? 0 : Number.parseInt(digits, 8);
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decode(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch (cause) {
    throw new TarError(`the name ${show(Buffer.from(bytes).toString("latin1"))} is not in UTF-8`, { cause });
  }
}

function untilZero(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0);
  return end === -1 ? bytes : bytes.subarray(0, end);
}

function isZero(block: Buffer): boolean {
  return block.every((byte) => byte === 0);
}

function paddingOf(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

function show(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text);
}

/** Reads a stream in pieces of the requested length. */
class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #chunk: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Returns the next `length` bytes; undefined at the end of the stream. */
  async take(length: number, what: string): Promise<Buffer | undefined> {
    if (this.#chunk.length === 0 && !(await this.#more())) return undefined;
    return this.takeAll(length, what);
  }

  async takeAll(length: number, what: string): Promise<Buffer> {
    if (this.#chunk.length >= length) return this.#cut(length);
    const parts: Buffer[] = [];
    for await (const part of this.pieces(length, what)) parts.push(part);
    return Buffer.concat(parts);
  }

  async *pieces(length: number, what: string): AsyncGenerator<Buffer> {
    for (let left = length; left > 0;) {
      if (this.#chunk.length === 0 && !(await this.#more())) throw new TarError(`it ends within ${what}`);
      const part = this.#cut(Math.min(left, this.#chunk.length));
      left -= part.length;
      yield part;
    }
  }

  async skip(length: number): Promise<void> {
    if (this.#chunk.length >= length) this.#cut(length);
    else for await (const _ of this.pieces(length, "an entry"));
  }

  /** Returns a body that need not be read to its end. */
  body(length: number): TarBody & { end(): Promise<void> } {
    let left = length;
    const countOff = (part: Buffer) => {
      left -= part.length;
      return part;
    };
    const pieces = this.pieces.bind(this);
    return {
      whole: async () => countOff(await this.takeAll(left, "a file")),
      async *pieces() {
        for await (const part of pieces(left, "a file")) yield countOff(part);
      },
      end: () => this.skip(left),
    };
  }

  async drain(): Promise<void> {
    while (await this.#more());
  }

  #cut(length: number): Buffer {
    const part = this.#chunk.subarray(0, length);
    this.#chunk = this.#chunk.subarray(length);
    return part;
  }

  async #more(): Promise<boolean> {
    do {
      const next = await this.#source.next();
      if (next.done === true) return false;
      const chunk: Uint8Array = next.value;
      this.#chunk = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    } while (this.#chunk.length === 0);
    return true;
  }
}
