import { areEqual } from "@poco-marketplace/enclave/attestation/bytes.js";
import type { Random } from "../../random.js";
import { childrenOf, contentOf, readTree, writeTree, type Tree } from "../derTree.js";
import { mutateBytes } from "./bytes.js";

/** A constructed value. */
export type Whole = Exclude<Tree, { raw: Uint8Array }>;

/** The positions of the fields of a certificate. */
export const FIELD = { version: 0, serial: 1, algorithm: 2, issuer: 3, validity: 4, subject: 5, key: 6, extensions: 7 };
const NAMES: readonly number[] = [FIELD.issuer, FIELD.subject];

/** The DER in `bytes`, if they are exactly one value. */
export function parsed(bytes: Uint8Array): Whole | undefined {
  try {
    const tree = readTree(bytes);
    return !("raw" in tree) && areEqual(writeTree(tree), bytes) ? tree : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Changes the signed part of a certificate through its fields, which may be changed in place. Bytes that are no longer a
 * certificate, as they were changed before, are changed anywhere.
 */
export function changeFields(random: Random, bytes: Uint8Array, change: (fields: Tree[]) => void): Uint8Array {
  const tree = parsed(bytes);
  if (tree === undefined || !("children" in tree) || tree.children.length < 8) return mutateBytes(random, bytes);
  try {
    change(tree.children);
  } catch (error) {
    if (error instanceof TypeError) return mutateBytes(random, bytes);
    throw error;
  }
  return writeTree(tree);
}

/** All extensions of a certificate. */
export function extensionsOf(fields: readonly Tree[]): Tree[] {
  return childrenOf(childrenOf(fields[FIELD.extensions]!)[0]!);
}

/** The OID of an extension, in hex. */
export function oidOf(extension: Tree): string {
  return contentOf(childrenOf(extension)[0]!);
}

/**
 * Changes one part anywhere within a value. Names are mostly left unchanged, since contracts only compare
 * them.
 */
export function changeSomewhere(
  random: Random,
  tree: Tree,
  change: (random: Random, tree: Whole) => Tree,
  avoided: readonly number[] = [],
): Tree {
  if ("raw" in tree) return tree;
  if ("children" in tree && tree.children.length > 0 && random.percent(85)) {
    let at = random.between(0, tree.children.length - 1);
    if (avoided.includes(at) && random.percent(95)) at = random.pick([FIELD.serial, FIELD.validity, FIELD.extensions]);
    const children = [...tree.children];
    children[Math.min(at, children.length - 1)] = changeSomewhere(random, children[at] ?? children.at(-1)!, change);
    return { tag: tree.tag, children };
  }
  // Extensions have DER in octet strings.
  const inner = "content" in tree && tree.content.length > 2 ? parsed(tree.content) : undefined;
  if (inner !== undefined && "children" in inner && random.percent(80)) {
    return { tag: tree.tag, content: writeTree(changeSomewhere(random, inner, change)) };
  }
  return change(random, tree);
}

/** Changes the signed part of a certificate anywhere. */
export function changeCertificate(
  random: Random,
  bytes: Uint8Array,
  change: (random: Random, tree: Whole) => Tree,
): Uint8Array {
  const tree = parsed(bytes);
  return tree === undefined ? mutateBytes(random, bytes) : writeTree(changeSomewhere(random, tree, change, NAMES));
}
