import { once } from "node:events";
import { createServer } from "node:net";

import { NetworkError } from "./networkError.js";

/** The listeners in the order of their ports; that of `sink` is reserved for the mail server of the examples. */
export const LISTENERS = ["chain", "market", "sms", "store", "indexer", "scheduler", "sink", "registry"] as const;

export type Listener = (typeof LISTENERS)[number];

/** The port of each listener. */
export type Ports = Readonly<Record<Listener, number>>;

/**
 * The range that is searched for free ports. It lies below the systems' ephemeral ports, since another program could be
 * given one of those before the service listens. Each process starts its search at a different port.
 */
const [FIRST_FREE, FREE_PORTS] = [20_000, 12_000] as const;

/**
 * Chooses a port for each listener: consecutive ports from `base` on, or any free block if `base` is 0.
 *
 * @throws {@link NetworkError} if another program uses one of them
 */
export async function choosePorts(base: number, needed: readonly Listener[]): Promise<Ports> {
  if (base + LISTENERS.length > 65_536)
    throw new NetworkError(
      `--port is ${base}: give a port up to ${65_536 - LISTENERS.length}, as those after it are used too.`,
    );
  const first = base === 0 ? await freeBlock(needed) : base;
  if (base !== 0) await tryPorts(first, needed);
  return Object.fromEntries(LISTENERS.map((listener, i) => [listener, first + i])) as Ports;
}

/** Returns the first port of a block in which the port of each needed listener is free. */
async function freeBlock(needed: readonly Listener[]): Promise<number> {
  const blocks = Math.floor(FREE_PORTS / LISTENERS.length);
  for (let turn = 0; turn < blocks; turn++) {
    const first = FIRST_FREE + ((process.pid + turn) % blocks) * LISTENERS.length;
    try {
      await tryPorts(first, needed);
      return first;
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
    }
  }
  throw new NetworkError(`No ports are free from ${FIRST_FREE} on: give one with --port.`);
}

async function tryPorts(first: number, needed: readonly Listener[]): Promise<void> {
  for (const [i, listener] of LISTENERS.entries()) if (needed.includes(listener)) await tryPort(first + i, listener);
}

/** @throws {@link NetworkError} if another program uses the port */
async function tryPort(port: number, listener: Listener): Promise<void> {
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === "EADDRINUSE" ? "is taken by another program" : `cannot be used (${code})`;
    throw new NetworkError(
      `Port ${port}, for the ${listener}, ${why}: stop that, or give another --port (0 for any that are free).`,
      { cause },
    );
  }
  server.close();
  await once(server, "close");
}
