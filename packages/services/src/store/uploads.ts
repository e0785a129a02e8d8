import { randomUUID } from "node:crypto";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import type { CID } from "multiformats/cid";

import { HttpError } from "../http/HttpError.js";
import { openBlockFiles, StoreNotWritableError, type BlockFiles } from "./blockFiles.js";

/** What a store, and one upload to it, may take. */
export interface Quota {
  /** Bytes on disk of all blocks together. */
  readonly maxStored: number;
  /** Blocks of all uploads together: each is a file. */
  readonly maxBlocks: number;
  /** Blocks of one upload. */
  readonly maxUploadBlocks: number;
}

/** Where blocks lie until their upload is whole. */
const FOLDER = ".uploads";
/** What a file takes at the least, in bytes. */
const PAGE = 4_096;

/** The blocks of a folder, and the uploads to it. Only one process may add to a folder. */
export class Uploads {
  readonly folder: string;
  readonly blocks: BlockFiles;
  readonly quota: Quota;
  readonly #used = { bytes: 0, blocks: 0 };
  #counted: Promise<void> | undefined;

  constructor(folder: string, blocks: BlockFiles, quota: Quota) {
    this.folder = folder;
    this.blocks = blocks;
    this.quota = quota;
  }

  /**
   * Begins an upload. Before the first one, what is stored is counted, and what uploads of an earlier process left is
   * removed.
   *
   * @throws {@link StoreNotWritableError}
   */
  async begin(): Promise<Upload> {
    this.#counted ??= this.#count();
    try {
      await this.#counted;
    } catch (cause) {
      // What cannot be read now may be readable later.
      this.#counted = undefined;
      throw new StoreNotWritableError(this.folder, { cause });
    }
    return new Upload(this, join(this.folder, FOLDER, randomUUID()));
  }

  /** @throws {@link HttpError} 507 when there is no room for a block of this size */
  take(size: number): void {
    const { maxStored, maxBlocks } = this.quota;
    const { bytes, blocks } = this.#used;
    if (bytes + spaceOf(size) > maxStored || blocks >= maxBlocks) {
      throw new HttpError(
        507,
        `The content store is full (${bytes} of ${maxStored} bytes, ${blocks} of ${maxBlocks} blocks): its operator has ` +
          "to allow it more.",
      );
    }
    this.#add(size);
  }

  giveBack(size: number): void {
    this.#used.bytes -= spaceOf(size);
    this.#used.blocks--;
  }

  #add(size: number): void {
    this.#used.bytes += spaceOf(size);
    this.#used.blocks++;
  }

  async #count(): Promise<void> {
    [this.#used.bytes, this.#used.blocks] = [0, 0];
    await rm(join(this.folder, FOLDER), { recursive: true, force: true });
    for (const shard of await listOf(this.folder)) {
      for (const name of await listOf(join(this.folder, shard))) {
        const file = join(this.folder, shard, name);
        // A block that was being written when the process ended is nothing.
        if (name.endsWith(".draft")) await rm(file, { force: true });
        else this.#add((await stat(file)).size);
      }
    }
  }
}

/** The blocks of one request, which become the store's all together or not at all. */
export class Upload {
  readonly #uploads: Uploads;
  readonly #folder: string;
  readonly #staged: BlockFiles;
  /** Sizes of the blocks by their files, in the order in which they came: a node after its children. */
  readonly #sizes = new Map<string, number>();
  /** What is being written: several blocks at a time, also when one of them ends the upload. */
  readonly #writing = new Set<Promise<void>>();
  #isOver = false;

  /** @param folder - Where the blocks lie until they are kept. */
  constructor(uploads: Uploads, folder: string) {
    this.#uploads = uploads;
    this.#folder = folder;
    this.#staged = openBlockFiles(folder);
  }

  /** @throws {@link HttpError} 413 and 507 when there is no room; {@link StoreNotWritableError} */
  async put(cid: CID, bytes: Uint8Array): Promise<void> {
    const written = this.#write(cid, bytes);
    this.#writing.add(written);
    try {
      await written;
    } finally {
      this.#writing.delete(written);
    }
  }

  async get(cid: CID): Promise<Uint8Array | undefined> {
    return (await this.#staged.get(cid)) ?? this.#uploads.blocks.get(cid);
  }

  /**
   * Makes the blocks the store's.
   *
   * @throws {@link StoreNotWritableError}
   */
  async keep(): Promise<void> {
    const { folder } = this.#uploads;
    for (const [file, size] of this.#sizes) {
      const shard = join(folder, basename(dirname(file)));
      const target = join(shard, basename(file));
      try {
        await mkdir(shard, { recursive: true, mode: 0o700 });
        // Another upload may have brought the same block meanwhile.
        if (await isThere(target)) this.#uploads.giveBack(size);
        await rename(file, target);
      } catch (cause) {
        throw new StoreNotWritableError(folder, { cause });
      }
      this.#sizes.delete(file);
    }
  }

  /** Removes all blocks that are not kept. */
  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.allSettled(this.#writing);
    for (const size of this.#sizes.values()) this.#uploads.giveBack(size);
    this.#sizes.clear();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #write(cid: CID, bytes: Uint8Array): Promise<void> {
    const { blocks, quota } = this.#uploads;
    const file = this.#staged.fileOf(cid);
    if (this.#sizes.has(file) || (await blocks.has(cid))) return;
    if (this.#isOver) throw new Error("The upload is over.");
    // The same block may have come while the store was asked for it.
    if (this.#sizes.has(file)) return;
    if (this.#sizes.size >= quota.maxUploadBlocks) {
      const most = quota.maxUploadBlocks;
      throw new HttpError(413, `This is more than the ${most} blocks that may be added at once: add less.`);
    }
    this.#uploads.take(bytes.length);
    this.#sizes.set(file, bytes.length);
    await this.#staged.put(cid, bytes);
  }
}

/** The space that a file of this many bytes takes on disk, in bytes. */
function spaceOf(size: number): number {
  return Math.max(size, PAGE);
}

async function isThere(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined)) !== undefined;
}

/** What is in a folder; nothing where there is none. */
async function listOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}
