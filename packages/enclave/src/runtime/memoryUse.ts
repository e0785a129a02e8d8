import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";

/** What a process and all that it started take. */
export type Use = { readonly bytes: number; readonly pids: readonly number[] };

const PAGE = 4096;

/** What a process and its descendants take now; nothing where the system does not say (it does on Linux). */
export async function useOf(pid: number): Promise<Use> {
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
    // Libraries, which all processes share, and files in memory, which have a limit of their own, count once or not.
    bytes += (resident - shared) * PAGE;
    waiting.push(...children.split(" ").filter(Boolean).map(Number));
  }
  return { bytes, pids };
}

/** A process and its descendants, without waiting; the process alone where the system does not say. */
export function treeOf(pid: number): readonly number[] {
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

/** Processes come and go while one looks. */
async function read(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}
