import type { IncomingMessage } from "node:http";

import { PrivateAddressError } from "../network/reach.js";
import { ImageError } from "./imageError.js";
import { unexpected, type EndpointCall } from "./endpointCall.js";

/** Aborts a request when no data arrives for too long, or when the caller aborts it. */
export class IdleTimeout {
  readonly signal: AbortSignal;
  readonly seconds: number;
  readonly #caller: AbortSignal | undefined;
  readonly #own = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(milliseconds: number, { signal }: EndpointCall) {
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

/** Reads the body of an answer, and restarts the timer with each piece. */
export async function* bodyOf(
  response: IncomingMessage,
  call: EndpointCall,
  idle: IdleTimeout,
): AsyncGenerator<Uint8Array> {
  const chunks = response[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  try {
    for (;;) {
      const next = await chunks.next().catch((cause: unknown) => {
        throw explain(cause, call.endpoint.registry, idle);
      });
      idle.renew();
      if (next.done === true) return;
      yield next.value;
      idle.renew();
    }
  } finally {
    response.destroy();
  }
}

/** Reads a body of at most `limit` bytes. */
export async function readAtMost(
  response: IncomingMessage,
  limit: number,
  call: EndpointCall,
  idle: IdleTimeout,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bodyOf(response, call, idle)) {
    length += chunk.length;
    if (length > limit) throw unexpected(call, `it sends more than ${limit} bytes as ${call.what}`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Returns the error of the protocol for one of the connection. */
export function explain(cause: unknown, registry: string, idle: IdleTimeout): unknown {
  if (cause instanceof ImageError || idle.isUnwanted) return cause;
  if (idle.isOver) return new ImageError("DownloadStalled", { registry, seconds: idle.seconds }, { cause });
  if (cause instanceof PrivateAddressError) {
    return new ImageError("PrivateRegistry", { registry, address: cause.address }, { cause });
  }
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === "ENOTFOUND") return new ImageError("UnknownHost", { registry }, { cause });
  return new ImageError("RegistryUnreachable", { registry, reason: code ?? message }, { cause });
}
