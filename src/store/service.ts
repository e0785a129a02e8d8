import multipart from "@fastify/multipart";
import type { FastifyInstance } from "fastify";

import { createServer, type ServerOptions } from "../http/createServer.js";
import { HttpError } from "../http/HttpError.js";
import { addFiles } from "./addFiles.js";
import { readAddOptions } from "./addRequest.js";
import { openBlockFiles, StoreNotWritableError } from "./blockFiles.js";
import { InvalidCidError, NotAFileError, UnknownCidError } from "./contentStore.js";
import { serveContent } from "./gateway.js";

/** Where files are kept, and how many. */
export interface StoreServiceOptions extends Pick<ServerOptions, "log"> {
  /** The folder of the blocks, made when the first file arrives. */
  readonly folder: string;
  /** Bytes that one request may add: 512 MiB by default. */
  readonly maxUpload?: number;
  /** Files and folders that one request may add: 1,000 by default. */
  readonly maxFiles?: number;
}

const DEFAULT_MAX_UPLOAD = 512 * 2 ** 20;
const DEFAULT_MAX_FILES = 1_000;
/** How long an upload may take, in milliseconds. */
const UPLOAD_TIMEOUT = 600_000;
/** What boundaries and headers of parts may add to the length of a body, per file. */
const ENVELOPE = 8_192;

/**
 * A content store that IPFS clients use as their node (`POST /api/v0/add`, as kubo) and as their gateway
 * (`GET` and `HEAD /ipfs/<cid>[/path]`). An answer to `add` begins when all of it is stored, so its status can be believed.
 */
export async function openStoreService({
  folder,
  maxUpload = DEFAULT_MAX_UPLOAD,
  maxFiles = DEFAULT_MAX_FILES,
  log,
}: StoreServiceOptions): Promise<FastifyInstance> {
  const blocks = openBlockFiles(folder);
  const server = await createServer(log === undefined ? {} : { log });
  server.server.requestTimeout = UPLOAD_TIMEOUT;
  await server.register(multipart, {
    preservePath: true,
    limits: { fileSize: maxUpload + 1, files: maxFiles, fields: 100, parts: maxFiles + 100, fieldSize: ENVELOPE },
  });

  server.post("/api/v0/add", async (request, reply) => {
    try {
      const options = readAddOptions(request.query as Record<string, unknown>);
      if (Number(request.headers["content-length"] ?? 0) > maxUpload + maxFiles * ENVELOPE)
        throw new HttpError(413, `This is more than the ${maxUpload} bytes that may be added at once: add less.`);
      const lines = await addFiles(request, blocks, options, maxUpload);
      return await reply.type("application/json").send(lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    } catch (error) {
      const { statusCode, message } = refusalOf(error);
      if (statusCode >= 500) request.log.error({ err: error }, "content was not stored");
      // Clients of kubo look for `Message`.
      return reply.status(statusCode).send({ error: message, Message: message, Code: 0, Type: "error" });
    }
  });

  server.route<{ Params: { "*": string } }>({
    method: ["GET", "HEAD"],
    url: "/ipfs/*",
    handler: async (request, reply) => {
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
 * What to tell a client of an error.
 *
 * @throws the error itself when it is none of the client's business
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
    return new HttpError(400, `The request is no multipart/form-data: ${message}.`, { cause: error });
  throw error;
}
