import { der } from "@poco-marketplace/enclave/attestation/simulated/derWriter.js";

/** A DER value that can be changed: constructed, primitive, or bytes that need not be DER. */
export type Tree = { tag: number; children: Tree[] } | { tag: number; content: Uint8Array } | { raw: Uint8Array };

/** Parses well-formed DER. */
export function readTree(bytes: Uint8Array): Tree {
  return readTrees(bytes)[0]!;
}

function readTrees(bytes: Uint8Array): Tree[] {
  const trees: Tree[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const tag = bytes[offset]!;
    const first = bytes[offset + 1]!;
    const size = first < 0x80 ? 0 : first - 0x80;
    const length = size === 0 ? first : Buffer.from(bytes).readUIntBE(offset + 2, size);
    const start = offset + 2 + size;
    const content = bytes.subarray(start, start + length);
    trees.push((tag & 0x20) === 0 ? { tag, content } : { tag, children: readTrees(content) });
    offset = start + length;
  }
  return trees;
}

/** Encodes a tree as DER. */
export function writeTree(tree: Tree): Uint8Array {
  if ("raw" in tree) return tree.raw;
  return der(tree.tag, ...("children" in tree ? tree.children.map(writeTree) : [tree.content]));
}

/** The members of a value. */
export function childrenOf(tree: Tree): Tree[] {
  if ("children" in tree) return tree.children;
  throw new TypeError("This value contains no others.");
}

/** The contents of a primitive value, in hex. */
export function contentOf(tree: Tree): string {
  return "content" in tree ? Buffer.from(tree.content).toString("hex") : "";
}

/** A value with this tag and these contents, in hex. */
export function leaf(tag: number, hex: string): Tree {
  return { tag, content: Buffer.from(hex, "hex") };
}

/** Raw bytes in place of a value. */
export function raw(hex: string): Tree {
  return { raw: Buffer.from(hex, "hex") };
}
