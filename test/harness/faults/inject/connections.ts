import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

import type { Violation } from "../judge/violation.js";

/** How long they stay, in milliseconds. */
const HELD = 2_000;
/** Half-sent requests; others say nothing at all. */
const HALF = "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nx";
/** How many are opened at once. */
const BATCH = 500;
/** How long a service may take to answer when they are gone, in milliseconds. */
const PATIENCE = 30_000;

/** Opens so many connections to a service, of which every second one begins a request; and asks whether it serves others. */
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
  const answer = await fetch(`${origin}/health`, { signal: AbortSignal.timeout(PATIENCE) }).catch(() => undefined);
  await answer?.body?.cancel();
  return answer !== undefined;
}
