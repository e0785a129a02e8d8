import { readdirSync, readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";

/** The memory of a process and all its descendants. */
export interface MemoryUse {
  readonly bytes: number;
  readonly pids: readonly number[];
}

/** Memory that no file backs and memory that is shared, in full for each process that has it. */
const RESIDENT = ["RssAnon", "RssShmem"];
/** The same, divided by the number of processes that have it. */
const PROPORTIONAL = ["Pss_Anon", "Pss_Shmem"];
const PAGE_TABLES = "VmPTE";

/**
 * Measures a process and its descendants; zero where the system does not tell (Linux does). Counted are the memory that
 * no file backs, and memory that is shared, once for each process that has it, and the tables for it.
 */
export async function memoryUseOf(pid: number): Promise<MemoryUse> {
  let bytes = 0;
  const pids: number[] = [];
  const waiting = [pid];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [status, children] = await Promise.all([read(`/proc/${next}/status`), childrenOf(next)]);
    if (status === "") continue;
    pids.push(next);
    // Pages of files do not count: libraries, and others that the kernel can take back.
    bytes += bytesIn(status, [...RESIDENT, PAGE_TABLES]);
    waiting.push(...children);
  }
  return { bytes, pids };
}

/**
 * Measures processes exactly, so that what several of them share counts once. That takes time: some milliseconds for
 * each GiB.
 */
export async function exactMemoryOf(pids: readonly number[]): Promise<number> {
  let bytes = 0;
  for (const pid of pids) {
    const [rollup, status] = await Promise.all([read(`/proc/${pid}/smaps_rollup`), read(`/proc/${pid}/status`)]);
    bytes += rollup === "" ? bytesIn(status, RESIDENT) : bytesIn(rollup, PROPORTIONAL);
    bytes += bytesIn(status, [PAGE_TABLES]);
  }
  return bytes;
}

/** Lists a process and its descendants synchronously; the process alone where the system does not tell. */
export function processTreeOf(pid: number): readonly number[] {
  const pids = [pid];
  for (const each of pids) pids.push(...childrenAtOnce(each));
  return pids;
}

/** A process is a child of the thread that started it. */
async function childrenOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(threads.map((thread) => read(`/proc/${pid}/task/${thread}/children`)));
  return lists.flatMap(numbersIn);
}

function childrenAtOnce(pid: number): number[] {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    return threads.flatMap((thread) => numbersIn(readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8")));
  } catch {
    return [];
  }
}

function numbersIn(text: string): number[] {
  return text.split(" ").filter(Boolean).map(Number);
}

/** Adds up the values in bytes that a file of /proc gives for names. */
function bytesIn(text: string, names: readonly string[]): number {
  const kib = names.map((name) => new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text)?.[1]);
  return kib.reduce((sum, value) => sum + 1024 * Number(value ?? 0), 0);
}

/** Reads a file of /proc; empty when its process has ended meanwhile. */
async function read(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}
