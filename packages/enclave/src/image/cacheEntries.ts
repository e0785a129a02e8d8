import { mkdtemp, rename, rm, utimes } from "node:fs/promises";
import { join } from "node:path";

import { removeFolder } from "../files/removeFolder.js";
import type { ContainerImage } from "./manifest.js";

/** An entry of the cache, present or reserved: a layer as in the registry, a partial layer, or an unpacked image. */
interface CacheEntry {
  isThere: boolean;
  /** The size on disk. */
  bytes: number;
  /** In milliseconds since 1970. */
  usedAt: number;
  /** The number of current users. */
  holders: number;
  readonly image?: ContainerImage;
}

/** The limits and names of a cache's folder. */
interface CacheFolder {
  /** The maximum disk space of all entries in bytes. Those in use are never removed. */
  readonly maxBytes: number;
  /** The name of a folder for what is being removed. */
  readonly temporary: string;
  /** The name of the file in the folder of an image whose time is that of its last use. */
  readonly note: string;
}

/** The entries of an image cache by their paths in its folder. The least recently used are removed when there is too much. */
export class CacheEntries {
  readonly #folder: string;
  readonly #options: CacheFolder;
  readonly #entries = new Map<string, CacheEntry>();
  #lastUse = 0;

  constructor(folder: string, options: CacheFolder) {
    this.#folder = folder;
    this.#options = options;
  }

  has(path: string): boolean {
    return this.#entries.get(path)?.isThere === true;
  }

  /** Returns the image of an entry that is held and present. */
  imageAt(path: string): ContainerImage {
    return this.#entries.get(path)!.image!;
  }

  /** Adds an entry that is on disk from earlier. */
  restore(path: string, found: Pick<CacheEntry, "bytes" | "usedAt" | "image">): void {
    this.#entries.set(path, { isThere: true, holders: 0, ...found });
  }

  /** Adds an entry that is on disk now. */
  add(path: string, bytes: number, image?: ContainerImage): void {
    const holders = this.#entries.get(path)?.holders ?? 0;
    const added = { isThere: true, bytes, usedAt: this.#now(), holders };
    this.#entries.set(path, image === undefined ? added : { ...added, image });
  }

  /** Protects an entry from being removed, even if it does not exist yet. Returns a function that ends this. */
  hold(path: string): () => void {
    const held = this.#entries.get(path) ?? { isThere: false, bytes: 0, usedAt: 0, holders: 0 };
    this.#entries.set(path, held);
    held.holders += 1;
    let isHeld = true;
    return () => {
      const entry = this.#entries.get(path);
      if (!isHeld || entry === undefined) return;
      isHeld = false;
      entry.holders -= 1;
      if (entry.holders === 0 && !entry.isThere) this.#entries.delete(path);
    };
  }

  /** Records that an entry is used now, also on disk. */
  async touch(path: string): Promise<void> {
    const entry = this.#entries.get(path);
    if (entry === undefined) return;
    entry.usedAt = this.#now();
    const file = join(this.#folder, path, entry.image === undefined ? "" : this.#options.note);
    const moment = new Date(entry.usedAt);
    await utimes(file, moment, moment).catch(() => undefined);
  }

  /** Removes the least recently used entries until `more` bytes fit. */
  async makeRoom(more = 0): Promise<void> {
    const { maxBytes } = this.#options;
    const free = [...this.#entries].filter(([, { holders }]) => holders === 0);
    let total = [...this.#entries.values()].reduce((sum, { bytes }) => sum + bytes, more);
    for (const [path, { bytes }] of free.toSorted(([, a], [, b]) => a.usedAt - b.usedAt)) {
      if (total <= maxBytes) return;
      // The entry may have come into use meanwhile.
      if (this.#entries.get(path)?.holders !== 0) continue;
      total -= bytes;
      await this.remove(path);
    }
  }

  /** Removes an entry from the disk. */
  async remove(path: string): Promise<void> {
    const entry = this.#entries.get(path);
    if (entry === undefined) return;
    if (entry.holders === 0) this.#entries.delete(path);
    else this.#entries.set(path, { isThere: false, bytes: 0, usedAt: 0, holders: entry.holders });
    if (entry.image === undefined) return rm(join(this.#folder, path), { force: true });
    // The folder is renamed first, since removing it takes time.
    const aside = await mkdtemp(join(this.#folder, this.#options.temporary, "removed-"));
    await rename(join(this.#folder, path), join(aside, "image"));
    await removeFolder(aside);
  }

  /** Returns a time later than all before, so that uses have an order. */
  #now(): number {
    this.#lastUse = Math.max(Date.now(), this.#lastUse + 1);
    return this.#lastUse;
  }
}
