// This file connects IPFS's importer and exporter of files to the store's blocks.

import type { ImporterOptions } from "ipfs-unixfs-importer";
import { fixedSize } from "ipfs-unixfs-importer/chunker";
import { balanced, trickle } from "ipfs-unixfs-importer/layout";
import type { CID } from "multiformats/cid";

import type { BlockFiles } from "./blockFiles.js";

/** The shape of the tree of blocks that a file becomes: it determines the file's identifier. */
export interface TreeShape {
  /** 0 (`Qm…`) or 1 (`bafy…`, `bafk…`). */
  readonly cidVersion: 0 | 1;
  /** Whether a leaf is the plain bytes, without an envelope. */
  readonly rawLeaves: boolean;
  /** The maximum length of a leaf, in bytes. */
  readonly chunkLength: number;
  /** The layout of the tree: `balanced` as usual, `trickle` for streams. */
  readonly layout: "balanced" | "trickle";
}

/** The chunk length of `ipfs add`, in bytes. */
export const CHUNK_LENGTH = 262_144;
const LINKS_PER_NODE = 174;
/** The number of a file's blocks that are written, and held in memory, at the same time. */
const CONCURRENT_WRITES = 8;

/** Returns the shape that `ipfs add` uses for a version by default: leaves are raw in version 1 only. */
export function usualShape(cidVersion: 0 | 1): TreeShape {
  return { cidVersion, rawLeaves: cidVersion === 1, chunkLength: CHUNK_LENGTH, layout: "balanced" };
}

/** Converts a shape to options of the importer. Files are imported one after the other, in the order of a request. */
export function importerOptions({ cidVersion, rawLeaves, chunkLength, layout }: TreeShape): ImporterOptions {
  return {
    cidVersion,
    rawLeaves,
    fieldOrder: "links-first",
    chunker: fixedSize({ chunkSize: chunkLength }),
    ...(layout === "balanced"
      ? { layout: balanced({ maxChildrenPerNode: LINKS_PER_NODE }) }
      : { layout: trickle(), leafType: "raw", reduceSingleLeafToSelf: false }),
    fileImportConcurrency: 1,
    blockWriteConcurrency: CONCURRENT_WRITES,
  };
}

/**
 * Adapts blocks for the importer, which writes a node after its children: so an identifier that is present is complete.
 */
export function writeInto(blocks: Pick<BlockFiles, "put">) {
  return {
    async put(cid: CID, bytes: Pieces) {
      await blocks.put(cid, await concatenate(bytes));
      return cid;
    },
  };
}

/** Adapts blocks for the exporter; `missing` makes the error for a missing block. */
export function readFrom(blocks: Pick<BlockFiles, "get">, missing: () => Error) {
  return {
    async *get(cid: CID) {
      const block = await blocks.get(cid);
      if (block === undefined) throw missing();
      yield block;
    },
  };
}

type Pieces = Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** Joins pieces into one array. */
export async function concatenate(pieces: Pieces): Promise<Uint8Array> {
  if (pieces instanceof Uint8Array) return pieces;
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}
