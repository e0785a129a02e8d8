import { randomUUID } from "node:crypto";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import type { CID } from "multiformats/cid";

import { HttpError } from "../http/HttpError.js";
import { openBlockFiles, StoreNotWritableError, type BlockFiles } from "./blockFiles.js";

/** The limits of a store and of one upload to it. */
export interface Quota {
  /** The maximum disk space of all blocks together, in bytes. */
  readonly maxStored: number;
  /** The maximum number of blocks of all uploads together, each of which is a file. */
  readonly maxBlocks: number;
  /** The maximum number of blocks of one upload. */
  readonly maxUploadBlocks: number;
}

/** The folder of blocks whose upload is not complete. */
const FOLDER = ".uploads";
/** The smallest unit of disk space, in bytes. */
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
   * Begins an upload. Before the first one, the stored blocks are counted, and unfinished uploads of an earlier process
   * are removed.
   *
   * @throws {@link StoreNotWritableError}
   */
  async begin(): Promise<Upload> {
    this.#counted ??= this.#count();
    try {
      await this.#counted;
    } catch (cause) {
      // A folder that cannot be read now may be readable later.
      this.#counted = undefined;
      throw new StoreNotWritableError(this.folder, { cause });
    }
    return new Upload(this, join(this.folder, FOLDER, randomUUID()));
  }

  /** @throws {@link HttpError} 507 if there is no room for a block of this size */
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
        // A process ended while it wrote this block, so the file is incomplete.
        if (name.endsWith(".draft")) await rm(file, { force: true });
        else this.#add((await stat(file)).size);
      }
    }
  }
}

/** The blocks of one request, which are added to the store all together or not at all. */
export class Upload {
  readonly #uploads: Uploads;
  readonly #folder: string;
  readonly #staged: BlockFiles;
  /** Sizes of the blocks by their files, in the order in which they came: a node after its children. */
  readonly #sizes = new Map<string, number>();
  /** The pending writes: several blocks at a time, even while one of them ends the upload. */
  readonly #writing = new Set<Promise<void>>();
  #isOver = false;

  /** @param folder - The folder of the blocks until they are kept. */
  constructor(uploads: Uploads, folder: string) {
    this.#uploads = uploads;
    this.#folder = folder;
    this.#staged = openBlockFiles(folder);
  }

  /** @throws {@link HttpError} 413 and 507 if there is no room; {@link StoreNotWritableError} */
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
   * Moves the blocks into the store.
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
        // A concurrent upload may have stored the same block.
        if (await isThere(target)) this.#uploads.giveBack(size);
        await rename(file, target);
      } catch (cause) {
        throw new StoreNotWritableError(folder, { cause });
      }
      this.#sizes.delete(file);
    }
  }

  /** Removes all blocks that were not kept. */
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
    // The same block may have arrived during the check whether the store has it.
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

/** Returns the disk space of a file with this many bytes, in bytes. */
function spaceOf(size: number): number {
  return Math.max(size, PAGE);
}

async function isThere(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined)) !== undefined;
}

/** Lists the contents of a folder; nothing if there is no folder. */
async function listOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}
