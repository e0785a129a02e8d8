import type { Random } from "../../random.js";
import { childrenOf, writeTree, type Tree } from "../derTree.js";
import { assemble as sealCertificate } from "../sealed.js";
import { ROLES, type Role } from "../stock.js";
import { INTERESTING, mutateBytes, noise } from "./bytes.js";
import type { Context, Family } from "./family.js";
import { changeCertificate, changeFields, FIELD, type Whole } from "./trees.js";

const SIGNED = ["pck signed", "pck signed", "intermediate signed", "root signed"] as const;
const FILES = ["pck certificate", "intermediate certificate", "root certificate"] as const;

/** Changes the tag, the contents, or the members of a value. */
function otherValue(random: Random, tree: Whole): Tree {
  if (random.percent(15)) {
    return { raw: Buffer.concat([Buffer.of(random.pick(INTERESTING)), writeTree(tree).subarray(1)]) };
  }
  if (!("children" in tree)) return { tag: tree.tag, content: mutateBytes(random, tree.content) };
  const children = [...tree.children];
  const last = Math.max(0, children.length - 1);
  const [at, other] = [random.between(0, last), children[random.between(0, last)]];
  if (random.percent(40)) children.splice(at, 1);
  else if (other !== undefined) children.splice(at, random.between(0, 1), other);
  return { tag: tree.tag, children };
}

function changeAnything(random: Random, bytes: Uint8Array): Uint8Array {
  return random.percent(10) ? mutateBytes(random, bytes) : changeCertificate(random, bytes, otherValue);
}

/** Changes moments: to now, a second from it, the boundaries of the two formats of years, and invalid ones. */
const UTC_TIMES = [
  ..."260615115959Z 260615120000Z 260615120001Z 491231235959Z 500101000000Z 691231235959Z 700101000000Z".split(" "),
  ..."700101000001Z 991231235959Z 000101000000Z 240229000000Z 250229000000Z 260229000000Z 000229000000Z".split(" "),
  ..."260631000000Z 260630235959Z 260931000000Z 261131000000Z 261301000000Z 260001000000Z 260100000000Z".split(" "),
  ..."260132000000Z 260101240000Z 260101236000Z 260101235960Z 2601010000Z 260101000000+0000 260101000000z".split(" "),
  ..."260101000000 26010100000:Z 2601010000/0Z -10101000000Z".split(" "),
  "26 101000000Z",
  "",
];
const GENERALIZED_TIMES = [
  ..."20500101000000Z 20491231235959Z 99991231235959Z 21000228000000Z 21000229000000Z 24000229000000Z".split(" "),
  ..."20520229000000Z 20510229000000Z 20260615120000Z 00000101000000Z 205001010000Z 20500101000000.5Z".split(" "),
  ..."20500101000000 20500101000060Z 20501301000000Z 205A0101000000Z 19700101000000Z".split(" "),
  "",
];

function changeMoments(random: Random, bytes: Uint8Array): Uint8Array {
  return changeFields(random, bytes, (fields) => {
    const moments = [0, 1].map((index): Tree => {
      const validity = fields[FIELD.validity]!;
      if (random.percent(40)) return childrenOf(validity)[index] ?? { raw: Buffer.alloc(0) };
      const isUtc = random.percent(65);
      const tag = random.percent(5) ? random.pick(INTERESTING) : isUtc ? 0x17 : 0x18;
      return { tag, content: Buffer.from(random.pick(isUtc ? UTC_TIMES : GENERALIZED_TIMES)) };
    });
    fields[FIELD.validity] = { tag: 0x30, children: random.percent(5) ? moments.toReversed() : moments };
  });
}

function changeSerial(random: Random, bytes: Uint8Array): Uint8Array {
  return changeFields(random, bytes, (fields) => {
    const digits = noise(random, random.pick([0, 1, 1, 2, 18, 19, 20, 21, 22, 32, 33, 127, 128]));
    if (digits.length > 0) digits[0] = random.pick([0, 0, 1, 0x7f, 0x80, 0xff]);
    fields[FIELD.serial] = { tag: 0x02, content: digits };
  });
}

/** Uses a genuine certificate in the place of another. */
function otherCertificate(random: Random, bytes: Uint8Array, { stock, base }: Context): Uint8Array {
  const ca = random.percent(60) ? (base.ca === "Platform" ? "Processor" : "Platform") : base.ca;
  const { signed, issuer } = stock.chains[ca][random.pick<Role>(ROLES)];
  const signer = random.percent(80)
    ? issuer
    : random.pick([stock.chains.Platform.root.key, stock.chains.Platform.pck.key]);
  return sealCertificate(signed, signer.sign(signed));
}

/** Changes the whole certificate, signature included, after it was signed. */
function changeFile(random: Random, bytes: Uint8Array): Uint8Array {
  return random.percent(25) ? mutateBytes(random, bytes) : changeCertificate(random, bytes, otherValue);
}

export const CERTIFICATE_FAMILIES: readonly Family[] = [
  { name: "certificates", weight: 14, parts: SIGNED, change: changeAnything },
  { name: "certificates after they were signed", weight: 5, parts: FILES, change: changeFile },
  { name: "validity", weight: 5, parts: SIGNED, change: changeMoments },
  { name: "serial numbers", weight: 3, parts: SIGNED, change: changeSerial },
  { name: "certificates of others", weight: 2, parts: FILES, change: otherCertificate },
];
