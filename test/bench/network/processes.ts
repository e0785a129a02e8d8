import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

/** What a process and what it started hold in memory (resident), in bytes. */
export interface MemoryUse {
  readonly own: number;
  /** Of all processes below it: of a worker, its enclaves. */
  readonly below: number;
}

/** In milliseconds. */
const LOOK_EVERY = 1_000;

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly bytes: number;
}

/** The memory of some processes by title, now. */
export async function memoryOf(pids: Readonly<Record<string, number>>): Promise<Record<string, MemoryUse>> {
  const all = await allProcesses();
  return Object.fromEntries(
    Object.entries(pids).map(([title, pid]) => {
      const own = all.find((process) => process.pid === pid)?.bytes ?? 0;
      return [title, { own, below: startedBy(all, pid).reduce((sum, { bytes }) => sum + bytes, 0) }];
    }),
  );
}

/** The processes that a process started, and those that they started, and so on. */
export async function descendantsOf(pid: number): Promise<number[]> {
  return startedBy(await allProcesses(), pid).map((process) => process.pid);
}

async function allProcesses(): Promise<Process[]> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid=,rss="]);
  return stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number))
    .map(([pid, parent, kibibytes]) => ({ pid: pid!, parent: parent!, bytes: kibibytes! * 1024 }));
}

function startedBy(all: readonly Process[], pid: number): Process[] {
  return all.filter(({ parent }) => parent === pid).flatMap((child) => [child, ...startedBy(all, child.pid)]);
}

/** Looks at the memory of processes every second; `stop` says the most that each held. */
export function watchMemory(pids: Readonly<Record<string, number>>): { stop(): Promise<Record<string, MemoryUse>> } {
  const most: Record<string, MemoryUse> = {};
  const stopping = new AbortController();

  async function look(): Promise<void> {
    for (const [title, { own, below }] of Object.entries(await memoryOf(pids))) {
      const known = most[title] ?? { own: 0, below: 0 };
      most[title] = { own: Math.max(own, known.own), below: Math.max(below, known.below) };
    }
  }

  async function watch(): Promise<void> {
    while (!stopping.signal.aborted) {
      await look();
      await sleep(LOOK_EVERY, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  const watching = watch();
  return {
    async stop() {
      stopping.abort();
      await watching;
      await look();
      return most;
    },
  };
}

/** Of a second, in `/proc`. */
const TICKS = 100;

/**
 * The processor time that some processes have taken so far, in seconds, by title: their own, and that of what they started
 * and has ended. Only Linux tells; elsewhere it is empty.
 */
export function processorTimeOf(pids: Readonly<Record<string, number>>): Record<string, number> {
  const entries = Object.entries(pids).flatMap(([title, pid]) => {
    const file = `/proc/${pid}/stat`;
    if (!existsSync(file)) return [];
    // The name of a program, in brackets, may have spaces.
    const fields = readFileSync(file, "utf8").split(") ").at(-1)!.split(" ");
    const [user, system, userBelow, systemBelow] = fields.slice(11, 15).map(Number) as [number, number, number, number];
    return [[title, (user + system + userBelow + systemBelow) / TICKS] as const];
  });
  return Object.fromEntries(entries);
}
