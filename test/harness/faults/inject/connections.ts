import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import type { Violation } from "../judge/violation.js";

/** The time for which the connections stay open, in milliseconds. */
const HELD = 2_000;
/** The half of a request that some connections send; the others send nothing. */
const HALF = "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nx";
/** The number of connections that are opened at once. */
const BATCH = 500;
/** The time in which a service must answer once they are closed, in milliseconds. */
const TIMEOUT_MS = 30_000;

/** Opens this many connections to a service, half of them with a half-sent request, and checks that it answers others. */
export async function crowd(origin: string, count: number): Promise<{ opened: number; violations: Violation[] }> {
  const { port, hostname } = new URL(origin);
  const sockets: Socket[] = [];
  let opened = 0;
  try {
    while (sockets.length < count) {
      const batch = Array.from({ length: Math.min(BATCH, count - sockets.length) }, () => {
        const socket = connect(Number(port), hostname);
        sockets.push(socket);
        return new Promise<void>((resolve) => {
          socket.once("connect", () => {
            opened++;
            if (opened % 2 === 0) socket.write(HALF);
            resolve();
          });
          socket.on("error", () => resolve());
        });
      });
      await Promise.all(batch);
    }
    await sleep(HELD);
    const during = await isServing(origin);
    const refused = `with ${opened} connections open, ${origin} answers nobody`;
    return { opened, violations: during ? [] : [{ law: "services", what: refused }] };
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

async function isServing(origin: string): Promise<boolean> {
  const answer = await fetch(`${origin}/health`, { signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(() => undefined);
  await answer?.body?.cancel();
  return answer !== undefined;
}
