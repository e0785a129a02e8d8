import { once } from "node:events";
import { createServer } from "node:net";

import { NetworkError } from "./networkError.js";

/** What listens, in the order of the ports; the last one is kept for a mail server of the examples. */
export const LISTENERS = ["chain", "market", "sms", "store", "indexer", "scheduler", "sink"] as const;

export type Listener = (typeof LISTENERS)[number];

/** Who listens where. */
export type Ports = Readonly<Record<Listener, number>>;

/**
 * Where ports are looked for when any will do: below those that systems give to outgoing connections and to whoever
 * listens at any port, one of which could be taken before its service listens. Each process begins at another one.
 */
const [FIRST_FREE, FREE_PORTS] = [20_000, 12_000] as const;

/**
 * A port for everybody: those from `base` on, or any that are free for 0.
 *
 * @throws {@link NetworkError} when somebody else has one of them
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

/** The first of as many ports in a row as there are listeners, none of which somebody has. */
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

/** @throws {@link NetworkError} when somebody else has it */
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
