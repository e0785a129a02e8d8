import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

import { base32upper } from "multiformats/bases/base32";
import type { CID } from "multiformats/cid";

import { OWNER_FILE, OWNER_FOLDER } from "@poco-marketplace/enclave/files/ownerOnly.js";

/** A block that was modified on disk. */
export class CorruptBlockError extends Error {
  override readonly name = "CorruptBlockError";
  readonly file: string;

  constructor(cid: string, file: string) {
    super(`Block ${cid} in ${file} no longer matches its hash: delete that file and store its content again.`);
    this.file = file;
  }
}

/** A folder that cannot hold blocks. */
export class StoreNotWritableError extends Error {
  override readonly name = "StoreNotWritableError";

  constructor(folder: string, options: ErrorOptions) {
    const reason = options.cause instanceof Error ? options.cause.message : String(options.cause);
    super(
      `The content store in ${folder} cannot be written (${reason}): make room there or choose another folder.`,
      options,
    );
  }
}

/** Content-addressed blocks, one file each. */
export type BlockFiles = {
  /** Writes a block atomically, even if the same block is written concurrently. */
  readonly put: (cid: CID, bytes: Uint8Array) => Promise<void>;
  /** Returns the block, checked against its hash; undefined if it is missing. */
  readonly get: (cid: CID) => Promise<Uint8Array | undefined>;
  /** Whether a block is present and intact. */
  readonly has: (cid: CID) => Promise<boolean>;
  /** Returns the path of a block's file, whether or not the block is present. */
  readonly fileOf: (cid: CID) => string;
};

const SHA2_256 = 0x12;

/**
 * Stores blocks in a folder, laid out like Helia's file store, so that such an IPFS node can serve them.
 *
 * Blocks are named after their hash alone, so versions 0 and 1 of an identifier share one.
 */
export function openBlockFiles(folder: string): BlockFiles {
  const fileOf = (cid: CID) => {
    const name = base32upper.encode(cid.multihash.bytes);
    return join(folder, name.slice(-2), `${name}.data`);
  };

  return {
    fileOf,

    async has(cid) {
      const bytes = await readIfPresent(fileOf(cid));
      return bytes !== undefined && matches(bytes, cid);
    },

    async put(cid, bytes) {
      const file = fileOf(cid);
      const present = await readIfPresent(file);
      if (present !== undefined && Buffer.compare(present, bytes) === 0) return;
      try {
        await writeAtomically(file, bytes);
      } catch (cause) {
        throw new StoreNotWritableError(folder, { cause });
      }
    },

    async get(cid) {
      const file = fileOf(cid);
      const bytes = await readIfPresent(file);
      if (bytes !== undefined && !matches(bytes, cid)) throw new CorruptBlockError(cid.toString(), file);
      return bytes;
    },
  };
}

async function writeAtomically(file: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: OWNER_FOLDER });
  const draft = `${file}.${randomUUID()}.draft`;
  try {
    const handle = await open(draft, "wx", OWNER_FILE);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

async function readIfPresent(file: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"))
      return undefined;
    throw error;
  }
}

function matches(bytes: Uint8Array, { multihash }: CID): boolean {
  if (multihash.code !== SHA2_256) return false;
  return createHash("sha256").update(bytes).digest().equals(multihash.digest);
}
