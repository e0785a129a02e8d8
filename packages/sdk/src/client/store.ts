import { ServiceConnection, ServiceError, type ServiceOptions } from "./serviceConnection.js";
import { joinBytes } from "../protect/joinBytes.js";
import { InvalidFieldError } from "../protocol/field.js";

/** The time limit for a file, in milliseconds. */
const TIMEOUT = 120_000;
/** The default maximum size of a file: 256 MiB. */
const MAX_BYTES = 256 * 2 ** 20;

/** A client of the content store: a node that takes files as IPFS nodes do, and a gateway that serves them. */
export class StoreClient {
  readonly #node: ServiceConnection;
  readonly #gateway: ServiceConnection;

  /**
   * @param node - The URL that takes files (`POST /api/v0/add`), like `http://127.0.0.1:5001`.
   * @param gateway - The URL that serves files (`GET /ipfs/<cid>`), often the same.
   * @throws {@link InvalidFieldError} when a URL is none.
   * @example
   * ```ts
   * const store = new StoreClient({ node: network.ipfsNode, gateway: network.ipfsGateway });
   * ```
   */
  constructor({
    node,
    gateway,
    timeoutMs = TIMEOUT,
  }: { readonly node: string; readonly gateway: string } & ServiceOptions) {
    this.#node = new ServiceConnection("content store", node, timeoutMs);
    this.#gateway = new ServiceConnection("gateway of the content store", gateway, timeoutMs);
  }

  /**
   * Stores a file.
   *
   * @returns its content identifier
   * @throws {@link ServiceError}
   * @example
   * ```ts
   * const cid = await store.upload(new TextEncoder().encode("hello world"));
   * ```
   */
  async upload(content: Uint8Array, { signal }: { readonly signal?: AbortSignal } = {}): Promise<string> {
    // The form is encoded here, as bytes: when a connection breaks while fetch reads a form, the error cannot be
    // caught.
    const boundary = `poco-${crypto.randomUUID()}`;
    const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="file"\r\ncontent-type: application/octet-stream\r\n\r\n`;
    const [start, end] = [head, `\r\n--${boundary}--\r\n`].map((text) => new TextEncoder().encode(text));
    const body = joinBytes([start!, content, end!]);
    const headers = { "content-type": `multipart/form-data; boundary=${boundary}` };
    const request = { method: "POST", headers, body, ...(signal !== undefined && { signal }) } as const;
    return this.#node.ask("/api/v0/add", request, async (answer) => {
      // The answer has a line of JSON for each file; the last line is the folder around them, or the only file.
      const { Hash: cid } = JSON.parse((await answer.text()).trim().split("\n").at(-1)!) as { Hash?: unknown };
      if (typeof cid === "string") return cid;
      throw new SyntaxError("no Hash in the answer");
    });
  }

  /**
   * Reads a file.
   *
   * @param location - The content identifier, with or without `/ipfs/` before it.
   * @param options - The maximum size of the file in bytes, by default 256 MiB.
   * @throws {@link ServiceError}, with status 404 where the store has no such file; {@link InvalidFieldError} for what is no location;
   * {@link FileTooLargeError}
   * @example
   * ```ts
   * const file = await store.download(cid);
   * ```
   */
  async download(
    location: string,
    { maxBytes = MAX_BYTES, signal }: { readonly maxBytes?: number; readonly signal?: AbortSignal } = {},
  ): Promise<Uint8Array> {
    const path = location.replace(/^\/ipfs\//, "");
    const [, cid] = /^([A-Za-z0-9]+)(?:\/[^?#]*)?$/.exec(path) ?? [];
    // A URL resolves `..` in all its spellings, which must not lead to another file.
    if (cid === undefined || !`${new URL(`http://gateway/ipfs/${path}`).pathname}/`.startsWith(`/ipfs/${cid}/`)) {
      throw new InvalidFieldError("location", location, "a content identifier, or /ipfs/ and one");
    }
    return this.#gateway.ask(`/ipfs/${path}`, signal === undefined ? {} : { signal }, async (answer) => {
      const pieces: Uint8Array[] = [];
      let length = 0;
      const reader = answer.body!.getReader();
      for (let next = await reader.read(); !next.done; next = await reader.read()) {
        const piece = next.value as Uint8Array;
        length += piece.length;
        if (length > maxBytes) {
          await reader.cancel();
          throw new FileTooLargeError(location, maxBytes);
        }
        pieces.push(piece);
      }
      return joinBytes(pieces);
    });
  }

  /**
   * Whether the gateway has a file.
   *
   * @throws {@link ServiceError}
   * @example
   * ```ts
   * const isThere = await store.has(cid);
   * ```
   */
  async has(cid: string): Promise<boolean> {
    try {
      return await this.#gateway.ask(`/ipfs/${encodeURIComponent(cid)}`, { method: "HEAD" }, () =>
        Promise.resolve(true),
      );
    } catch (error) {
      if (error instanceof ServiceError && error.statusCode === 404) return false;
      throw error;
    }
  }
}

/**
 * A file that has more bytes than are allowed.
 *
 * @example
 * ```ts
 * const error = new FileTooLargeError("/ipfs/QmResult", 100);
 * error.maxBytes; // → 100
 * ```
 */
export class FileTooLargeError extends Error {
  override readonly name = "FileTooLargeError";
  readonly location: string;
  readonly maxBytes: number;

  constructor(location: string, maxBytes: number) {
    super(`The file at ${location} has more than ${maxBytes} bytes: allow more with maxBytes, if you trust it.`);
    this.location = location;
    this.maxBytes = maxBytes;
  }
}
