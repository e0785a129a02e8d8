import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";

import { persist } from "./persist.js";

/** A file that cannot be had. */
export class FetchFailedError extends Error {
  override readonly name = "FetchFailedError";
  /** Whether it may be there in a moment: whoever has it cannot be reached, or says that it is at fault. */
  readonly isPassing: boolean;

  constructor(message: string, { isPassing = false, ...options }: ErrorOptions & { isPassing?: boolean } = {}) {
    super(message, options);
    this.isPassing = isPassing;
  }
}

/** How files are fetched. */
export interface FetchOptions {
  /** URL of a gateway to `/ipfs/<cid>`. */
  readonly gateway: string;
  readonly maxBytes: number;
  /** Whether requesters may have files fetched from the machine itself and its private network. */
  readonly privateHosts: "allowed" | "refused";
  readonly signal: AbortSignal;
}

const PRIVATE = new BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const) {
  PRIVATE.addSubnet(network, prefix, "ipv4");
}
for (const [network, prefix] of [
  ["::", 127],
  ["fc00::", 7],
  ["fe80::", 10],
  ["::ffff:0:0", 96],
] as const) {
  PRIVATE.addSubnet(network, prefix, "ipv6");
}
const PATIENCE_MS = 60_000;
/** How long a gateway may be away, in milliseconds. */
const ABSENCE_MS = 30_000;
const MOST_REDIRECTS = 3;

/**
 * A file of the content store. The gateway is the worker's own, and believed; what matters is checked against the chain.
 * One that is away for half a minute is waited for.
 *
 * @throws {@link FetchFailedError}
 */
export async function fetchContent(cid: string, options: FetchOptions): Promise<Uint8Array> {
  const url = `${options.gateway.replace(/\/$/, "")}/ipfs/${cid}`;
  return persist(() => download(url, options, "error"), {
    isPassing: mayPass,
    forMs: ABSENCE_MS,
    signal: options.signal,
  });
}

/**
 * A file that somebody else names.
 *
 * @throws {@link FetchFailedError}
 */
export async function fetchUrl(url: string, options: FetchOptions): Promise<Uint8Array> {
  let next = url;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    if (options.privateHosts === "refused") await demandPublic(next);
    const found = await download(next, options, "manual");
    if (found instanceof Uint8Array) return found;
    next = new URL(found.location, next).href;
    if (!/^https?:/.test(next)) break;
  }
  throw new FetchFailedError(`${shorten(url)} leads from one address to the next: name the file's own.`);
}

async function demandPublic(url: string): Promise<void> {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, "");
  const addresses = isIP(host) === 0 ? await addressesOf(host) : [{ address: host, family: isIP(host) }];
  for (const { address, family } of addresses) {
    if (PRIVATE.check(address, family === 6 ? "ipv6" : "ipv4")) {
      throw new FetchFailedError(
        `${shorten(url)} is at ${address}, which is private: put the file where all can read it.`,
      );
    }
  }
}

async function addressesOf(host: string): Promise<{ address: string; family: number }[]> {
  try {
    return await lookup(host, { all: true });
  } catch (cause) {
    throw new FetchFailedError(`Nobody knows the host ${host.slice(0, 100)}: check the name.`, { cause });
  }
}

async function download(url: string, options: FetchOptions, redirect: "error"): Promise<Uint8Array>;
async function download(
  url: string,
  options: FetchOptions,
  redirect: "manual",
): Promise<Uint8Array | { location: string }>;
async function download(url: string, { maxBytes, signal }: FetchOptions, redirect: "error" | "manual") {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  try {
    const response = await fetch(url, { redirect, signal: patience });
    const location = response.headers.get("location");
    if (response.status >= 300 && response.status < 400 && location !== null) {
      await response.body?.cancel();
      return { location };
    }
    if (!response.ok || response.body === null) {
      const isPassing = response.status >= 500;
      const advice = "put the file there, or try again later";
      throw new FetchFailedError(`${shorten(url)} answers ${response.status}: ${advice}.`, { isPassing });
    }
    return await readAtMost(response.body as AsyncIterable<Uint8Array>, url, maxBytes);
  } catch (cause) {
    if (cause instanceof FetchFailedError || signal.aborted) throw cause;
    const { message } = ((cause as Error).cause ?? cause) as Error;
    throw new FetchFailedError(`${shorten(url)} cannot be fetched (${message}): try again later.`, {
      cause,
      isPassing: true,
    });
  }
}

async function readAtMost(body: AsyncIterable<Uint8Array>, url: string, maxBytes: number): Promise<Uint8Array> {
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

function shorten(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`.slice(0, 200);
}

function mayPass(error: unknown): boolean {
  return error instanceof FetchFailedError && error.isPassing;
}
