import { request as requestPlainly, type IncomingMessage } from "node:http";
import { request as requestSecurely } from "node:https";

import {
  checkLiteral,
  PrivateAddressError,
  publicLookup,
  type Resolve,
} from "@poco-marketplace/enclave/network/reach.js";
import { retryWhile } from "./retry.js";

/** A file that cannot be fetched. */
export class FetchFailedError extends Error {
  override readonly name = "FetchFailedError";
  /** Whether a retry may succeed: the host is unreachable, or answers with a server error. */
  readonly isPassing: boolean;

  constructor(message: string, { isPassing = false, ...options }: ErrorOptions & { isPassing?: boolean } = {}) {
    super(message, options);
    this.isPassing = isPassing;
  }
}

/** The options for fetching files. */
export interface FetchOptions {
  /** The URL of a gateway to `/ipfs/<cid>`. */
  readonly gateway: string;
  readonly maxBytes: number;
  /** Whether files may be fetched from this machine and its private network at a requester's demand. */
  readonly privateHosts: "allowed" | "refused";
  readonly signal: AbortSignal;
  /** Resolves host names; by default, the system's resolver does. */
  readonly resolve?: Resolve;
}

const TIMEOUT_MS = 60_000;
/** The time for which an unreachable gateway is retried, in milliseconds. */
const ABSENCE_MS = 30_000;
const MOST_REDIRECTS = 3;

/**
 * Fetches a file of the content store. The gateway is the worker's own and trusted; files that must be authentic are
 * checked against the chain. A gateway that is away is retried for half a minute.
 *
 * @throws {@link FetchFailedError}
 */
export async function fetchContent(cid: string, options: FetchOptions): Promise<Uint8Array> {
  const url = `${options.gateway.replace(/\/$/, "")}/ipfs/${cid}`;
  const own = { ...options, privateHosts: "allowed" } as const;
  return retryWhile(
    async () => {
      const found = await download(new URL(url), own);
      if (found instanceof Uint8Array) return found;
      throw new FetchFailedError(`${shorten(url)} leads elsewhere: name a gateway that has files itself.`);
    },
    { isPassing: mayPass, forMs: ABSENCE_MS, signal: options.signal },
  );
}

/**
 * Fetches a file whose URL the requester chose. Where private hosts are refused, each address on the way is checked,
 * and the connection goes to the address that was checked.
 *
 * @throws {@link FetchFailedError}
 */
export async function fetchUrl(url: string, options: FetchOptions): Promise<Uint8Array> {
  let next = url;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const found = await download(readUrl(next), options);
    if (found instanceof Uint8Array) return found;
    next = URL.canParse(found.location, next) ? new URL(found.location, next).href : found.location;
    if (!/^https?:/.test(next)) break;
  }
  throw new FetchFailedError(`${shorten(url)} leads from one address to the next: name the file's own.`);
}

function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new FetchFailedError(
      `${JSON.stringify(text.slice(0, 200))} is not an http or https URL: name the file's own.`,
    );
  }
  return url;
}

/** Downloads a file, or returns the location to which its host redirects. */
async function download(url: URL, options: FetchOptions): Promise<Uint8Array | { readonly location: string }> {
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(TIMEOUT_MS)]);
  try {
    const response = await ask(url, { ...options, signal });
    const { statusCode: status = 0 } = response;
    const { location } = response.headers;
    if (status >= 300 && status < 400 && location !== undefined) {
      response.destroy();
      return { location };
    }
    if (status < 200 || status > 299) {
      response.destroy();
      const advice = "put the file there, or try again later";
      throw new FetchFailedError(`${shorten(url)} answers ${status}: ${advice}.`, { isPassing: status >= 500 });
    }
    return await readAtMost(response, url, options.maxBytes);
  } catch (cause) {
    if (cause instanceof FetchFailedError || options.signal.aborted) throw cause;
    if (cause instanceof PrivateAddressError) {
      const where = `${shorten(url)} is at ${cause.address}`;
      throw new FetchFailedError(`${where}, which is private: put the file where all can read it.`, { cause });
    }
    const { message, code } = cause as NodeJS.ErrnoException;
    if (code === "ENOTFOUND") {
      throw new FetchFailedError(`Nobody knows the host ${url.hostname.slice(0, 100)}: check the name.`, { cause });
    }
    const reason = message === "" ? code : message;
    throw new FetchFailedError(`${shorten(url)} cannot be fetched (${reason}): try again later.`, {
      cause,
      isPassing: true,
    });
  }
}

/**
 * Sends a request on a connection of its own: a reused one may lead to an address that only another request may reach.
 */
function ask(url: URL, { privateHosts, resolve, signal }: FetchOptions): Promise<IncomingMessage> {
  const request = url.protocol === "https:" ? requestSecurely : requestPlainly;
  const isLimited = privateHosts === "refused";
  if (isLimited) checkLiteral(url.hostname);
  return new Promise((heard, reject) => {
    request(url, { agent: false, signal, ...(isLimited && { lookup: publicLookup(resolve) }) }, heard)
      .once("error", reject)
      .end();
  });
}

async function readAtMost(body: AsyncIterable<Uint8Array>, url: URL, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maxBytes)
      throw new FetchFailedError(`${shorten(url)} has more than ${maxBytes} bytes: make it smaller.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function shorten(url: URL | string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`.slice(0, 200);
}

function mayPass(error: unknown): boolean {
  return error instanceof FetchFailedError && error.isPassing;
}
