import { TAG } from "@poco-marketplace/enclave/attestation/der.js";
import { childrenOf, leaf, raw, readTree, writeTree, type Tree } from "../../harness/fuzz/derTree.js";
import { certificate, extension, OID } from "./forge.js";
import type { Fate, Mutant } from "./mutant.js";

/** A PCK certificate that says something else about the platform. */
function facts(name: string, fate: Fate, change: (items: Tree[]) => void, because?: string): Mutant {
  return certificate(
    "pck",
    name,
    fate,
    (fields) => {
      const parts = extension(fields, OID.sgx);
      const list = readTree("content" in parts[1]! ? parts[1].content : new Uint8Array());
      change(childrenOf(list));
      parts[1] = { tag: TAG.OCTET_STRING, content: writeTree(list) };
    },
    because,
  );
}

/** Lets the item at that place have another value. */
const value = (index: number, tree: Tree) => (items: Tree[]) => {
  childrenOf(items[index]!)[1] = tree;
};
/** The same among the security versions. */
const svn = (index: number, hex: string) => (items: Tree[]) => {
  const list = childrenOf(childrenOf(items[1]!)[1]!);
  childrenOf(list[index]!)[1] = leaf(TAG.INTEGER, hex);
};
const configuration = (items: Tree[]) => childrenOf(childrenOf(items[6]!)[1]!);

export const SGX_EXTENSION_MUTANTS: readonly Mutant[] = [
  facts("an SVN of 255 in two bytes", "believed", svn(0, "00ff")),
  facts("an SVN of 128 in two bytes", "believed", svn(15, "0080")),
  facts("an SVN of 255 in one byte", "MalformedDer", svn(0, "ff"), "negative"),
  facts("an SVN of 127 in two bytes", "MalformedDer", svn(0, "007f"), "longer than"),
  facts("an SVN of 256", "MalformedDer", svn(3, "0100"), "above 255"),
  facts("an SVN without digits", "MalformedDer", svn(3, ""), "no digits"),
  facts("an SVN of many digits", "MalformedDer", svn(3, "01".repeat(40)), "above 255"),
  facts("a PCE SVN of 65535", "believed", svn(16, "00ffff")),
  facts("a PCE SVN of 65536", "MalformedDer", svn(16, "010000"), "above 65535"),
  facts(
    "15 SVNs",
    "MalformedDer",
    (items) => {
      childrenOf(childrenOf(items[1]!)[1]!).splice(15, 1);
    },
    "item 2.16",
  ),
  facts(
    "SVNs in another order",
    "MalformedDer",
    (items) => {
      const list = childrenOf(childrenOf(items[1]!)[1]!);
      list.splice(0, 2, list[1]!, list[0]!);
    },
    "item 2.1",
  ),
  facts(
    "an SVN twice",
    "MalformedDer",
    (items) => {
      const list = childrenOf(childrenOf(items[1]!)[1]!);
      list.splice(1, 0, list[0]!);
    },
    "item 2.2",
  ),
  facts(
    "something after the versions",
    "MalformedDer",
    (items) => void childrenOf(items[1]!).push(raw("0500")),
    "more than",
  ),
  facts(
    "something after the configuration",
    "MalformedDer",
    (items) => void childrenOf(items[6]!).push(raw("0500")),
    "more than",
  ),
  facts("a configuration of four", "MalformedDer", (items) => void configuration(items).push(raw("3000")), "more than"),
  facts(
    "a 19th version",
    "MalformedDer",
    (items) => void childrenOf(childrenOf(items[1]!)[1]!).push(raw("3000")),
    "more than",
  ),
  facts("an identifier of 15 bytes", "MalformedDer", value(0, leaf(TAG.OCTET_STRING, "aa".repeat(15))), "not 16"),
  facts("an identifier that is a number", "MalformedDer", value(0, leaf(TAG.INTEGER, "01")), "tag 2"),
  facts("a PCE id of 3 bytes", "MalformedDer", value(2, leaf(TAG.OCTET_STRING, "000000")), "not 2"),
  facts("a model of 5 bytes", "MalformedDer", value(3, leaf(TAG.OCTET_STRING, "aa".repeat(5))), "not 6"),
  facts("another kind of memory", "believed", value(4, leaf(TAG.ENUMERATED, "02"))),
  facts("an unknown kind of memory", "MalformedDer", value(4, leaf(TAG.ENUMERATED, "03")), "above 2"),
  facts("a kind of memory that is not an enumeration", "MalformedDer", value(4, leaf(TAG.INTEGER, "01"))),
  facts("no configuration", "believed", (items) => void items.pop()),
  facts("neither instance nor configuration", "believed", (items) => void items.splice(5, 2)),
  facts("a configuration without an instance", "MalformedDer", (items) => void items.splice(5, 1), "item 6"),
  facts("an instance of 17 bytes", "MalformedDer", value(5, leaf(TAG.OCTET_STRING, "aa".repeat(17))), "not 16"),
  facts("a configuration of one", "MalformedDer", (items) => void configuration(items).splice(1, 2), "should be"),
  facts(
    "a configuration with a truth value of one",
    "MalformedDer",
    (items) => {
      childrenOf(configuration(items)[0]!)[1] = leaf(TAG.BOOLEAN, "01");
    },
    "neither 00 nor ff",
  ),
  facts("a configuration that is false", "believed", (items) => {
    childrenOf(configuration(items)[0]!)[1] = leaf(TAG.BOOLEAN, "00");
  }),
  facts("an eighth item", "MalformedDer", (items) => void items.push(raw("3000")), "more than"),
  facts("items in another order", "MalformedDer", (items) => void items.splice(0, 2, items[1]!, items[0]!), "item 1"),
  facts(
    "an item of another arc",
    "MalformedDer",
    (items) => {
      childrenOf(items[0]!)[0] = leaf(TAG.OID, "2a864886f84d010d0201");
    },
    "item 1",
  ),
  facts("an item of three parts", "MalformedDer", (items) => void childrenOf(items[0]!).push(raw("0500")), "more than"),
  facts("nothing", "MalformedDer", (items) => void items.splice(0), "should be"),
  certificate(
    "pck",
    "a second list of facts",
    "MalformedDer",
    (fields) => {
      const parts = extension(fields, OID.sgx);
      const content = "content" in parts[1]! ? parts[1].content : new Uint8Array();
      parts[1] = { tag: TAG.OCTET_STRING, content: Buffer.concat([content, content]) };
    },
    "more than",
  ),
];
