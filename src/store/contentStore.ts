import { exporter } from "ipfs-unixfs-exporter";
import { importBytes, type ImporterOptions } from "ipfs-unixfs-importer";
import { fixedSize } from "ipfs-unixfs-importer/chunker";
import { balanced } from "ipfs-unixfs-importer/layout";
import { CID } from "multiformats/cid";

import { openBlockFiles } from "./blockFiles.js";

/** Files that are named after what is in them. */
export type ContentStore = {
  /**
   * Stores a file and gives the content identifier that IPFS gives it.
   *
   * @throws {@link StoreNotWritableError}
   */
  readonly put: (file: Uint8Array) => Promise<string>;
  /**
   * The file of that name, every block checked against its hash.
   *
   * @throws {@link InvalidCidError}, {@link UnknownCidError}, {@link CorruptBlockError}
   */
  readonly get: (cid: string) => Promise<Uint8Array>;
};

/** How a store names files. */
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

/** A file that this store does not hold, or not whole. */
export class UnknownCidError extends Error {
  override readonly name = "UnknownCidError";
  readonly cid: string;

  constructor(cid: string, options?: ErrorOptions) {
    super(`No file ${cid} is in the content store: put it there first, or look in the store that holds it.`, options);
    this.cid = cid;
  }
}

/** A name that belongs to something else than a file. */
export class NotAFileError extends Error {
  override readonly name = "NotAFileError";

  constructor(cid: string, type: string) {
    super(`${cid} names a ${type}, not a file: give the identifier of one of the files in it.`);
  }
}

// What `ipfs add` does by default: 256 KiB chunks in a balanced tree of 174 links a node, leaves raw in version 1 only.
const CHUNK_LENGTH = 262_144;
const LINKS_PER_NODE = 174;

const DAG_PB = 0x70;
const RAW = 0x55;

/** A content store in a folder, which is made when the first file arrives. */
export function openContentStore(folder: string, { cidVersion = 0 }: ContentStoreOptions = {}): ContentStore {
  const blocks = openBlockFiles(folder);
  const importing: ImporterOptions = {
    cidVersion,
    rawLeaves: cidVersion === 1,
    fieldOrder: "links-first",
    chunker: fixedSize({ chunkSize: CHUNK_LENGTH }),
    layout: balanced({ maxChildrenPerNode: LINKS_PER_NODE }),
  };

  return {
    async put(file) {
      const target = {
        async put(cid: CID, bytes: Parameters<typeof concatenate>[0]) {
          await blocks.put(cid, await concatenate(bytes));
          return cid;
        },
      };
      // The importer writes a node after its children, so a name that is present is complete.
      const { cid } = await importBytes(file, target, importing);
      return cid.toString();
    },

    async get(name) {
      const source = {
        async *get(cid: CID) {
          const block = await blocks.get(cid);
          if (block === undefined) throw new UnknownCidError(name);
          yield block;
        },
      };
      const entry = await exporter(parseCid(name), source);
      if (entry.type !== "file" && entry.type !== "raw") throw new NotAFileError(name, entry.type);
      return concatenate(entry.content());
    },
  };
}

async function concatenate(pieces: Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  if (pieces instanceof Uint8Array) return pieces;
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

function parseCid(text: string): CID {
  let cid: CID;
  try {
    cid = CID.parse(text);
  } catch (cause) {
    throw new InvalidCidError(text, { cause });
  }
  if (cid.code !== DAG_PB && cid.code !== RAW) throw new NotAFileError(text, `block with codec ${cid.code}`);
  return cid;
}
