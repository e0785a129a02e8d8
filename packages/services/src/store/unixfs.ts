import type { ImporterOptions } from "ipfs-unixfs-importer";
import { fixedSize } from "ipfs-unixfs-importer/chunker";
import { balanced, trickle } from "ipfs-unixfs-importer/layout";
import type { CID } from "multiformats/cid";

import type { BlockFiles } from "./blockFiles.js";

/** How a file becomes a tree of blocks: whatever is said here changes the file's identifier. */
export interface TreeShape {
  /** 0 (`Qm…`) or 1 (`bafy…`, `bafk…`). */
  readonly cidVersion: 0 | 1;
  /** Whether a leaf is the bytes alone, without an envelope. */
  readonly rawLeaves: boolean;
  /** The most bytes that a leaf has. */
  readonly chunkLength: number;
  /** How leaves hang together: `balanced` as usual, `trickle` for streams. */
  readonly layout: "balanced" | "trickle";
}

/** The chunks of `ipfs add`, in bytes. */
export const CHUNK_LENGTH = 262_144;
const LINKS_PER_NODE = 174;
/** How many blocks of a file are written at a time; each is in memory meanwhile. */
const CONCURRENT_WRITES = 8;

/** What `ipfs add` does for a version when told nothing else: leaves are raw in version 1 only. */
export function usualShape(cidVersion: 0 | 1): TreeShape {
  return { cidVersion, rawLeaves: cidVersion === 1, chunkLength: CHUNK_LENGTH, layout: "balanced" };
}

/** A shape as the importer takes it. Files come one after the other, as a request brings them. */
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

/** Blocks as the importer writes them. It writes a node after its children, so a name that is present is complete. */
export function writeInto(blocks: Pick<BlockFiles, "put">) {
  return {
    async put(cid: CID, bytes: Pieces) {
      await blocks.put(cid, await concatenate(bytes));
      return cid;
    },
  };
}

/** Blocks as the exporter reads them; `missing` makes the error for one that is not there. */
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

/** All pieces as one. */
export async function concatenate(pieces: Pieces): Promise<Uint8Array> {
  if (pieces instanceof Uint8Array) return pieces;
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}
