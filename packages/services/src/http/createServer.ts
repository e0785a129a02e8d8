import type { IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

import cors from "@fastify/cors";
import { fastify, type FastifyInstance } from "fastify";

import type { LogStream } from "../log.js";
import { HttpError } from "./HttpError.js";
import { isAllowedOrigin, refuseOtherOrigins, type Origins } from "./webOrigins.js";

/** The options of an HTTP server; all have a default. */
export interface ServerOptions {
  /** Bytes that a body may have: 1 MiB by default. */
  readonly bodyLimit?: number | undefined;
  /** Where log lines go: nowhere by default. Neither bodies nor the header `authorization` are logged. */
  readonly log?: LogStream | undefined;
  /** The web pages that may call, besides those of this machine: their origins, or `*`. None by default. */
  readonly origins?: Origins | undefined;
}

const DEFAULT_BODY_LIMIT = 2 ** 20;
/** How long a client may take to send a request, in milliseconds. */
const REQUEST_TIMEOUT = 30_000;
/**
 * How long an idle connection stays open by what clients are told, and how much longer it really does, in milliseconds: a
 * client that is slow must not send a request on a connection that is being closed. Some clients do not exit before the sum
 * of both.
 */
const [KEEP_ALIVE, KEEP_ALIVE_GRACE] = [3_000, 3_000];
/** How long the rest of a request body that is refused may take to arrive, in milliseconds. */
const DRAIN_TIMEOUT = 5_000;
/** The answer to a request that failed for a reason of this service. */
const INTERNAL_ERROR = "Something went wrong inside this service; its log says what.";

/**
 * An HTTP service without routes of its own, but `GET /health`. Whatever goes wrong is answered in JSON as `{error}`, a
 * sentence: what a route throws as `HttpError` with its status, anything else as 500 without details. Web pages of
 * strangers may change nothing here, nor read what they ask for.
 */
export async function createServer({
  bodyLimit = DEFAULT_BODY_LIMIT,
  log,
  origins = [],
}: ServerOptions = {}): Promise<FastifyInstance> {
  const server = fastify({
    bodyLimit,
    requestTimeout: REQUEST_TIMEOUT,
    connectionTimeout: REQUEST_TIMEOUT * 2,
    keepAliveTimeout: KEEP_ALIVE,
    forceCloseConnections: true,
    logger: log === undefined ? false : { stream: log, redact: ["req.headers.authorization"] },
  });
  server.server.keepAliveTimeoutBuffer = KEEP_ALIVE_GRACE;

  server.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    const isClientError = error instanceof HttpError || (status >= 400 && status < 500);
    if (!isClientError) request.log.error({ err: error }, "request failed");
    return reply.status(isClientError ? status : 500).send({ error: isClientError ? error.message : INTERNAL_ERROR });
  });
  server.setNotFoundHandler((request, reply) =>
    reply.status(404).send({ error: `There is no ${request.method} ${pathOf(request.url)} here.` }),
  );
  server.addHook("onSend", async (request, reply) => {
    if (reply.statusCode >= 400) await drainRequestBody(request.raw);
  });
  server.addHook("onRequest", async (_request, reply) => {
    reply.header("x-content-type-options", "nosniff");
  });
  refuseOtherOrigins(server, origins);
  await server.register(cors, {
    delegator: ({ headers: { origin, host } }, callback) => {
      const isAllowed = origin !== undefined && isAllowedOrigin(origin, { origins, host });
      callback(null, { origin: isAllowed, methods: ["GET", "HEAD", "POST", "PUT", "DELETE"] });
    },
  });
  server.get("/health", () => ({ ok: true }));
  return server;
}

/**
 * Begins to answer.
 *
 * @param port 0 for any that is free
 * @param host the address to listen at: this machine only, by default
 * @returns the origin, like `http://127.0.0.1:3000`
 */
export async function listen(server: FastifyInstance, port: number, host = "127.0.0.1"): Promise<string> {
  return server.listen({ port, host });
}

/**
 * Reads the rest of a request body and drops it. A client that first writes all of it would never hear why it was refused, if the
 * connection were closed on it.
 */
async function drainRequestBody(request: IncomingMessage): Promise<void> {
  if (request.complete || request.readableEnded || request.destroyed) return;
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  for (const event of ["end", "close", "error"]) request.once(event, () => resolve());
  request.unpipe();
  request.resume();
  const timer = new AbortController();
  await Promise.race([ended, sleep(DRAIN_TIMEOUT, undefined, { signal: timer.signal }).catch(() => undefined)]);
  timer.abort();
}

function pathOf(url: string): string {
  return url.split("?", 1)[0]!.slice(0, 200);
}
