import { der } from "@poco-marketplace/enclave/attestation/simulated/derWriter.js";

/** A DER value that can be changed: one that contains others, one that does not, or bytes that need not be DER. */
export type Tree = { tag: number; children: Tree[] } | { tag: number; content: Uint8Array } | { raw: Uint8Array };

/** Reads well-formed DER. */
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

/** Writes it again. */
export function writeTree(tree: Tree): Uint8Array {
  if ("raw" in tree) return tree.raw;
  return der(tree.tag, ...("children" in tree ? tree.children.map(writeTree) : [tree.content]));
}

/** What a value contains. */
export function childrenOf(tree: Tree): Tree[] {
  if ("children" in tree) return tree.children;
  throw new TypeError("This value contains no others.");
}

/** The contents of a value that contains no others, in hex. */
export function contentOf(tree: Tree): string {
  return "content" in tree ? Buffer.from(tree.content).toString("hex") : "";
}

/** A value out of its tag and the hex digits of its contents. */
export function leaf(tag: number, hex: string): Tree {
  return { tag, content: Buffer.from(hex, "hex") };
}

/** Bytes that stand where a value should. */
export function raw(hex: string): Tree {
  return { raw: Buffer.from(hex, "hex") };
}
