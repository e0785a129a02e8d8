import { TAG } from "../../../src/attestation/der.js";
import { createSigningKey, signWith } from "../../../src/attestation/simulated/signingKey.js";
import { childrenOf, contentOf, leaf, raw, writeTree, type Tree } from "../derTree.js";
import {
  assemble,
  certificate,
  drop,
  extension,
  extensionsOf,
  FIELD,
  OID,
  quoteWith,
  resealed,
  ROLES,
  say,
  sign,
} from "./forge.js";
import type { Mutant } from "./mutant.js";

const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const P384_KEY = "3010" + "06072a8648ce3d0201" + "06052b81040022" + "0303000400";

const setField = (field: number, tree: Tree) => (fields: Tree[]) => {
  fields[field] = tree;
};
const serial = (hex: string) => setField(FIELD.serial, leaf(TAG.INTEGER, hex));
const time = (index: 0 | 1, tag: number, text: string) => (fields: Tree[]) => {
  childrenOf(fields[FIELD.validity]!)[index] = leaf(tag, Buffer.from(text).toString("hex"));
};
const edit =
  (oid: string, change: (parts: Tree[]) => void) =>
  (fields: Tree[]): void =>
    change(extension(fields, oid));
const saying = (oid: string, hex: string) => (fields: Tree[]) => say(fields, oid, hex);
const without = (oid: string) => (fields: Tree[]) => drop(fields, oid);
const adding =
  (...parts: Tree[]) =>
  (fields: Tree[]) =>
    void extensionsOf(fields).push({ tag: TAG.SEQUENCE, children: parts });

/** The half of a signature that other signatures have too. */
function flipS(signature: Uint8Array): Uint8Array {
  const s = BigInt(`0x${Buffer.from(signature.subarray(32)).toString("hex")}`);
  const flipped = Buffer.from((N - s).toString(16).padStart(64, "0"), "hex");
  return Buffer.concat([signature.subarray(0, 32), flipped]);
}

const FIELDS: readonly Mutant[] = [
  certificate("pck", "version 2", "MalformedDer", setField(FIELD.version, raw("a003020101")), "version 3"),
  certificate("pck", "version 4", "MalformedDer", setField(FIELD.version, raw("a003020103")), "above 2"),
  certificate("pck", "no version", "MalformedDer", (fields) => void fields.shift()),
  certificate("pck", "a serial number of zero", "MalformedDer", serial("00"), "zero"),
  certificate("pck", "a negative serial number", "MalformedDer", serial("80"), "negative"),
  certificate("pck", "a serial number without digits", "MalformedDer", serial(""), "no digits"),
  certificate("pck", "a serial number with a zero too many", "MalformedDer", serial("0001"), "longer than"),
  certificate("pck", "a serial number of 21 bytes", "MalformedDer", serial("01".repeat(21)), "20 bytes"),
  certificate("pck", "a serial number of 20 bytes and a zero", "believed", serial(`00${"ff".repeat(20)}`)),
  certificate("pck", "a short serial number", "believed", serial("01")),
  certificate(
    "pck",
    "another algorithm",
    "UnsupportedAlgorithm",
    setField(FIELD.algorithm, raw("300a06082a8648ce3d040303")),
  ),
  certificate(
    "root",
    "an algorithm with parameters",
    "UnsupportedAlgorithm",
    setField(FIELD.algorithm, raw("300c06082a8648ce3d0403020500")),
  ),
  resealed("pck", "another algorithm above the signature", "UnsupportedAlgorithm", (parts) => {
    parts[1] = raw("300a06082a8648ce3d040303");
  }),
  certificate("pck", "a key on another curve", "UnsupportedAlgorithm", setField(FIELD.key, raw(P384_KEY))),
  certificate("pck", "a compressed key", "UnsupportedAlgorithm", (fields) => {
    const [algorithm, bits] = childrenOf(fields[FIELD.key]!) as [Tree, Tree];
    fields[FIELD.key] = {
      tag: TAG.SEQUENCE,
      children: [algorithm, leaf(TAG.BIT_STRING, `0002${contentOf(bits).slice(4, 68)}`)],
    };
  }),
  ...ROLES.map((role) =>
    certificate(role, "a key beside the curve", "KeyNotOnCurve", (fields) => {
      const [algorithm, bits] = childrenOf(fields[FIELD.key]!) as [Tree, Tree];
      const point = Buffer.from(contentOf(bits), "hex");
      point[65]! ^= 1;
      fields[FIELD.key] = { tag: TAG.SEQUENCE, children: [algorithm, { tag: TAG.BIT_STRING, content: point }] };
    }),
  ),
  certificate("pck", "a unique identifier", "MalformedDer", (fields) => {
    fields.splice(FIELD.extensions, 0, leaf(0x81, "00ff"));
  }),
  certificate("pck", "something after the extensions", "MalformedDer", (fields) => void fields.push(raw("0500"))),
  certificate("pck", "no extensions", "MalformedDer", (fields) => void fields.pop()),

  certificate(
    "pck",
    "a moment without seconds",
    "MalformedDer",
    time(0, TAG.UTC_TIME, "2601010000Z"),
    "not written as one",
  ),
  certificate("pck", "a moment elsewhere than in UTC", "MalformedDer", time(0, TAG.UTC_TIME, "260101000000+0100")),
  certificate("pck", "a 30th of February", "MalformedDer", time(0, TAG.UTC_TIME, "260230000000Z"), "no such moment"),
  certificate("pck", "a 24th hour", "MalformedDer", time(0, TAG.UTC_TIME, "260101240000Z"), "no such moment"),
  certificate(
    "pck",
    "four digits for a year that takes two",
    "MalformedDer",
    time(1, TAG.GENERALIZED_TIME, "20270101000000Z"),
    "before 2050",
  ),
  certificate(
    "root",
    "four digits for a year that takes four",
    "believed",
    time(1, TAG.GENERALIZED_TIME, "20500101000000Z"),
  ),
  certificate("root", "no end", "believed", time(1, TAG.GENERALIZED_TIME, "99991231235959Z")),
  certificate("root", "a year of two digits that was long ago", "believed", time(0, TAG.UTC_TIME, "500101000000Z")),
  certificate("root", "no third moment", "MalformedDer", (fields) => {
    childrenOf(fields[FIELD.validity]!).push(leaf(TAG.UTC_TIME, Buffer.from("260101000000Z").toString("hex")));
  }),
  ...ROLES.flatMap((role) => [
    certificate(role, "valid from later on", "NotYetValid", time(0, TAG.UTC_TIME, "260601000001Z")),
    certificate(role, "valid from now on", "believed", time(0, TAG.UTC_TIME, "260601000000Z")),
    certificate(role, "no longer valid", "Expired", time(1, TAG.UTC_TIME, "260531235959Z")),
    certificate(role, "valid until now", "believed", time(1, TAG.UTC_TIME, "260601000000Z")),
  ]),
];

const LINKS: readonly Mutant[] = [
  certificate("pck", "issued by another name", "IssuerMismatch", (fields) => {
    fields[FIELD.issuer] = fields[FIELD.subject]!;
  }),
  certificate("intermediate", "of another name", "IssuerMismatch", (fields) => {
    fields[FIELD.subject] = fields[FIELD.issuer]!;
  }),
  certificate("root", "issued by another", "IssuerMismatch", setField(FIELD.issuer, raw("3000"))),
  certificate(
    "pck",
    "issued by another key",
    "KeyIdentifierMismatch",
    saying(OID.authorityKeyId, `30168014${"aa".repeat(20)}`),
  ),
  certificate(
    "root",
    "issued by another key",
    "KeyIdentifierMismatch",
    saying(OID.authorityKeyId, `30168014${"aa".repeat(20)}`),
  ),
  certificate(
    "intermediate",
    "of another key",
    "KeyIdentifierMismatch",
    saying(OID.subjectKeyId, `0414${"aa".repeat(20)}`),
  ),
  ...ROLES.map((role) =>
    resealed(role, "signed by somebody else", "CertificateSignatureInvalid", ([tbs]) =>
      sign(writeTree(tbs!), createSigningKey()),
    ),
  ),
  ...ROLES.map((role) =>
    resealed(role, "signed with the other half", "believed", ([tbs], { authority }) => {
      const { key } = role === "pck" ? authority.intermediate : authority.root;
      return assemble(writeTree(tbs!), flipS(signWith(key, writeTree(tbs!))));
    }),
  ),
  {
    name: "an intermediate of another root with the same name",
    fate: "CertificateSignatureInvalid",
    make(simulation) {
      const [tbs] = childrenOf(readIntermediate(simulation.authority.intermediate.certificate));
      const forged = sign(writeTree(tbs!), createSigningKey());
      return { quote: quoteWith(simulation, { intermediate: forged }) };
    },
  },
  resealed("pck", "r = 0", "SignatureOutOfRange", ([tbs]) => assemble(writeTree(tbs!), Buffer.alloc(64))),
  resealed("pck", "s = 2^256 - 1", "SignatureOutOfRange", ([tbs]) =>
    assemble(writeTree(tbs!), Buffer.concat([Buffer.alloc(31), Buffer.alloc(33, 0xff)])),
  ),
  ...(
    [
      ["a negative r", "300602018002010f", "negative"],
      ["an r with a zero too many", "3007020200010201f0", "longer than"],
      ["no s", "3003020101", "should be"],
      ["a third number", "3009020101020101020101", "more than"],
      ["an r of 33 bytes", `3026022101${"00".repeat(32)}020101`, "32 bytes"],
      ["something after it", "30060201010201010500", "more than"],
      ["an end within a length", "3082", "within a length"],
      ["a tag and no more", "30", "within a length"],
      ["nothing", "", "it ends"],
    ] as const
  ).map(([name, hex, because]) =>
    resealed(
      "pck",
      `a signature with ${name}`,
      "MalformedDer",
      (parts) => {
        parts[2] = leaf(TAG.BIT_STRING, `00${hex}`);
      },
      because,
    ),
  ),
  resealed("pck", "a signature of seven bits more", "MalformedDer", (parts) => {
    parts[2] = leaf(TAG.BIT_STRING, `07${contentOf(parts[2]!).slice(2)}`);
  }),
];

const ENCODING: readonly Mutant[] = [
  resealed("pck", "something after it", "MalformedDer", (parts) => {
    return Buffer.concat([writeTree({ tag: TAG.SEQUENCE, children: parts }), Buffer.of(0)]);
  }),
  resealed("root", "something after its signature", "MalformedDer", (parts) => void parts.push(raw("0500"))),
  resealed(
    "pck",
    "a length longer than it needs to be",
    "MalformedDer",
    (parts) => {
      const whole = Buffer.from(writeTree({ tag: TAG.SEQUENCE, children: parts }));
      return Buffer.concat([Buffer.of(0x30, 0x83, 0), whole.subarray(2)]);
    },
    "above 65535",
  ),
  resealed(
    "pck",
    "a length without end",
    "MalformedDer",
    (parts) => {
      const whole = Buffer.from(writeTree({ tag: TAG.SEQUENCE, children: parts }));
      return Buffer.concat([Buffer.of(0x30, 0x80), whole.subarray(4), Buffer.of(0, 0)]);
    },
    "begins with 128",
  ),
  resealed(
    "pck",
    "a length past its end",
    "MalformedDer",
    (parts) => {
      return writeTree({ tag: TAG.SEQUENCE, children: parts }).subarray(0, -1);
    },
    "past its end",
  ),
  resealed("pck", "another tag", "MalformedDer", (parts) => writeTree({ tag: 0x31, children: parts }), "tag 49"),
  certificate(
    "pck",
    "a name with a long length",
    "MalformedDer",
    (fields) => {
      const name = Buffer.from(writeTree(fields[FIELD.subject]!));
      const content = name.subarray(2);
      fields[FIELD.subject] = { raw: Buffer.concat([Buffer.of(0x30, 0x82, 0, content.length), content]) };
    },
    "longer than",
  ),
  certificate(
    "pck",
    "an extension with a long length",
    "MalformedDer",
    (fields) => {
      extensionsOf(fields).push(raw("30810706032a030404020500"));
    },
    "longer than",
  ),
];

const EXTENSIONS: readonly Mutant[] = [
  certificate("pck", "an unknown extension", "believed", adding(leaf(TAG.OID, "2a0304"), leaf(TAG.OCTET_STRING, ""))),
  certificate(
    "pck",
    "an unknown critical extension",
    "UnknownCriticalExtension",
    adding(leaf(TAG.OID, "2a0304"), leaf(TAG.BOOLEAN, "ff"), leaf(TAG.OCTET_STRING, "")),
  ),
  certificate(
    "pck",
    "an extension that is said not to be critical",
    "MalformedDer",
    adding(leaf(TAG.OID, "2a0304"), leaf(TAG.BOOLEAN, "00"), leaf(TAG.OCTET_STRING, "")),
    "goes without saying",
  ),
  certificate(
    "pck",
    "a truth value of one",
    "MalformedDer",
    adding(leaf(TAG.OID, "2a0304"), leaf(TAG.BOOLEAN, "01"), leaf(TAG.OCTET_STRING, "")),
    "neither 00 nor ff",
  ),
  certificate(
    "pck",
    "an extension of four parts",
    "MalformedDer",
    adding(leaf(TAG.OID, "2a0304"), leaf(TAG.OCTET_STRING, ""), leaf(TAG.OCTET_STRING, "")),
  ),
  ...Object.values(OID).map((oid) =>
    certificate("pck", `the extension ${oid} twice`, "RepeatedExtension", (fields) => {
      extensionsOf(fields).push({ tag: TAG.SEQUENCE, children: extension(fields, oid) });
    }),
  ),
  ...[OID.keyUsage, OID.basicConstraints].flatMap((oid) =>
    ROLES.map((role) =>
      certificate(
        role,
        `the extension ${oid}, not critical`,
        "WrongCriticality",
        edit(oid, (parts) => void parts.splice(1, 1)),
      ),
    ),
  ),
  ...[OID.authorityKeyId, OID.subjectKeyId, OID.distributionPoints, OID.sgx].map((oid) =>
    certificate(
      "pck",
      `the extension ${oid}, critical`,
      "WrongCriticality",
      edit(oid, (parts) => void parts.splice(1, 0, leaf(TAG.BOOLEAN, "ff"))),
    ),
  ),
  ...[OID.keyUsage, OID.basicConstraints, OID.subjectKeyId].flatMap((oid) =>
    ROLES.map((role) => certificate(role, `without the extension ${oid}`, "MissingExtension", without(oid))),
  ),
  certificate("pck", "without the key identifier of its issuer", "MissingExtension", without(OID.authorityKeyId)),
  certificate(
    "intermediate",
    "without the key identifier of its issuer",
    "MissingExtension",
    without(OID.authorityKeyId),
  ),
  certificate("root", "without the key identifier of its issuer", "believed", without(OID.authorityKeyId)),
  certificate("pck", "without what is to be known of the platform", "MissingExtension", without(OID.sgx)),
  certificate("pck", "without distribution points", "believed", without(OID.distributionPoints)),
  certificate(
    "pck",
    "a key identifier of 19 bytes",
    "MalformedDer",
    saying(OID.subjectKeyId, `0413${"aa".repeat(19)}`),
    "20 bytes",
  ),
  certificate(
    "pck",
    "the issuer's key identifier with more after it",
    "MalformedDer",
    saying(OID.authorityKeyId, `30198014${"aa".repeat(20)}820101`),
  ),
  certificate(
    "pck",
    "a key identifier with more after it",
    "MalformedDer",
    saying(OID.subjectKeyId, `0414${"aa".repeat(20)}0500`),
  ),

  certificate(
    "pck",
    "usage with bits set in its padding",
    "MalformedDer",
    saying(OID.keyUsage, "030206c1"),
    "shortest form",
  ),
  certificate(
    "pck",
    "usage with less padding than there is",
    "MalformedDer",
    saying(OID.keyUsage, "030205c0"),
    "shortest form",
  ),
  certificate(
    "pck",
    "usage with more padding than there is",
    "MalformedDer",
    saying(OID.keyUsage, "030207c0"),
    "shortest form",
  ),
  certificate("pck", "usage with eight bits of padding", "MalformedDer", saying(OID.keyUsage, "03020800"), "at most 7"),
  certificate("pck", "usage of no bits", "MalformedDer", saying(OID.keyUsage, "030100"), "one or two bytes"),
  certificate("pck", "usage of nothing", "MalformedDer", saying(OID.keyUsage, "0300"), "one or two bytes"),
  certificate("pck", "usage of a zero byte", "MalformedDer", saying(OID.keyUsage, "03020700"), "shortest form"),
  certificate("pck", "usage of three bytes", "MalformedDer", saying(OID.keyUsage, "030400c0c001"), "one or two bytes"),
  certificate("pck", "usage of two bytes", "believed", saying(OID.keyUsage, "030307c080")),
  certificate("pck", "only digital signatures", "believed", saying(OID.keyUsage, "03020780")),
  certificate("pck", "no digital signatures", "WrongKeyUsage", saying(OID.keyUsage, "03020640")),
  certificate("pck", "signs certificates", "WrongKeyUsage", saying(OID.keyUsage, "03020284")),
  certificate("pck", "signs revocation lists", "WrongKeyUsage", saying(OID.keyUsage, "03020182")),
  certificate("intermediate", "signs no certificates", "WrongKeyUsage", saying(OID.keyUsage, "03020102")),
  certificate("intermediate", "signs reports too", "WrongKeyUsage", saying(OID.keyUsage, "03020186")),
  certificate("root", "signs no certificates", "WrongKeyUsage", saying(OID.keyUsage, "03020102")),
  certificate("intermediate", "signs certificates only", "believed", saying(OID.keyUsage, "03020204")),

  certificate("pck", "a CA", "WrongBasicConstraints", saying(OID.basicConstraints, "30030101ff")),
  certificate(
    "pck",
    "said to be no CA",
    "MalformedDer",
    saying(OID.basicConstraints, "3003010100"),
    "goes without saying",
  ),
  certificate("pck", "no CA with a path length", "WrongBasicConstraints", saying(OID.basicConstraints, "3003020100")),
  certificate("intermediate", "no CA", "WrongBasicConstraints", saying(OID.basicConstraints, "3000")),
  certificate("intermediate", "any path length", "believed", saying(OID.basicConstraints, "30030101ff")),
  certificate("root", "no CA", "WrongBasicConstraints", saying(OID.basicConstraints, "3000")),
  certificate("root", "path length 0", "WrongBasicConstraints", saying(OID.basicConstraints, "30060101ff020100")),
  certificate("root", "path length 255", "believed", saying(OID.basicConstraints, "30070101ff020200ff")),
  certificate(
    "root",
    "path length 256",
    "MalformedDer",
    saying(OID.basicConstraints, "30070101ff02020100"),
    "above 255",
  ),
  certificate("root", "path length -1", "MalformedDer", saying(OID.basicConstraints, "30060101ff0201ff"), "negative"),
  certificate(
    "root",
    "constraints with more in them",
    "MalformedDer",
    saying(OID.basicConstraints, "30080101ff0201010500"),
  ),
];

function readIntermediate(der: Uint8Array): Tree {
  return { tag: TAG.SEQUENCE, children: [{ raw: der.subarray(4, 4 + tbsLength(der)) }] };
}

function tbsLength(der: Uint8Array): number {
  return 4 + Buffer.from(der).readUInt16BE(6);
}

export const CERTIFICATE_MUTANTS: readonly Mutant[] = [...FIELDS, ...LINKS, ...ENCODING, ...EXTENSIONS];
