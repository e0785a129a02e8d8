import type { Signer } from "ethers";

import { answerChallenge } from "../login/answerChallenge.js";
import type { SignedPart } from "../login/challenge.js";
import { InvalidFieldError } from "../protocol/field.js";

/** Who signs logins: any signer of ethers does. */
export type LoginSigner = Pick<Signer, "getAddress" | "signTypedData">;

/** What every client of a service may be told. */
export interface ServiceOptions {
  /** How long the service may take to answer, in milliseconds. */
  readonly timeoutMs?: number;
}

/**
 * A service that refused what it was asked, or that did not answer. Its message is for people, and says what to do.
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
  /** Which service, such as `order market`. */
  readonly service: string;
  /** Where it was asked, without the query. */
  readonly url: string;
  /** The HTTP status of its answer; nothing where there was none. */
  readonly statusCode: number | undefined;
  /** The service's own name of the refusal, where it has one: those of the secret service are in docs/reference/secrets.md. */
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

  /** Whether the same may go well in a moment: the service is away, at fault or busy. */
  get isPassing(): boolean {
    const { statusCode } = this;
    return statusCode === undefined || statusCode >= 500 || statusCode === 429;
  }
}

/** One request to a service. */
export interface ServiceRequest {
  readonly method?: "GET" | "HEAD" | "POST" | "PUT" | "DELETE";
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly body?: string | Uint8Array;
  /** Ends the request; what it throws then is the signal's reason. */
  readonly signal?: AbortSignal;
  /** Milliseconds that this request may take, if others than usual. */
  readonly timeoutMs?: number;
}

/** How all clients here ask a service over HTTP: with a time limit, and refusals as sentences. */
export class ServiceConnection {
  readonly #service: string;
  readonly #url: string;
  readonly #timeoutMs: number;

  /**
   * @param service - What it is called in errors.
   * @param url - Where it is, http or https.
   * @throws {@link InvalidFieldError} when that is no such URL.
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
   * The JSON that the service answers.
   *
   * @throws {@link ServiceError}
   */
  async json<Answer>(path: string, request: ServiceRequest = {}): Promise<Answer> {
    return this.ask(path, request, async (answer) => (await answer.json()) as Answer);
  }

  /** The same; nothing where the service answers that it has no such thing (404). */
  async find<Answer>(path: string, request: ServiceRequest = {}): Promise<Answer | undefined> {
    try {
      return await this.json<Answer>(path, request);
    } catch (error) {
      if (error instanceof ServiceError && error.statusCode === 404) return undefined;
      throw error;
    }
  }

  /**
   * Asks, and reads the answer, all within the time limit.
   *
   * @throws {@link ServiceError}, and what `read` throws of its own
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
      // What breaks off while it is read is a TypeError, and what is no JSON a SyntaxError.
      if (time.aborted || cause instanceof TypeError) throw failed(cause);
      if (!(cause instanceof SyntaxError)) throw cause;
      const message = `The ${this.#service} at ${this.#url} answers what no such service does: check its URL.`;
      throw new ServiceError(message, { service: this.#service, url, statusCode: answer.status, cause });
    }
  }

  /**
   * The header `Authorization` for one request, which answers a challenge of the service.
   *
   * @param signer - Nobody when the client was made without one.
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
    // Either {error: a sentence}, or {error: a name, message: a sentence}.
    if (typeof message === "string" && typeof error === "string") {
      return new ServiceError(message, { service: this.#service, url, statusCode, reason: error });
    }
    return new ServiceError(typeof error === "string" ? error : usual, { service: this.#service, url, statusCode });
  }
}
