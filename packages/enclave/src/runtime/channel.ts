import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

/** Sends a message, which may hold bytes and whole numbers of any size, as one line. */
export function writeMessage(stream: Writable, message: object): void {
  stream.write(`${JSON.stringify(message, encode)}\n`);
}

/** Decodes the message in a line. */
export function decodeLine(line: string): unknown {
  return JSON.parse(line, decode);
}

/** Returns a function that waits for the next message; it is undefined when the other side has ended. */
export function messageReader(stream: Readable): () => Promise<unknown> {
  const lines = createInterface({ input: stream })[Symbol.asyncIterator]();
  return async () => {
    const { done, value } = await lines.next();
    return done === true ? undefined : decodeLine(value);
  };
}

function encode(this: unknown, key: string, value: unknown): unknown {
  // `value` is what toJSON made of a Buffer; here is the Buffer itself.
  const original = (this as Record<string, unknown>)[key];
  if (original instanceof Uint8Array) return { $bytes: Buffer.from(original).toString("base64") };
  if (typeof original === "bigint") return { $bigint: `${original}` };
  return value;
}

function decode(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const { $bytes, $bigint } = value as { $bytes?: unknown; $bigint?: unknown };
  if (typeof $bytes === "string") return new Uint8Array(Buffer.from($bytes, "base64"));
  if (typeof $bigint === "string") return BigInt($bigint);
  return value;
}
