import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";

import { NetworkError } from "./networkError.js";

/** What listens, in the order of the ports; the last one is kept for a mail server of the examples. */
export const LISTENERS = ["chain", "market", "sms", "store", "indexer", "scheduler", "sink"] as const;

export type Listener = (typeof LISTENERS)[number];

/** Who listens where. */
export type Ports = Readonly<Record<Listener, number>>;

/**
 * A port for everybody: those from `base` on, or any that are free for 0.
 *
 * @throws NetworkError when somebody else has one of them
 */
export async function choosePorts(base: number, needed: readonly Listener[]): Promise<Ports> {
  if (base + LISTENERS.length > 65_536)
    throw new NetworkError(
      `--port is ${base}: give a port up to ${65_536 - LISTENERS.length}, as those after it are used too.`,
    );
  const probes = await Promise.all(
    LISTENERS.map(async (listener, i) => ({
      listener,
      probe: needed.includes(listener) ? await occupy(base === 0 ? 0 : base + i, listener) : undefined,
    })),
  );
  const ports = probes.map(({ listener, probe }, i) => [listener, probe?.port ?? base + i] as const);
  for (const { probe } of probes) await probe?.release();
  return Object.fromEntries(ports) as Ports;
}

async function occupy(port: number, listener: Listener) {
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
  return {
    port: (server.address() as AddressInfo).port,
    async release() {
      server.close();
      await once(server, "close");
    },
  };
}
