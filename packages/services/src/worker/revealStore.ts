import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { OWNER_FILE, ownFolder } from "@poco-marketplace/enclave/files/ownerOnly.js";
import type { Hex, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";

/** The data that a worker needs to reveal the result of a task. */
export interface KeptResult {
  readonly digest: Hex;
  /** The time from which on it is not needed, in unix seconds. */
  readonly until: number;
}

/** A store of the data that reveals need, which survives restarts of the worker. */
export type RevealStore = ReturnType<typeof openRevealStore>;

/** Opens a store in a folder, with one file per task. */
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
