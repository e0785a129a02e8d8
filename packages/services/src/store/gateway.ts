import { Readable } from "node:stream";

import type { FastifyReply, FastifyRequest } from "fastify";
import { exporter, NotFoundError, type UnixFSEntry } from "ipfs-unixfs-exporter";
import parseRange from "range-parser";

import { HttpError } from "../http/HttpError.js";
import type { BlockFiles } from "./blockFiles.js";
import { parseCid, UnknownCidError } from "./contentStore.js";
import { mediaTypeOf } from "./mediaType.js";
import { readFrom } from "./unixfs.js";

/** The maximum number of listed entries of a folder. */
const MAX_LISTED = 10_000;
/** The number of bytes from which a media type is guessed. */
const SNIFFED = 512;

/**
 * Headers for untrusted content: browsers may show it, but run nothing in it, nor treat it as part of a site. A page
 * gets no origin here, so it cannot access another's storage or call what this gateway's origin may call.
 */
export const UNTRUSTED = {
  "x-content-type-options": "nosniff",
  "content-security-policy":
    "sandbox; default-src 'none'; img-src 'self' data:; media-src 'self' data:; style-src 'unsafe-inline'",
} as const;

/** Media types that may contain programs: they are downloaded, not shown. */
const ACTIVE =
  /^(?:text\/(?:html|xml|xsl|javascript)|application\/(?:pdf|javascript|ecmascript|xml|[\w.+-]*\+xml|xhtml)|image\/svg)/;

/**
 * Serves `GET` and `HEAD /ipfs/<cid>[/path]`: a file with its type, or one range of it; for a folder, a list in JSON.
 */
export async function serveContent(
  blocks: BlockFiles,
  request: FastifyRequest<{ Params: { "*": string } }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { cid, names } = readPath(request.params["*"]);
  const entry = await find(blocks, cid, names);
  reply.headers({
    etag: `"${entry.cid.toString()}"`,
    "cache-control": "public, max-age=31536000, immutable",
    "x-ipfs-path": `/ipfs/${[cid, ...names].map((name) => encodeURIComponent(name)).join("/")}`,
  });
  if (request.headers["if-none-match"] === `"${entry.cid.toString()}"`) return reply.status(304).send();

  if (entry.type === "directory") return reply.send(await listOf(entry));
  if (entry.type === "object") throw new HttpError(400, `${cid} names a block that is neither a file nor a folder.`);
  return sendFile(entry, names.at(-1), request, reply);
}

type FileEntry = Exclude<UnixFSEntry, { type: "directory" | "object" }>;

async function sendFile(
  entry: FileEntry,
  name: string | undefined,
  { method, headers }: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const size = Number(entry.size);
  const start: Uint8Array[] = [];
  for await (const piece of entry.content({ offset: 0, length: Math.min(size, SNIFFED) })) start.push(piece);
  const type = mediaTypeOf(name, Buffer.concat(start));
  reply.headers({ "content-type": type, "accept-ranges": "bytes" });
  if (ACTIVE.test(type)) reply.header("content-disposition", "attachment");

  const range = rangeOf(headers.range, size);
  if (range === "unsatisfiable") {
    reply.header("content-range", `bytes */${size}`);
    throw new HttpError(416, `There are ${size} bytes, and the range ${headers.range ?? ""} is not among them.`);
  }
  const { offset, length } = range ?? { offset: 0, length: size };
  if (range !== undefined) reply.status(206).header("content-range", `bytes ${offset}-${offset + length - 1}/${size}`);
  reply.header("content-length", length);
  if (method === "HEAD" || length === 0) return reply.send();
  return reply.send(Readable.from(entry.content({ offset, length, blockReadConcurrency: 4 }), { objectMode: false }));
}

/**
 * Reads the one range that a header requests; undefined for several or invalid ranges, which the whole file answers.
 */
function rangeOf(
  header: string | undefined,
  size: number,
): { offset: number; length: number } | "unsatisfiable" | undefined {
  if (header === undefined) return undefined;
  const ranges = parseRange(size, header);
  if (ranges === -1) return "unsatisfiable";
  if (ranges === -2 || ranges.type !== "bytes" || ranges.length !== 1) return undefined;
  const { start, end } = ranges[0]!;
  return { offset: start, length: end - start + 1 };
}

async function find(blocks: BlockFiles, cid: string, names: readonly string[]): Promise<UnixFSEntry> {
  const source = readFrom(blocks, () => new UnknownCidError(cid));
  try {
    // Names are looked up literally, so `..` is a name like any other.
    let entry = await exporter(parseCid(cid), source);
    for (const name of names) {
      if (entry.type !== "directory") throw new NotFoundError();
      entry = await exporter(`${entry.cid.toString()}/${name}`, source);
    }
    return entry;
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    throw new HttpError(404, `There is no "${names.join("/")}" in ${cid}: GET /ipfs/${cid} lists what is there.`);
  }
}

async function listOf(folder: Extract<UnixFSEntry, { type: "directory" }>) {
  const entries: { name: string; cid: string; size: number }[] = [];
  for await (const { name, cid, size } of folder.entries({ length: MAX_LISTED }))
    entries.push({ name, cid: cid.toString(), size: Number(size) });
  return { cid: folder.cid.toString(), entries };
}

function readPath(path: string): { cid: string; names: string[] } {
  const [cid = "", ...names] = path.split("/").filter((name) => name !== "");
  if (cid === "") throw new HttpError(400, "Say which content, as in GET /ipfs/Qm….");
  return { cid, names };
}
