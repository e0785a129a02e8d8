import multipart from "@fastify/multipart";
import type { FastifyInstance } from "fastify";

import { createServer } from "../http/createServer.js";
import { HttpError } from "../http/HttpError.js";
import type { HttpServiceOptions } from "../serviceOptions.js";
import { addFiles } from "./addFiles.js";
import { MIN_CHUNK_LENGTH, readAddOptions } from "./addRequest.js";
import { openBlockFiles, StoreNotWritableError } from "./blockFiles.js";
import { InvalidCidError, NotAFileError, UnknownCidError } from "./contentStore.js";
import { serveContent, UNTRUSTED } from "./gateway.js";
import { Uploads, type Upload } from "./uploads.js";

/** The options of a content store, which needs neither a chain nor a database. */
export interface StoreServiceOptions extends HttpServiceOptions {
  /** The folder of the blocks, which is created with the first file. */
  readonly folder: string;
  /** The maximum size of one request's files in bytes: 512 MiB by default. */
  readonly maxUpload?: number;
  /** The maximum number of files and folders in one request: 1,000 by default. */
  readonly maxFiles?: number;
  /** The maximum disk space of all blocks together in bytes, at least 4 KiB for each: 64 GiB by default. */
  readonly maxStored?: number;
  /** The maximum number of blocks, each of which is a file: 2,000,000 by default. */
  readonly maxBlocks?: number;
}

const DEFAULT_MAX_UPLOAD = 512 * 2 ** 20;
const DEFAULT_MAX_FILES = 1_000;
const DEFAULT_MAX_STORED = 64 * 2 ** 30;
const DEFAULT_MAX_BLOCKS = 2_000_000;
/** The maximum number of blocks per file besides those of its bytes: for the file itself, and for folders. */
const BLOCKS_PER_FILE = 8;
/** The time limit for an upload, in milliseconds. */
const UPLOAD_TIMEOUT = 600_000;
/** The maximum number of bytes per file that boundaries and headers of parts add to a body. */
const ENVELOPE = 8_192;

/**
 * Opens a content store that IPFS clients use as their node (`POST /api/v0/add`, like kubo) and as their gateway (`GET`
 * and `HEAD /ipfs/<cid>[/path]`). An answer to `add` begins only when everything is stored, so its status is reliable.
 */
export async function openStoreService({
  folder,
  maxUpload = DEFAULT_MAX_UPLOAD,
  maxFiles = DEFAULT_MAX_FILES,
  maxStored = DEFAULT_MAX_STORED,
  maxBlocks = DEFAULT_MAX_BLOCKS,
  ...serving
}: StoreServiceOptions): Promise<FastifyInstance> {
  const blocks = openBlockFiles(folder);
  // A tree has fewer inner nodes than leaves.
  const maxUploadBlocks = 2 * Math.ceil(maxUpload / MIN_CHUNK_LENGTH) + BLOCKS_PER_FILE * maxFiles;
  const uploads = new Uploads(folder, blocks, { maxStored, maxBlocks, maxUploadBlocks });
  const server = await createServer(serving);
  server.server.requestTimeout = UPLOAD_TIMEOUT;
  await server.register(multipart, {
    preservePath: true,
    limits: { fileSize: maxUpload + 1, files: maxFiles, fields: 100, parts: maxFiles + 100, fieldSize: ENVELOPE },
  });

  server.post("/api/v0/add", async (request, reply) => {
    let upload: Upload | undefined;
    try {
      upload = await uploads.begin();
      const options = readAddOptions(request.query as Record<string, unknown>);
      if (Number(request.headers["content-length"] ?? 0) > maxUpload + maxFiles * ENVELOPE)
        throw new HttpError(413, `This is more than the ${maxUpload} bytes that may be added at once: add less.`);
      const lines = await addFiles(request, upload, options, maxUpload);
      await upload.keep();
      await upload.end();
      return await reply.type("application/json").send(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    } catch (error) {
      await upload?.end();
      const { statusCode, message } = refusalOf(error);
      if (statusCode >= 500) request.log.error({ err: error }, "content was not stored");
      // Clients of kubo read `Message`.
      return reply.status(statusCode).send({ error: message, Message: message, Code: 0, Type: "error" });
    }
  });

  server.route<{ Params: { "*": string } }>({
    method: ["GET", "HEAD"],
    url: "/ipfs/*",
    handler: async (request, reply) => {
      reply.headers(UNTRUSTED);
      try {
        return await serveContent(blocks, request, reply);
      } catch (error) {
        reply.removeHeader("cache-control").removeHeader("etag").type("application/json; charset=utf-8");
        throw refusalOf(error);
      }
    },
  });
  return server;
}

/**
 * Converts an error to the answer for a client.
 *
 * @throws the error itself if clients should not see it
 */
function refusalOf(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof UnknownCidError) return new HttpError(404, error.message, { cause: error });
  if (error instanceof InvalidCidError || error instanceof NotAFileError)
    return new HttpError(400, error.message, { cause: error });
  if (error instanceof StoreNotWritableError)
    return new HttpError(507, "The content store cannot be written: its operator has to make room.", { cause: error });
  const { statusCode = 500, message } = error as { statusCode?: number; message: string };
  if (statusCode === 413) return new HttpError(413, `The request has too many files or is too large: ${message}.`);
  if (statusCode < 500) return new HttpError(statusCode, `The request cannot be read: ${message}.`, { cause: error });
  if (/multipart|part terminated|malformed|boundary/i.test(message))
    return new HttpError(400, `The request is not multipart/form-data: ${message}.`, { cause: error });
  throw error;
}
