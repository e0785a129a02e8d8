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

/** The blocks of one request, which become the store's all together or not at all. */
export interface Upload {
  /** @throws {@link HttpError} 413 and 507 when there is no room; {@link StoreNotWritableError} */
  readonly put: BlockFiles["put"];
  readonly get: BlockFiles["get"];
  /** The store keeps them. */
  keep(): Promise<void>;
  /** Nothing is left of them, but what was kept. */
  end(): Promise<void>;
}

/** Where blocks lie until their upload is whole. */
const FOLDER = ".uploads";
/** What a file takes at the least, in bytes. */
const PAGE = 4_096;

/**
 * Uploads to the blocks in a folder. What an upload that never ended left there, in this process or one before it, is
 * removed; only one process may add to a folder.
 */
export function openUploads(folder: string, blocks: BlockFiles, quota: Quota): { begin(): Promise<Upload> } {
  const waiting = join(folder, FOLDER);
  const used = { bytes: 0, blocks: 0 };
  let ready: Promise<void> | undefined;

  async function prepare(): Promise<void> {
    try {
      await countAll();
    } catch (cause) {
      // What could not be looked at now may be later.
      ready = undefined;
      throw new StoreNotWritableError(folder, { cause });
    }
  }

  async function countAll(): Promise<void> {
    [used.bytes, used.blocks] = [0, 0];
    await rm(waiting, { recursive: true, force: true });
    for (const shard of await listOf(folder)) {
      for (const name of await listOf(join(folder, shard))) {
        const file = join(folder, shard, name);
        // A block that was being written when the process ended is nothing.
        if (name.endsWith(".draft")) await rm(file, { force: true });
        else take((await stat(file)).size);
      }
    }
  }

  function take(size: number): void {
    used.bytes += Math.max(size, PAGE);
    used.blocks++;
  }

  function giveBack(size: number): void {
    used.bytes -= Math.max(size, PAGE);
    used.blocks--;
  }

  function assertRoom(size: number): void {
    if (used.bytes + Math.max(size, PAGE) > quota.maxStored || used.blocks >= quota.maxBlocks) {
      throw new HttpError(
        507,
        `The content store is full (${used.bytes} of ${quota.maxStored} bytes, ${used.blocks} of ${quota.maxBlocks} ` +
          "blocks): its operator has to allow it more.",
      );
    }
  }

  return {
    async begin() {
      ready ??= prepare();
      await ready;
      const place = join(waiting, randomUUID());
      const staged = openBlockFiles(place);
      /** By their files, in the order in which they came: a node after its children. */
      const sizes = new Map<string, number>();
      /** What is being written: several blocks at a time, also when one of them ends the upload. */
      const writing = new Set<Promise<void>>();
      let isOver = false;

      async function write(cid: CID, bytes: Uint8Array): Promise<void> {
        const file = staged.fileOf(cid);
        if (sizes.has(file) || (await blocks.has(cid))) return;
        if (isOver) throw new Error("The upload is over.");
        if (sizes.has(file)) return;
        if (sizes.size >= quota.maxUploadBlocks) {
          const most = quota.maxUploadBlocks;
          throw new HttpError(413, `This is more than the ${most} blocks that may be added at once: add less.`);
        }
        assertRoom(bytes.length);
        take(bytes.length);
        sizes.set(file, bytes.length);
        await staged.put(cid, bytes);
      }

      return {
        async put(cid, bytes) {
          const written = write(cid, bytes);
          writing.add(written);
          try {
            await written;
          } finally {
            writing.delete(written);
          }
        },

        get: async (cid: CID) => (await staged.get(cid)) ?? blocks.get(cid),

        async keep() {
          for (const [file, size] of sizes) {
            const shard = join(folder, basename(dirname(file)));
            const target = join(shard, basename(file));
            try {
              await mkdir(shard, { recursive: true, mode: 0o700 });
              // Another upload may have brought the same block meanwhile.
              if (await isThere(target)) giveBack(size);
              await rename(file, target);
            } catch (cause) {
              throw new StoreNotWritableError(folder, { cause });
            }
            sizes.delete(file);
          }
        },

        async end() {
          isOver = true;
          await Promise.allSettled(writing);
          for (const size of sizes.values()) giveBack(size);
          sizes.clear();
          await rm(place, { recursive: true, force: true });
        },
      };
    },
  };
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
