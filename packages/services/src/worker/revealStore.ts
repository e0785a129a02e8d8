import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { OWNER_FILE, ownFolder } from "@poco-marketplace/enclave/files/ownerOnly.js";
import type { Hex, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";

/** What a worker must remember of a task to reveal its result. */
export interface KeptResult {
  readonly digest: Hex;
  /** Unix seconds from which on it is not needed. */
  readonly until: number;
}

/** A store of what revealing results takes; it survives restarts of the worker. */
export type RevealStore = ReturnType<typeof openRevealStore>;

/** Opens a store in a folder, one file each. */
export function openRevealStore(folder: string) {
  const fileOf = (task: TaskId) => join(folder, `${task.slice(2)}.json`);
  return {
    folder,

    async write(task: TaskId, result: KeptResult): Promise<void> {
      await ownFolder(folder);
      const draft = `${fileOf(task)}.draft`;
      await writeFile(draft, JSON.stringify(result), { mode: OWNER_FILE });
      await rename(draft, fileOf(task));
    },

    async read(task: TaskId): Promise<KeptResult | undefined> {
      const text = await readFile(fileOf(task), "utf8").catch(() => undefined);
      return text === undefined ? undefined : (JSON.parse(text) as KeptResult);
    },
  };
}
