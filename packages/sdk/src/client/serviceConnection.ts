import type { Signer } from "ethers";

import { answerChallenge } from "../login/answerChallenge.js";
import type { SignedPart } from "../login/challenge.js";
import { InvalidFieldError } from "../protocol/field.js";

/** A signer of logins, such as any signer of ethers. */
export type LoginSigner = Pick<Signer, "getAddress" | "signTypedData">;

/** The options of all clients of services. */
export interface ServiceOptions {
  /** The time limit for an answer, in milliseconds. */
  readonly timeoutMs?: number;
}

/** The options of clients of services that belong to one chain. */
export interface ChainClientOptions extends ServiceOptions {
  readonly chainId: bigint | number;
  /** The signer of logins, which only some requests need. */
  readonly signer?: LoginSigner;
}

/**
 * A service's refusal of a request, or its failure to answer. The message is for people, and says what to do.
 *
 * @example
 * ```ts
 * try {
 *   await store.download("QmResult");
 * } catch (error) {
 *   if (error instanceof ServiceError && error.statusCode === 404) console.log(`There is no such file: ${error.url}`);
 * }
 * ```
 */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  /** The name of the service, such as `order market`. */
  readonly service: string;
  /** The URL of the request, without its query. */
  readonly url: string;
  /** The HTTP status of the answer; undefined if there was none. */
  readonly statusCode: number | undefined;
  /** The service's name for the refusal, if it has one: docs/reference/secrets.md lists those of the secret service. */
  readonly reason: string | undefined;

  constructor(
    message: string,
    {
      service,
      url,
      statusCode,
      reason,
      ...options
    }: { service: string; url: string; statusCode?: number; reason?: string } & ErrorOptions,
  ) {
    super(message, options);
    this.service = service;
    this.url = url;
    this.statusCode = statusCode;
    this.reason = reason;
  }

  /** Whether a retry may succeed soon: the service is away, at fault or busy. */
  get isPassing(): boolean {
    const { statusCode } = this;
    return statusCode === undefined || statusCode >= 500 || statusCode === 429;
  }
}

/** The parts of a request to a service. */
export interface ServiceRequest {
  readonly method?: "GET" | "HEAD" | "POST" | "PUT" | "DELETE";
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** A body that is sent as JSON. */
  readonly json?: unknown;
  /** A body that is sent as it is. */
  readonly body?: string | Uint8Array;
  /** Aborts the request, which then throws the signal's reason. */
  readonly signal?: AbortSignal;
  /** The time limit of this request in milliseconds, if it is not the usual one. */
  readonly timeoutMs?: number;
}

/** An HTTP connection to a service, with a time limit and readable errors. */
export class ServiceConnection {
  readonly #service: string;
  readonly #url: string;
  readonly #timeoutMs: number;

  /**
   * @param service - The name of the service in errors.
   * @param url - The URL of the service, http or https.
   * @throws {@link InvalidFieldError} when the URL is invalid.
   */
  constructor(service: string, url: string, timeoutMs: number) {
    if (!/^https?:\/\/[^\s/]/.test(url) || !URL.canParse(url)) {
      throw new InvalidFieldError(`the URL of the ${service}`, url, "one that starts with http:// or https://");
    }
    this.#service = service;
    this.#url = url.replace(/\/+$/, "");
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Sends a request and returns the JSON of the answer.
   *
   * @throws {@link ServiceError}
   */
  async json<Answer>(path: string, request: ServiceRequest = {}): Promise<Answer> {
    return this.ask(path, request, async (answer) => (await answer.json()) as Answer);
  }

  /** Like {@link json}, but returns undefined if the service answers 404. */
  async find<Answer>(path: string, request: ServiceRequest = {}): Promise<Answer | undefined> {
    try {
      return await this.json<Answer>(path, request);
    } catch (error) {
      if (error instanceof ServiceError && error.statusCode === 404) return undefined;
      throw error;
    }
  }

  /**
   * Sends a request and reads the answer, within one time limit.
   *
   * @throws {@link ServiceError}, and the errors of `read`
   */
  async ask<Result>(
    path: string,
    request: ServiceRequest,
    read: (answer: Response) => Promise<Result>,
  ): Promise<Result> {
    const { method = "GET", query, headers = {}, json, body, signal, timeoutMs = this.#timeoutMs } = request;
    const url = `${this.#url}${path}`;
    const time = AbortSignal.timeout(timeoutMs);
    const failed = (cause: unknown) => {
      if (signal?.aborted === true || cause instanceof ServiceError) return cause;
      const why = time.aborted ? ` within ${timeoutMs / 1000} s` : "";
      const message = `The ${this.#service} at ${this.#url} does not answer${why}: check that it runs, and its URL.`;
      return new ServiceError(message, { service: this.#service, url, cause });
    };
    let answer: Response;
    try {
      answer = await fetch(query === undefined ? url : `${url}?${new URLSearchParams(query).toString()}`, {
        method,
        headers: { ...(json !== undefined && { "content-type": "application/json" }), ...headers },
        ...(json === undefined ? body !== undefined && { body: body as string } : { body: JSON.stringify(json) }),
        signal: signal === undefined ? time : AbortSignal.any([signal, time]),
      });
      if (!answer.ok) throw await this.#refusal(answer, url);
    } catch (cause) {
      throw failed(cause);
    }
    try {
      return await read(answer);
    } catch (cause) {
      // A body that breaks off causes a TypeError, invalid JSON a SyntaxError.
      if (time.aborted || cause instanceof TypeError) throw failed(cause);
      if (!(cause instanceof SyntaxError)) throw cause;
      const message = `The ${this.#service} at ${this.#url} answers what no such service does: check its URL.`;
      throw new ServiceError(message, { service: this.#service, url, statusCode: answer.status, cause });
    }
  }

  /**
   * Returns the header `Authorization` for one request, which answers a challenge of the service.
   *
   * @param signer - Undefined if the client was made without one.
   */
  async logIn(
    path: string,
    signer: LoginSigner | undefined,
    query: Readonly<Record<string, string>> = {},
    signal?: AbortSignal,
  ): Promise<{ authorization: string }> {
    if (signer === undefined) {
      throw new InvalidFieldError("signer", undefined, `a signer, which the ${this.#service} asks to log in`);
    }
    const address = await signer.getAddress();
    const asked = { query: { ...query, address }, ...(signal !== undefined && { signal }) };
    const challenge = await this.json<SignedPart | { readonly data: SignedPart }>(path, asked);
    return { authorization: await answerChallenge(signer, "data" in challenge ? challenge.data : challenge) };
  }

  async #refusal(answer: Response, url: string): Promise<ServiceError> {
    const { status: statusCode } = answer;
    const { error, message } = await answer.json().then(
      (body) => (body ?? {}) as { error?: unknown; message?: unknown },
      () => ({}) as { error?: unknown; message?: unknown },
    );
    const usual = `The ${this.#service} at ${this.#url} answers ${statusCode} to ${url.slice(this.#url.length)}.`;
    // The body is either {error: a sentence}, or {error: a name, message: a sentence}.
    if (typeof message === "string" && typeof error === "string") {
      return new ServiceError(message, { service: this.#service, url, statusCode, reason: error });
    }
    return new ServiceError(typeof error === "string" ? error : usual, { service: this.#service, url, statusCode });
  }
}
