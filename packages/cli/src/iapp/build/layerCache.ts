import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

import type { BuiltLayer } from "@poco-marketplace/enclave/image/build/writeLayer.js";

/** The time for which a layer stays without being used, in milliseconds. */
const KEPT_MS = 30 * 24 * 3_600_000;

/** Layers that take long to make, by what they are made of. Projects of one account share them. */
export class LayerCache {
  readonly #folder: string;

  /** @param folder - That of {@link cacheFolder}, or another one for the same purpose. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Returns a layer, which is made unless it is there.
   *
   * @param recipe - All that its content depends on.
   * @param make - Writes it to a file.
   */
  async layer(recipe: object, make: (file: string) => Promise<BuiltLayer>): Promise<BuiltLayer> {
    const key = createHash("sha256").update(JSON.stringify(recipe)).digest("hex");
    const file = join(this.#folder, `${key}.tar.gz`);
    const note = join(this.#folder, `${key}.json`);
    try {
      const layer = JSON.parse(await readFile(note, "utf8")) as Omit<BuiltLayer, "file">;
      if ((await stat(file)).size === layer.size) {
        const now = new Date();
        await Promise.all([file, note].map((path) => utimes(path, now, now)));
        return { ...layer, file };
      }
    } catch {
      // It is not there, or not all of it.
    }
    const aside = join(this.#folder, randomUUID());
    try {
      const { file: _, ...layer } = await make(aside);
      await rename(aside, file);
      await writeFile(note, JSON.stringify(layer));
      return { ...layer, file };
    } finally {
      await rm(aside, { force: true });
    }
  }
}

/**
 * Returns a folder of caches, from which it removes what has not been used for a month.
 *
 * @param environment - `XDG_CACHE_HOME` says where caches are; `~/.cache` by default.
 */
export async function cacheFolder(
  environment: Readonly<Record<string, string | undefined>>,
  name: "layers" | "roots",
): Promise<string> {
  const home = environment["XDG_CACHE_HOME"];
  const folder = join(home === undefined || home === "" ? join(homedir(), ".cache") : home, "poco", name);
  await mkdir(folder, { recursive: true });
  for (const each of await readdir(folder)) {
    const path = join(folder, each);
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > KEPT_MS) await rm(path, { recursive: true, force: true });
  }
  return folder;
}
