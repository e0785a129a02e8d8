import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { OWNER_FILE, ownFolder } from "@poco-marketplace/enclave/files/ownerOnly.js";
import type { Hex, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";

/** The data that a worker needs to reveal the result of a task. */
export interface KeptResult {
  readonly digest: Hex;
  /** The time from which on it is not needed, in unix seconds. */
  readonly until: number;
}

/** The pause between two searches for results that are not needed any more, in milliseconds: a day. */
const SWEEP_EVERY_MS = 86_400_000;

/**
 * A store of the data that reveals need, which survives restarts of the worker: a file for each task. Writing deletes the
 * files whose time is over, at the first write and then once a day.
 */
export class RevealStore {
  readonly folder: string;
  readonly #now: () => number;
  #sweptAt = Number.NEGATIVE_INFINITY;

  /** @param now - Milliseconds since 1970. */
  constructor(folder: string, now: () => number = Date.now) {
    this.folder = folder;
    this.#now = now;
  }

  async write(task: TaskId, result: KeptResult): Promise<void> {
    await ownFolder(this.folder);
    const draft = `${this.#fileOf(task)}.draft`;
    await writeFile(draft, JSON.stringify(result), { mode: OWNER_FILE });
    await rename(draft, this.#fileOf(task));
    if (this.#now() - this.#sweptAt < SWEEP_EVERY_MS) return;
    this.#sweptAt = this.#now();
    for (const name of await readdir(this.folder)) await this.#deleteIfOver(join(this.folder, name));
  }

  async read(task: TaskId): Promise<KeptResult | undefined> {
    const text = await readFile(this.#fileOf(task), "utf8").catch(() => undefined);
    return text === undefined ? undefined : (JSON.parse(text) as KeptResult);
  }

  async #deleteIfOver(file: string): Promise<void> {
    if (!file.endsWith(".json")) return;
    try {
      const { until } = JSON.parse(await readFile(file, "utf8")) as KeptResult;
      if (until * 1000 <= this.#now()) await rm(file);
    } catch {
      // Nothing may keep a result from being written: what cannot be read or deleted stays.
    }
  }

  #fileOf(task: TaskId): string {
    return join(this.folder, `${task.slice(2)}.json`);
  }
}
