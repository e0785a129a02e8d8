import { HttpError } from "../http/HttpError.js";
import { CHUNK_LENGTH, usualShape, type TreeShape } from "./unixfs.js";

/** The options of a request to add files. */
export interface AddOptions {
  readonly shape: TreeShape;
  /** Whether the files are only hashed, not stored. */
  readonly onlyHash: boolean;
  /** Whether the files are wrapped in a folder. */
  readonly wrap: boolean;
  /** Whether to report how many bytes of each file were read. */
  readonly progress: boolean;
}

/** The headers of a part that describe its file. */
export interface PartHead {
  /** The path without a leading slash; missing for a file without a name. */
  readonly path?: string;
  readonly kind: "file" | "folder";
  /** Unix permissions. */
  readonly mode?: number;
  /** In unix seconds. */
  readonly mtime?: { readonly secs: bigint; readonly nsecs?: number };
}

/** The maximum block length of IPFS nodes, less room for an envelope. */
const MAX_CHUNK_LENGTH = 1_048_576;
/** Each chunk is a file: smaller ones would use up a disk's files before its bytes. */
export const MIN_CHUNK_LENGTH = 16_384;
const MAX_PATH_LENGTH = 4_096;
const MAX_NAME_LENGTH = 255;
const MAX_DEPTH = 64;

/** Options of kubo that would change identifiers or the place of files. */
const UNSUPPORTED = ["inline", "nocopy", "fscache", "to-files"];

/**
 * Reads the options of `POST /api/v0/add` from its query.
 *
 * @throws {@link HttpError} 400 for an invalid option, or one that would change how this store names files
 */
export function readAddOptions(query: Readonly<Record<string, unknown>>): AddOptions {
  for (const option of UNSUPPORTED) {
    if (query[option] !== undefined && query[option] !== "" && query[option] !== "false")
      throw new HttpError(400, `This store does not know the option ${option}: leave it out.`);
  }
  const hash = query["hash"] ?? "sha2-256";
  if (hash !== "sha2-256") throw new HttpError(400, `The option hash is ${show(hash)}: only sha2-256 is to be had.`);

  const cidVersion = query["cid-version"] ?? "0";
  if (cidVersion !== "0" && cidVersion !== "1")
    throw new HttpError(400, `The option cid-version is ${show(cidVersion)}: give 0 or 1.`);
  const usual = usualShape(cidVersion === "1" ? 1 : 0);
  return {
    shape: {
      ...usual,
      rawLeaves: readFlag(query, "raw-leaves", usual.rawLeaves),
      chunkLength: readChunker(query["chunker"]),
      layout: readFlag(query, "trickle", false) ? "trickle" : "balanced",
    },
    onlyHash: readFlag(query, "only-hash", false),
    wrap: readFlag(query, "wrap-with-directory", false),
    progress: readFlag(query, "progress", false),
  };
}

/**
 * Reads the headers of a part: its `filename` is a path, escaped as in a URL; its name may end with
 * `?mode=0644&mtime=1700000000`.
 *
 * @throws {@link HttpError} 400 for a path that leaves its folder or that file systems do not accept
 */
export function readPartHead(fieldname: string, filename: string | undefined, type: string): PartHead {
  if (type === "application/symlink")
    throw new HttpError(400, "This store keeps files and folders, no symbolic links.");
  const kind = type === "application/x-directory" ? "folder" : "file";
  const path = readPath(filename ?? "");
  if (kind === "folder" && path === undefined) throw new HttpError(400, "A folder came without a name: give it one.");
  return { kind, ...(path !== undefined && { path }), ...readMetadata(fieldname) };
}

function readPath(filename: string): string | undefined {
  const path = unescape(filename).replace(/^\/+/, "").replace(/\/+$/, "");
  if (path === "") return undefined;
  const names = path.split("/");
  const isBad = names.some(
    (name) => name === "" || name === "." || name === ".." || Buffer.byteLength(name) > MAX_NAME_LENGTH,
  );
  if (isBad || Buffer.byteLength(path) > MAX_PATH_LENGTH || names.length > MAX_DEPTH || path.includes("\0"))
    throw new HttpError(
      400,
      `The file name ${show(path)} cannot be used: each part of a path has 1 to ${MAX_NAME_LENGTH} bytes, and is not . or ..`,
    );
  return path;
}

/** IPFS clients escape names, others do not. */
function unescape(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function readMetadata(fieldname: string): Pick<PartHead, "mode" | "mtime"> {
  const [, query = ""] = fieldname.split("?", 2);
  const fields = new URLSearchParams(query);
  const [mode, mtime, nsecs] = [fields.get("mode"), fields.get("mtime"), fields.get("mtime-nsecs")];
  if (mode !== null && !/^0?[0-7]{1,4}$/.test(mode))
    throw new HttpError(400, `The mode of a file is ${show(mode)}: give permissions in octal, such as 0644.`);
  if ((mtime !== null && !/^-?\d{1,15}$/.test(mtime)) || (nsecs !== null && !/^\d{1,9}$/.test(nsecs)))
    throw new HttpError(400, `The mtime of a file is ${show(mtime)}: give seconds since 1970.`);
  return {
    ...(mode !== null && { mode: Number.parseInt(mode, 8) }),
    ...(mtime !== null && { mtime: { secs: BigInt(mtime), ...(nsecs !== null && { nsecs: Number(nsecs) }) } }),
  };
}

function readFlag(query: Readonly<Record<string, unknown>>, name: string, otherwise: boolean): boolean {
  const value = query[name];
  if (value === undefined) return otherwise;
  if (value === "" || value === "true" || value === "1") return true;
  if (value === "false" || value === "0") return false;
  throw new HttpError(400, `The option ${name} is ${show(value)}: give true or false.`);
}

function readChunker(value: unknown): number {
  if (value === undefined || value === "" || value === "default") return CHUNK_LENGTH;
  const [, digits] = /^size-(\d{1,7})$/.exec(typeof value === "string" ? value : "") ?? [];
  const length = Number(digits);
  if (!(length >= MIN_CHUNK_LENGTH && length <= MAX_CHUNK_LENGTH))
    throw new HttpError(
      400,
      `The option chunker is ${show(value)}: give size-N, with N from ${MIN_CHUNK_LENGTH} to ${MAX_CHUNK_LENGTH}.`,
    );
  return length;
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? "missing";
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
