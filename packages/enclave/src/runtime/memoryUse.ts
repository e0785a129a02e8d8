import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";

/** The memory of a process and all its descendants. */
export interface MemoryUse {
  readonly bytes: number;
  readonly pids: readonly number[];
}

const PAGE = 4096;

/** Measures a process and its descendants; zero where the system does not tell (Linux does). */
export async function memoryUseOf(pid: number): Promise<MemoryUse> {
  let bytes = 0;
  const pids: number[] = [];
  const waiting = [pid];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [statm, children] = await Promise.all([
      read(`/proc/${next}/statm`),
      read(`/proc/${next}/task/${next}/children`),
    ]);
    if (statm === "") continue;
    pids.push(next);
    const [, resident = 0, shared = 0] = statm.split(" ").map(Number);
    // Shared pages do not count: libraries, and files in memory, which have a limit of their own.
    bytes += (resident - shared) * PAGE;
    waiting.push(...children.split(" ").filter(Boolean).map(Number));
  }
  return { bytes, pids };
}

/** Lists a process and its descendants synchronously; the process alone where the system does not tell. */
export function processTreeOf(pid: number): readonly number[] {
  const pids = [pid];
  for (const each of pids) pids.push(...childrenOf(each));
  return pids;
}

function childrenOf(pid: number): number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
    return children.split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Reads a file of /proc; empty when its process has ended meanwhile. */
async function read(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}
