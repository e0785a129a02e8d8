import { exporter } from "ipfs-unixfs-exporter";
import { importBytes } from "ipfs-unixfs-importer";
import { CID } from "multiformats/cid";

import { openBlockFiles } from "./blockFiles.js";
import { concatenate, importerOptions, readFrom, usualShape, writeInto } from "./unixfs.js";

/** A store of files that are named after their contents. */
export type ContentStore = {
  /**
   * Stores a file and returns the content identifier that IPFS gives it.
   *
   * @throws {@link StoreNotWritableError}
   */
  readonly put: (file: Uint8Array) => Promise<string>;
  /**
   * Returns the file with this identifier, every block checked against its hash.
   *
   * @throws {@link InvalidCidError}, {@link UnknownCidError}, {@link CorruptBlockError}
   */
  readonly get: (cid: string) => Promise<Uint8Array>;
};

/** The options for naming files. */
export type ContentStoreOptions = {
  /** 0 (`Qm…`, the only one that fits in a dataset's multiaddr; the default) or 1 (`bafy…`, `bafk…`). */
  readonly cidVersion?: 0 | 1;
};

/** Text that is not a content identifier. */
export class InvalidCidError extends Error {
  override readonly name = "InvalidCidError";
  readonly cid: string;

  constructor(cid: string, options?: ErrorOptions) {
    super(
      `"${cid}" is not a content identifier: give it as \`put\` returned it (Qm… or baf…), without a path.`,
      options,
    );
    this.cid = cid;
  }
}

/** A file that this store does not have, or has only in part. */
export class UnknownCidError extends Error {
  override readonly name = "UnknownCidError";
  readonly cid: string;

  constructor(cid: string, options?: ErrorOptions) {
    super(`No file ${cid} is in the content store: put it there first, or look in the store that holds it.`, options);
    this.cid = cid;
  }
}

/** An identifier of something other than a file. */
export class NotAFileError extends Error {
  override readonly name = "NotAFileError";

  constructor(cid: string, type: string) {
    super(`${cid} names a ${type}, not a file: give the identifier of one of the files in it.`);
  }
}

const DAG_PB = 0x70;
const RAW = 0x55;

/** Opens a content store in a folder, which is created with the first file. */
export function openContentStore(folder: string, { cidVersion = 0 }: ContentStoreOptions = {}): ContentStore {
  const blocks = openBlockFiles(folder);
  const shape = importerOptions(usualShape(cidVersion));

  return {
    async put(file) {
      const { cid } = await importBytes(file, writeInto(blocks), shape);
      return cid.toString();
    },

    async get(name) {
      const source = readFrom(blocks, () => new UnknownCidError(name));
      const entry = await exporter(parseCid(name), source);
      if (entry.type !== "file" && entry.type !== "raw") throw new NotAFileError(name, entry.type);
      return concatenate(entry.content());
    },
  };
}

/**
 * Parses the identifier of a file or a folder.
 *
 * @throws {@link InvalidCidError}, {@link NotAFileError}
 */
export function parseCid(text: string): CID {
  let cid: CID;
  try {
    cid = CID.parse(text);
  } catch (cause) {
    throw new InvalidCidError(text, { cause });
  }
  if (cid.code !== DAG_PB && cid.code !== RAW) throw new NotAFileError(text, `block with codec ${cid.code}`);
  return cid;
}
