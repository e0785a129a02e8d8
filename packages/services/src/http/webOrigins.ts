import { BlockList, isIP } from "node:net";

import type { FastifyInstance, FastifyRequest } from "fastify";

import { HttpError } from "./HttpError.js";

/** `*`, or the origins of web pages that may call a service, like `https://app.example`. */
export type Origins = readonly string[];

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");
/** Methods that change nothing. */
const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Whether a web page may call a service: pages of this machine, those that are named, and the service's own. Programs
 * other than browsers send no `Origin`, and are not concerned.
 */
export function isAllowedOrigin(
  origin: string,
  { origins, host }: { origins: Origins; host: string | undefined },
): boolean {
  if (origins.includes("*") || origins.includes(origin)) return true;
  const page = parse(origin);
  if (page === undefined) return false;
  return isThisMachine(page.hostname) || page.host === host;
}

/**
 * Keeps web pages of strangers from what only programs of this machine are to do. A page can send requests to any address
 * that its reader's browser reaches, this machine's own among them: what its origin may not do is refused, whether it could
 * read the answer or not. And a name that a stranger's server answers for can be made to lead to this machine, so that the
 * page is taken for the service's own (DNS rebinding): on a connection within this machine, the name has to be one of it.
 */
export function refuseOtherOrigins(server: FastifyInstance, origins: Origins): void {
  server.addHook("onRequest", (request, _reply, done) => {
    done(refusalOf(request, origins));
  });
}

function refusalOf({ headers, method, socket }: FastifyRequest, origins: Origins): HttpError | undefined {
  const { host, origin } = headers;
  const isWithin = isLoopback(socket.localAddress ?? "");
  if (isWithin && host !== undefined && !origins.includes("*") && !isNameHere(host, origins)) {
    return new HttpError(
      421,
      `The host ${show(host)} is not a name of this service: call it by its address, or have its operator name the origin ` +
        `with --origins http://${host.slice(0, 100)}.`,
    );
  }
  if (origin === undefined || SAFE_METHODS.has(method) || isAllowedOrigin(origin, { origins, host })) return undefined;
  return new HttpError(
    403,
    `Web pages of ${show(origin)} may not call this service: its operator can let them with --origins ${origin.slice(0, 100)}.`,
  );
}

/** An address cannot be made to lead elsewhere; of names, only those of this machine and of origins that are named. */
function isNameHere(host: string, origins: Origins): boolean {
  const name = parse(`http://${host}`)?.hostname;
  if (name === undefined) return false;
  return isThisMachine(name) || isIP(bare(name)) !== 0 || origins.some((origin) => parse(origin)?.hostname === name);
}

function isThisMachine(hostname: string): boolean {
  return hostname === "localhost" || hostname.endsWith(".localhost") || isLoopback(bare(hostname));
}

function isLoopback(address: string): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, "");
  const family = isIP(plain);
  return family !== 0 && LOOPBACK.check(plain, family === 6 ? "ipv6" : "ipv4");
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, "");
}

function parse(url: string): URL | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  return parsed?.protocol === "http:" || parsed?.protocol === "https:" ? parsed : undefined;
}

function show(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
