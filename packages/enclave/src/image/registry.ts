// A client of container registries, with which workers download images.

import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { OWNER_FILE } from "../files/ownerOnly.js";
import { checkBytes, digestOf, type Descriptor, type Digest } from "./digest.js";
import { bodyOf, IdleTimeout, readAtMost } from "./idleTimeout.js";
import { ImageError, isPassing } from "./imageError.js";
import type { ImageName } from "./imageName.js";
import { MANIFEST_TYPES, MAX_DOCUMENT_BYTES } from "./manifest.js";
import { PartialBlob, type ReportBytes } from "./partialBlob.js";
import { readUrl, unexpected, urlOf, type EndpointCall } from "./endpointCall.js";
import { RegistryConnection } from "./registryConnection.js";
import type { RegistryOptions } from "./registryOptions.js";

export type { Credentials, RegistryOptions } from "./registryOptions.js";

const IDLE_TIMEOUT_MS = 60_000;
const PAUSE_MS = 1000;
/** The maximum number of retries in a row after transient errors. */
const MOST_RETRIES = 3;
/** The number of new bytes of a blob after which the count of retries starts again. */
const PROGRESS_BYTES = 2 ** 20;

/**
 * Reads from container registries by the OCI protocol (`/v2/`), and content only by digest: everything is checked, and a
 * mirror that sends something else is skipped.
 *
 * It does not use `fetch`, which cannot restrict the address of a connection: the names of images come from strangers.
 */
export class RegistryClient {
  readonly #options: RegistryOptions;
  readonly #connection: RegistryConnection;

  /** @throws `ImageError` PlainHttp for a mirror that is neither https nor on this machine */
  constructor(options: RegistryOptions = {}) {
    this.#options = options;
    this.#connection = new RegistryConnection(options);
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
    ask: (call: EndpointCall) => Promise<Result>,
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
  #read(path: string, accept: string, call: EndpointCall): Promise<Uint8Array> {
    return this.#retry(call, async () => {
      const idle = new IdleTimeout(this.#options.idleTimeoutMs ?? IDLE_TIMEOUT_MS, call);
      try {
        const response = await this.#connection.open(path, { accept }, call, idle);
        if (response.statusCode !== 200) throw unexpected(call, `it answers ${response.statusCode}`);
        return await readAtMost(response, MAX_DOCUMENT_BYTES, call, idle);
      } finally {
        idle.end();
      }
    });
  }

  /** @returns Whether the complete file has the digest. */
  async #downloadRest(partial: PartialBlob, call: EndpointCall): Promise<boolean> {
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

  async #downloadPart(partial: PartialBlob, call: EndpointCall): Promise<void> {
    const idle = new IdleTimeout(this.#options.idleTimeoutMs ?? IDLE_TIMEOUT_MS, call);
    try {
      const range = partial.done > 0 ? { range: `bytes=${partial.done}-` } : {};
      const response = await this.#connection.open(`blobs/${partial.digest}`, { accept: "*/*", ...range }, call, idle);
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
      for await (const chunk of bodyOf(response, call, idle)) await partial.append(chunk);
      // An answer without a length ends where the blob ends.
      if (!partial.isComplete) partial.checkTotal(partial.done);
    } catch (error) {
      if (error instanceof ImageError && error.reason === "WrongSize") await partial.restart();
      throw error;
    } finally {
      idle.end();
    }
  }

  /** Retries after transient errors. */
  async #retry<Result>(call: EndpointCall, ask: () => Promise<Result>): Promise<Result> {
    for (let retries = 0; ; retries++) {
      try {
        return await ask();
      } catch (error) {
        await this.#pauseAfter(error, retries, call);
      }
    }
  }

  /** Waits before the next retry, or throws if a retry is useless or the registry limits requests. */
  async #pauseAfter(error: unknown, retries: number, { signal }: EndpointCall): Promise<void> {
    const isHopeless = !isPassing(error) || (error as ImageError).reason === "TooManyRequests";
    if (isHopeless || retries >= MOST_RETRIES) throw error;
    const pause = (this.#options.pauseMs ?? PAUSE_MS) * 2 ** retries;
    await sleep(pause, undefined, signal === undefined ? {} : { signal });
  }
}
