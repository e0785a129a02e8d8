// A client of container registries, with which workers download images.

import { createHash, type Hash } from "node:crypto";
import { constants } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { request as requestPlainly, type IncomingMessage } from "node:http";
import { request as requestSecurely } from "node:https";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { OWNER_FILE } from "../files/ownerOnly.js";
import { checkLiteral, PrivateAddressError, publicLookup, type Resolve } from "../network/reach.js";
import { parseChallenges } from "./challenge.js";
import { checkBytes, digestOf, type Descriptor, type Digest } from "./digest.js";
import { assertImage, ImageError, isPassing } from "./imageError.js";
import { DOCKER_HUB, formatImageName, type ImageName } from "./imageName.js";
import { MANIFEST_TYPES, MAX_DOCUMENT_BYTES } from "./manifest.js";

/** An account at a registry. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** The options of a registry client. */
export interface RegistryOptions {
  /** Credentials by registry, as named in images (`docker.io` is Docker Hub), or by the host of a mirror. */
  readonly credentials?: Readonly<Record<string, Credentials>>;
  /** The URLs of mirrors by registry; they are asked before the registry. */
  readonly mirrors?: Readonly<Record<string, readonly string[]>>;
  /** Registries that may be on this machine or its private network, as named in images: `127.0.0.1:5000`. */
  readonly privateRegistries?: readonly string[];
  /**
   * Whether requests may go to this machine and its private network because an app's publisher named a registry there.
   * Registries and mirrors with an entry in these options may be anywhere.
   */
  readonly privateHosts?: "allowed" | "refused";
  /** Resolves host names; by default, the system's resolver does. */
  readonly resolve?: Resolve;
  /** The time without any data after which a request is aborted, in milliseconds. */
  readonly patienceMs?: number;
  /** The pause before the first retry, in milliseconds; it doubles with each retry. */
  readonly pauseMs?: number;
}

/** Called with the number of bytes downloaded. */
export type ReportBytes = (done: number) => void;

const PATIENCE_MS = 60_000;
const PAUSE_MS = 1000;
/** The maximum number of retries in a row after transient errors. */
const MOST_RETRIES = 3;
/** The number of new bytes of a blob after which the count of retries starts again. */
const PROGRESS_BYTES = 2 ** 20;
const MOST_REDIRECTS = 5;
const MAX_TOKEN_BYTES = 2 ** 16;
const MAX_TOKENS = 1000;
const HUB_URL = "https://registry-1.docker.io";

/** A registry, or a mirror of one. */
interface Endpoint {
  readonly url: URL;
  /** The registry's name in messages and options. */
  readonly registry: string;
  readonly name: ImageName;
}

/** A request to an endpoint, and its subject. */
interface Call {
  readonly endpoint: Endpoint;
  /** The name of the requested document in messages. */
  readonly what: string;
  readonly signal: AbortSignal | undefined;
}

/**
 * Reads from container registries by the OCI protocol (`/v2/`), and content only by digest: everything is checked, and a
 * mirror that sends something else is skipped.
 *
 * It does not use `fetch`, which cannot restrict the address of a connection: the names of images come from strangers.
 */
export class RegistryClient {
  readonly #options: RegistryOptions;
  readonly #ownHosts: ReadonlySet<string>;
  /** The accepted `Authorization` headers by endpoint and repository. */
  readonly #authorizations = new Map<string, string>();

  /** @throws `ImageError` PlainHttp for a mirror that is neither https nor on this machine */
  constructor(options: RegistryOptions = {}) {
    this.#options = options;
    const mirrors = Object.values(options.mirrors ?? {}).flat();
    const { credentials = {}, privateRegistries = [] } = options;
    const registries = [...Object.keys(credentials), ...privateRegistries];
    const own = [...mirrors.map((mirror) => readUrl(mirror)), ...registries.map(urlOf)];
    this.#ownHosts = new Set(own.map(({ host }) => host));
  }

  /**
   * Reads a manifest or an index.
   *
   * @throws `ImageError`
   */
  readManifest(name: ImageName, digest: Digest, signal?: AbortSignal): Promise<Uint8Array> {
    const path = `manifests/${digest}`;
    const accept = Object.values(MANIFEST_TYPES).join(", ");
    return this.#firstOf(name, `the manifest ${digest}`, signal, async (call) => {
      const bytes = await this.#read(path, accept, call);
      checkBytes(bytes, "the manifest", digest);
      return bytes;
    });
  }

  /**
   * Reads the digest that a tag has at its registry now. Publishers ask for it; what workers run is never named by a tag.
   * Mirrors are not asked, since they may be behind.
   *
   * @throws `ImageError`
   */
  async digestOfTag(name: ImageName, tag: string, signal?: AbortSignal): Promise<Digest> {
    const endpoint = { url: urlOf(name.registry), registry: name.registry, name };
    const accept = Object.values(MANIFEST_TYPES).join(", ");
    return digestOf(await this.#read(`manifests/${tag}`, accept, { endpoint, what: `the tag ${tag}`, signal }));
  }

  /**
   * Reads a small blob: a config.
   *
   * @throws `ImageError`
   */
  readBlob(
    name: ImageName,
    { digest, size }: Omit<Descriptor, "mediaType">,
    signal?: AbortSignal,
  ): Promise<Uint8Array> {
    return this.#firstOf(name, `the blob ${digest}`, signal, async (call) => {
      const bytes = await this.#read(`blobs/${digest}`, "*/*", call);
      checkBytes(bytes, "the blob", digest, size);
      return bytes;
    });
  }

  /**
   * Downloads a blob into a file. An existing file is taken as the beginning of the blob, so that interrupted downloads
   * continue. When this returns, the whole file has been checked.
   *
   * @throws `ImageError`
   */
  async downloadBlob(
    name: ImageName,
    { digest, size }: Omit<Descriptor, "mediaType">,
    file: string,
    { signal, onBytes }: { readonly signal?: AbortSignal; readonly onBytes?: ReportBytes } = {},
  ): Promise<void> {
    const handle = await open(file, constants.O_RDWR | constants.O_CREAT, OWNER_FILE);
    try {
      await this.#firstOf(name, `the layer ${digest}`, signal, async (call) => {
        const partial = await PartialBlob.open(handle, digest, size, onBytes);
        const found = partial.done;
        if (await this.#downloadRest(partial, call)) return;
        // The existing beginning may have been damaged: the download starts again.
        if (found > 0) {
          await partial.restart();
          if (await this.#downloadRest(partial, call)) return;
        }
        const actual = partial.digestNow();
        await partial.restart();
        throw new ImageError("WrongDigest", { what: "a layer", expected: digest, actual });
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOSPC") {
        throw new ImageError("NoSpace", { folder: dirname(file) }, { cause: error });
      }
      throw error;
    } finally {
      await handle.close();
    }
  }

  /** Asks mirrors first, then the registry, whose error is the one that is thrown. */
  async #firstOf<Result>(
    name: ImageName,
    what: string,
    signal: AbortSignal | undefined,
    ask: (call: Call) => Promise<Result>,
  ): Promise<Result> {
    const { mirrors = {} } = this.#options;
    const urls = Object.hasOwn(mirrors, name.registry) ? (mirrors[name.registry] ?? []) : [];
    const copies = urls.map((text) => readUrl(text)).map((url) => ({ url, registry: url.host, name }));
    for (const endpoint of copies) {
      try {
        return await ask({ endpoint, what, signal });
      } catch (error) {
        if (!(error instanceof ImageError) || error.reason === "NoSpace") throw error;
      }
    }
    return ask({ endpoint: { url: urlOf(name.registry), registry: name.registry, name }, what, signal });
  }

  /** Reads the whole body of a short answer. */
  #read(path: string, accept: string, call: Call): Promise<Uint8Array> {
    return this.#retry(call, async () => {
      const patience = new Patience(this.#options.patienceMs ?? PATIENCE_MS, call);
      try {
        const response = await this.#open(path, { accept }, call, patience);
        if (response.statusCode !== 200) throw unexpected(call, `it answers ${response.statusCode}`);
        return await readAtMost(response, MAX_DOCUMENT_BYTES, call, patience);
      } finally {
        patience.end();
      }
    });
  }

  /** @returns Whether the complete file has the digest. */
  async #downloadRest(partial: PartialBlob, call: Call): Promise<boolean> {
    let [retries, furthest] = [0, partial.done];
    while (!partial.isComplete) {
      try {
        await this.#downloadPart(partial, call);
      } catch (error) {
        if (partial.done - furthest >= PROGRESS_BYTES) [retries, furthest] = [0, partial.done];
        await this.#pauseAfter(error, retries, call);
        retries += 1;
      }
    }
    return partial.digestNow() === partial.digest;
  }

  async #downloadPart(partial: PartialBlob, call: Call): Promise<void> {
    const patience = new Patience(this.#options.patienceMs ?? PATIENCE_MS, call);
    try {
      const range = partial.done > 0 ? { range: `bytes=${partial.done}-` } : {};
      const response = await this.#open(`blobs/${partial.digest}`, { accept: "*/*", ...range }, call, patience);
      const { statusCode: status = 0, headers } = response;
      if (status === 206) {
        const [, start] = /^bytes (\d+)-/.exec(headers["content-range"] ?? "") ?? [];
        if (Number(start) !== partial.done) throw unexpected(call, "it sends another part than it was asked for");
      } else if (status === 200) {
        if (partial.done > 0) await partial.restart();
      } else {
        // The endpoint has fewer bytes than are here already.
        response.destroy();
        await partial.restart();
        throw new ImageError("RegistryFailed", { registry: call.endpoint.registry, status });
      }

      const length = headers["content-length"];
      if (length !== undefined) partial.checkTotal(partial.done + Number(length));
      for await (const chunk of bodyOf(response, call, patience)) await partial.append(chunk);
      // An answer without a length ends where the blob ends.
      if (!partial.isComplete) partial.checkTotal(partial.done);
    } catch (error) {
      if (error instanceof ImageError && error.reason === "WrongSize") await partial.restart();
      throw error;
    } finally {
      patience.end();
    }
  }

  /** Retries after transient errors. */
  async #retry<Result>(call: Call, ask: () => Promise<Result>): Promise<Result> {
    for (let retries = 0; ; retries++) {
      try {
        return await ask();
      } catch (error) {
        await this.#pauseAfter(error, retries, call);
      }
    }
  }

  /** Waits before the next retry, or throws if a retry is useless or the registry limits requests. */
  async #pauseAfter(error: unknown, retries: number, { signal }: Call): Promise<void> {
    const isHopeless = !isPassing(error) || (error as ImageError).reason === "TooManyRequests";
    if (isHopeless || retries >= MOST_RETRIES) throw error;
    const pause = (this.#options.pauseMs ?? PAUSE_MS) * 2 ** retries;
    await sleep(pause, undefined, signal === undefined ? {} : { signal });
  }

  /** Sends a request to an endpoint, authenticates if required, and follows redirects to the storage of blobs. */
  async #open(
    path: string,
    headers: Readonly<Record<string, string>>,
    call: Call,
    patience: Patience,
  ): Promise<IncomingMessage> {
    const { endpoint } = call;
    const { repository } = endpoint.name;
    const key = `${endpoint.url.href} ${repository}`;
    let url = new URL(`${endpoint.url.pathname.replace(/\/$/, "")}/v2/${repository}/${path}`, endpoint.url);
    let hasAsked = false;
    for (let redirects = 0; redirects <= MOST_REDIRECTS;) {
      // Other hosts, such as the storage of blobs, get neither token nor password.
      const isHome = url.origin === endpoint.url.origin;
      const authorization = isHome ? this.#authorizations.get(key) : undefined;
      const all = { ...headers, ...(authorization !== undefined && { authorization }) };
      const response = await this.#ask(url, all, call, patience);
      const { statusCode: status = 0 } = response;
      const { location, "www-authenticate": challenge = "" } = response.headers;
      if (status === 401 && isHome && !hasAsked) {
        hasAsked = true;
        response.destroy();
        this.#authorizations.delete(key);
        if (this.#authorizations.size >= MAX_TOKENS) this.#authorizations.clear();
        this.#authorizations.set(key, await this.#authorize(challenge, call, patience));
      } else if (status >= 300 && status < 400 && status !== 304 && location !== undefined) {
        response.destroy();
        if (!URL.canParse(location, url.href)) throw unexpected(call, "it leads to no address");
        url = readUrl(new URL(location, url.href).href);
        redirects += 1;
      } else {
        if (status !== 200 && status !== 206 && status !== 416) {
          response.destroy();
          throw this.#refusal(response, url, isHome, call);
        }
        return response;
      }
    }
    throw unexpected(call, "it leads from one address to the next");
  }

  #refusal({ statusCode: status = 0, headers }: IncomingMessage, url: URL, isHome: boolean, call: Call): ImageError {
    const { registry } = call.endpoint;
    if (status === 429) {
      const seconds = Number(headers["retry-after"]);
      return new ImageError("TooManyRequests", { registry, seconds: seconds >= 0 ? seconds : undefined });
    }
    if (status >= 500) return new ImageError("RegistryFailed", { registry: isHome ? registry : url.host, status });
    // The signed URL of the storage has expired: asking the registry again yields a new one.
    if (!isHome) return new ImageError("RegistryFailed", { registry: url.host, status });
    const image = formatImageName(call.endpoint.name);
    if (status === 404) return new ImageError("ImageNotFound", { image, what: call.what, registry });
    if (status === 401 || status === 403) return this.#private(call);
    return unexpected(call, `it answers ${status}`);
  }

  #private({ endpoint: { registry, name } }: Call): ImageError {
    const hasCredentials = this.#credentialsFor(registry) !== undefined;
    return new ImageError("ImagePrivate", { registry, image: formatImageName(name), hasCredentials });
  }

  #credentialsFor(registry: string): Credentials | undefined {
    const { credentials = {} } = this.#options;
    return Object.hasOwn(credentials, registry) ? credentials[registry] : undefined;
  }

  /** Returns the `Authorization` header that answers a challenge. */
  async #authorize(header: string, call: Call, patience: Patience): Promise<string> {
    const { registry, name } = call.endpoint;
    const credentials = this.#credentialsFor(registry);
    const basic =
      credentials && `Basic ${Buffer.from(`${credentials.username}:${credentials.password}`).toString("base64")}`;
    const challenges = parseChallenges(header);
    const bearer = challenges.find(({ scheme }) => scheme === "bearer");
    const realm = bearer?.parameters.get("realm");
    if (bearer === undefined || realm === undefined) {
      if (basic !== undefined && challenges.some(({ scheme }) => scheme === "basic")) return basic;
      throw this.#private(call);
    }

    if (!URL.canParse(realm)) throw unexpected(call, "it gives no address for tokens");
    const url = readUrl(realm);
    const service = bearer.parameters.get("service");
    if (service !== undefined) url.searchParams.set("service", service);
    url.searchParams.set("scope", `repository:${name.repository}:pull`);
    const response = await this.#ask(url, basic === undefined ? {} : { authorization: basic }, call, patience);
    if (response.statusCode !== 200) {
      response.destroy();
      throw response.statusCode === 404 ? this.#private(call) : this.#refusal(response, url, true, call);
    }
    const token = readToken(await readAtMost(response, MAX_TOKEN_BYTES, call, patience));
    if (token === undefined) throw unexpected(call, "it gives no token");
    return `Bearer ${token}`;
  }

  /**
   * Sends a request on a connection of its own: a reused one may lead to an address that only another request may
   * reach.
   */
  async #ask(
    url: URL,
    headers: Readonly<Record<string, string>>,
    call: Call,
    patience: Patience,
  ): Promise<IncomingMessage> {
    const { privateHosts = "refused", resolve } = this.#options;
    const isLimited = privateHosts === "refused" && !this.#ownHosts.has(url.host);
    const request = url.protocol === "https:" ? requestSecurely : requestPlainly;
    const options = {
      agent: false,
      headers: { ...headers, "accept-encoding": "identity", "user-agent": "poco" },
      signal: patience.signal,
      ...(isLimited && { lookup: publicLookup(resolve) }),
    };
    try {
      if (isLimited) checkLiteral(url.hostname);
      const response = await new Promise<IncomingMessage>((heard, reject) => {
        request(url, options, heard).once("error", reject).end();
      });
      patience.renew();
      return response;
    } catch (cause) {
      throw explain(cause, url.host, patience);
    }
  }
}

/** A blob of which the first bytes are downloaded. */
class PartialBlob {
  readonly digest: Digest;
  readonly #size: number;
  readonly #handle: FileHandle;
  readonly #onBytes: ReportBytes | undefined;
  #hash: Hash = createHash("sha256");
  #done = 0;

  private constructor(handle: FileHandle, digest: Digest, size: number, onBytes: ReportBytes | undefined) {
    this.#handle = handle;
    this.digest = digest;
    this.#size = size;
    this.#onBytes = onBytes;
  }

  /** Reads the bytes that the file already has. */
  static async open(
    handle: FileHandle,
    digest: Digest,
    size: number,
    onBytes: ReportBytes | undefined,
  ): Promise<PartialBlob> {
    const partial = new PartialBlob(handle, digest, size, onBytes);
    const { size: found } = await handle.stat();
    if (found > size) await partial.restart();
    const buffer = Buffer.alloc(2 ** 18);
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, partial.#done);
      if (bytesRead === 0) break;
      partial.#hash.update(buffer.subarray(0, bytesRead));
      partial.#done += bytesRead;
    }
    onBytes?.(partial.#done);
    return partial;
  }

  /** The number of bytes downloaded. */
  get done(): number {
    return this.#done;
  }

  get isComplete(): boolean {
    return this.#done === this.#size;
  }

  /** Returns the digest of the bytes downloaded so far. */
  digestNow(): Digest {
    return `sha256:${this.#hash.copy().digest("hex")}`;
  }

  async append(chunk: Uint8Array): Promise<void> {
    this.checkTotal(this.#done + chunk.length, "at most");
    for (let written = 0; written < chunk.length;) {
      const { bytesWritten } = await this.#handle.write(chunk, written, chunk.length - written, this.#done + written);
      written += bytesWritten;
    }
    this.#hash.update(chunk);
    this.#done += chunk.length;
    this.#onBytes?.(this.#done);
  }

  async restart(): Promise<void> {
    await this.#handle.truncate(0);
    this.#hash = createHash("sha256");
    this.#done = 0;
  }

  checkTotal(total: number, comparison: "exactly" | "at most" = "exactly"): void {
    const isRight = comparison === "exactly" ? total === this.#size : total <= this.#size;
    assertImage(isRight, "WrongSize", { what: `the layer ${this.digest}`, stated: this.#size, actual: total });
  }
}

/** Aborts a request when no data arrives for too long, or when the caller aborts it. */
class Patience {
  readonly signal: AbortSignal;
  readonly seconds: number;
  readonly #caller: AbortSignal | undefined;
  readonly #own = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(milliseconds: number, { signal }: Call) {
    this.seconds = milliseconds / 1000;
    this.#caller = signal;
    this.#timer = setTimeout(() => this.#own.abort(), milliseconds);
    this.signal = signal === undefined ? this.#own.signal : AbortSignal.any([signal, this.#own.signal]);
  }

  /** Restarts the timer after data has arrived. */
  renew(): void {
    this.#timer.refresh();
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  get isOver(): boolean {
    return this.#own.signal.aborted;
  }

  get isUnwanted(): boolean {
    return this.#caller?.aborted === true;
  }
}

async function* bodyOf(response: IncomingMessage, call: Call, patience: Patience): AsyncGenerator<Uint8Array> {
  const chunks = response[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  try {
    for (;;) {
      const next = await chunks.next().catch((cause: unknown) => {
        throw explain(cause, call.endpoint.registry, patience);
      });
      patience.renew();
      if (next.done === true) return;
      yield next.value;
      patience.renew();
    }
  } finally {
    response.destroy();
  }
}

async function readAtMost(
  response: IncomingMessage,
  limit: number,
  call: Call,
  patience: Patience,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bodyOf(response, call, patience)) {
    length += chunk.length;
    if (length > limit) throw unexpected(call, `it sends more than ${limit} bytes as ${call.what}`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function explain(cause: unknown, registry: string, patience: Patience): unknown {
  if (cause instanceof ImageError || patience.isUnwanted) return cause;
  if (patience.isOver) return new ImageError("DownloadStalled", { registry, seconds: patience.seconds }, { cause });
  if (cause instanceof PrivateAddressError) {
    return new ImageError("PrivateRegistry", { registry, address: cause.address }, { cause });
  }
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === "ENOTFOUND") return new ImageError("UnknownHost", { registry }, { cause });
  return new ImageError("RegistryUnreachable", { registry, reason: code ?? message }, { cause });
}

function unexpected({ endpoint: { registry } }: Call, problem: string): ImageError {
  return new ImageError("UnexpectedAnswer", { registry, problem });
}

function urlOf(registry: string): URL {
  if (registry === DOCKER_HUB) return new URL(HUB_URL);
  const { hostname } = new URL(`https://${registry}`);
  return new URL(`${isLoopback(hostname) ? "http" : "https"}://${registry}`);
}

/** Parses the URL of a mirror, a redirect or a token server: plain HTTP is allowed on this machine only. */
function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isFitting = url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.hostname));
  if (url === undefined || !isFitting) throw new ImageError("PlainHttp", { url: text });
  return url;
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** Returns the token in an answer, if it can be sent in a header. */
function readToken(bytes: Uint8Array): string | undefined {
  let answer: unknown;
  try {
    answer = JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return undefined;
  }
  const { token, access_token: other } = (answer ?? {}) as Readonly<Record<string, unknown>>;
  const found = token ?? other;
  return typeof found === "string" && /^[\x21-\x7e]+$/.test(found) ? found : undefined;
}
