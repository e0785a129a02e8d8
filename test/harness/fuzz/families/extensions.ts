import { SGX_ARC } from "@poco-marketplace/enclave/attestation/sgxExtension.js";
import { der } from "@poco-marketplace/enclave/attestation/simulated/derWriter.js";
import type { Random } from "../../random.js";
import { childrenOf, writeTree, type Tree } from "../derTree.js";
import { INTERESTING, mutateBytes, noise } from "./bytes.js";
import type { Family } from "./family.js";
import { changeFields, changeSomewhere, extensionsOf, oidOf, parsed } from "./trees.js";

const SIGNED = ["pck signed", "pck signed", "intermediate signed", "root signed"] as const;
const OID = {
  authorityKeyId: "551d23",
  subjectKeyId: "551d0e",
  keyUsage: "551d0f",
  basicConstraints: "551d13",
  distributionPoints: "551d1f",
  sgx: Buffer.from(SGX_ARC).toString("hex"),
};
const KNOWN = Object.values(OID);
const UNKNOWN = [
  "551d20",
  "551d00",
  "551dff",
  "551d80",
  "55",
  "",
  "80",
  "8001",
  "5580",
  "550181",
  "2a864886f84d010d02",
];
const LONG_OIDS = ["55".repeat(10), "55".repeat(32), "81".repeat(40) + "01", "55".repeat(127), "55".repeat(128)];

/** The contents of extensions, in hex: valid ones, those at a boundary, and those beyond. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  [OID.basicConstraints]: [
    ..."3000 30030101ff 3003010100 30060101ff020100 30060101ff020101 30060101ff02017f 3003020100 3003020101".split(" "),
    ..."30070101ff02020080 30070101ff020200ff 30070101ff02020100 30060101ff0201ff 30060101ff020180".split(" "),
    ..."30070101ff02020001 30050101ff0200 3006020100 30060201000101ff 300101 30030101 3004010100 310101".split(" "),
    ..."30060101ff0101ff 30090101ff020100020100 30030101fe 30040102ffff 30810101 3000 300000 30 ".split(" "),
  ],
  [OID.keyUsage]: [
    ..."030206c0 03020106 03020780 03020204 03020001 030200ff 030107 0301 030100 03020080 030206c1 030208c0".split(" "),
    ..."03030706c0 0303070680 0303070080 0303078000 030307c080 0303000001 03030f0680 0304070680 03050706800000".split(
      " ",
    ),
    ..."03020186 03020184 03020780 03020102 03020782 03020184 0302ff80 040206c0 038102 06c0 03820002c0".split(" "),
  ],
  [OID.subjectKeyId]: ["0400", "0414", `0413${"11".repeat(19)}`, `0415${"11".repeat(21)}`, `048114${"11".repeat(20)}`],
  [OID.authorityKeyId]: [
    "3000",
    "30028000",
    `30158013${"11".repeat(19)}`,
    `30178015${"11".repeat(21)}`,
    `30168114${"11".repeat(20)}`,
    `30178014${"11".repeat(20)}00`,
    `30198001008014${"11".repeat(20)}`,
    `3081168014${"11".repeat(20)}`,
  ],
};

const content = (hex: string) => Buffer.from(hex, "hex");
const oidTree = (hex: string): Tree => ({ tag: 0x06, content: content(hex) });

/** Adds another extension: known or not, critical or not, long or not. */
function newExtension(random: Random): Tree {
  const oid = random.weighted([
    [3, random.pick(KNOWN)],
    [5, random.pick(UNKNOWN)],
    [1, random.pick(LONG_OIDS)],
  ]);
  const length = random.pick([0, 1, 2, 20, 100, 112, 113, 114, 115, 116, 117, 118, 119, 127, 128, 240, 255, 256, 1000]);
  const critical = random.pick(["", "", "", "0101ff", "010100", "010101", "0102ffff", "0100", "010180"]);
  const value: Tree = { tag: random.percent(95) ? 0x04 : random.pick(INTERESTING), content: noise(random, length) };
  return { tag: 0x30, children: [oidTree(oid), ...(critical === "" ? [] : [{ raw: content(critical) }]), value] };
}

function changeExtensions(random: Random, bytes: Uint8Array): Uint8Array {
  return changeFields(random, bytes, (fields) => {
    const list = extensionsOf(fields);
    const at = random.between(0, Math.max(0, list.length - 1));
    random.weighted<() => void>([
      [3, () => list.splice(random.between(0, list.length), 0, newExtension(random))],
      [1, () => list.splice(at, 1)],
      [1, () => list.splice(random.between(0, list.length), 0, list[at]!)],
      [1, () => list.push(list.shift()!)],
      [2, () => toggleCritical(random, list[at]!)],
      [9, () => sayOther(random, list)],
    ])();
  });
}

function toggleCritical(random: Random, extension: Tree): void {
  const parts = childrenOf(extension);
  const flags = ["0101ff", "010100", "010101", "0102ff00", "0100"];
  if (parts.length === 3) parts.splice(1, 1, ...(random.percent(50) ? [] : [{ raw: content(random.pick(flags)) }]));
  else parts.splice(1, 0, { raw: content(random.pick(flags)) });
}

function sayOther(random: Random, list: Tree[]): void {
  const extension = random.pick(list);
  const parts = childrenOf(extension);
  const value = parts.at(-1)!;
  if (!("content" in value)) return;
  const known = VALUES[oidOf(extension)];
  const other =
    known === undefined || random.percent(25) ? mutateBytes(random, value.content) : content(random.pick(known));
  parts[parts.length - 1] = { tag: value.tag, content: other };
}

/** Security versions as DER numbers: at the boundaries of one and two bytes, and in forms that are not allowed. */
const SVNS = [
  ..."020100 02017f 020180 0201ff 02020080 020200ff 02020100 0202007f 020200 0200 0201 02030000ff 02020000".split(" "),
  ..."0202ffff 020300ffff 02037fffff 02030100ff 02027fff 0203008000 0203000080 0a0101 04020101 02810101".split(" "),
];

function changeSgx(random: Random, bytes: Uint8Array): Uint8Array {
  return changeFields(random, bytes, (fields) => {
    const extension = extensionsOf(fields).find((candidate) => oidOf(candidate) === OID.sgx);
    if (extension === undefined) throw new TypeError("This certificate has no SGX extension.");
    const parts = childrenOf(extension);
    const last = parts.at(-1)!;
    const facts = "content" in last ? parsed(last.content) : undefined;
    if (facts === undefined) throw new TypeError("This SGX extension is not DER any more.");
    const changed = random.percent(55) ? withOtherItem(random, facts) : changeSomewhere(random, facts, otherItem);
    parts[parts.length - 1] = { tag: 0x04, content: writeTree(changed) };
  });
}

/** Reorders, repeats or removes items, or sets a value to a boundary. */
function withOtherItem(random: Random, facts: Tree): Tree {
  const items = childrenOf(facts);
  const tcb = childrenOf(childrenOf(items[1]!)[1]!);
  const list = random.percent(70) ? tcb : items;
  const at = random.between(0, list.length - 1);
  random.weighted<() => void>([
    [6, () => childrenOf(tcb[random.between(0, 17)]!).splice(1, 1, { raw: content(random.pick(SVNS)) })],
    [1, () => list.splice(at, 1)],
    [1, () => list.splice(at, 0, list[random.between(0, list.length - 1)]!)],
    [1, () => list.splice(0, list.length, ...list.toReversed())],
    [
      2,
      () => (childrenOf(list[at]!)[0] = oidTree(OID.sgx + random.pick(["01", "0201", "0212", "07", "8001", "", "02"]))),
    ],
    [1, () => childrenOf(list[at]!).push({ tag: 0x05, content: content("") })],
    [1, () => list.push({ tag: 0x30, children: [oidTree(`${OID.sgx}${random.pick(["06", "07", "08"])}`)] })],
    [1, () => (list[at] = { raw: der(0x30, noise(random, random.between(0, 40))) })],
  ])();
  return facts;
}

function otherItem(random: Random, tree: Exclude<Tree, { raw: Uint8Array }>): Tree {
  if ("children" in tree) return { tag: tree.tag, children: tree.children.slice(random.between(0, 1)) };
  return { tag: tree.tag, content: mutateBytes(random, tree.content) };
}

/** Adds unknown extensions that make a certificate long: one, or as many as fit. */
function makeLong(random: Random, bytes: Uint8Array): Uint8Array {
  return changeFields(random, bytes, (fields) => {
    const size = random.pick([1_000, 3_000, 6_000, 12_000, 20_000]) + random.between(0, 100);
    const oid = random.pick(["55", "55", "551d20", "55".repeat(20)]);
    const each = random.pick([0, 1, 10, 100, size]);
    const value: Tree = { tag: 0x04, content: Buffer.alloc(each, noise(random, 64)) };
    const extension: Tree = { tag: 0x30, children: [oidTree(oid), value] };
    const count = Math.ceil(size / writeTree(extension).length);
    extensionsOf(fields).push(...Array.from({ length: count }, () => extension));
  });
}

export const EXTENSION_FAMILIES: readonly Family[] = [
  { name: "extensions", weight: 20, parts: SIGNED, change: changeExtensions },
  { name: "SGX extension", weight: 12, parts: ["pck signed"], change: changeSgx },
  { name: "long certificates", weight: 1, parts: SIGNED, change: makeLong },
];
