import { TAG } from "@poco-marketplace/enclave/attestation/der.js";
import { createSigningKey, signWith } from "@poco-marketplace/enclave/attestation/simulated/signingKey.js";
import { childrenOf, contentOf, leaf, raw, writeTree, type Tree } from "../../harness/fuzz/derTree.js";
import { assemble, sign } from "../../harness/fuzz/sealed.js";
import { certificate, extensionsOf, FIELD, OID, quoteWith, resealed, ROLES, saying, setField } from "./forge.js";
import type { Mutant } from "./mutant.js";

const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
/** The half of a signature that other signatures have too. */
function flipS(signature: Uint8Array): Uint8Array {
  const s = BigInt(`0x${Buffer.from(signature.subarray(32)).toString("hex")}`);
  const flipped = Buffer.from((N - s).toString(16).padStart(64, "0"), "hex");
  return Buffer.concat([signature.subarray(0, 32), flipped]);
}

/** Certificates that do not belong together. */
export const LINK_MUTANTS: readonly Mutant[] = [
  certificate("pck", "issued by another name", "IssuerMismatch", (fields) => {
    fields[FIELD.issuer] = fields[FIELD.subject]!;
  }),
  certificate("intermediate", "of another name", "IssuerMismatch", (fields) => {
    fields[FIELD.subject] = fields[FIELD.issuer]!;
  }),
  certificate(
    "root",
    "issued by another",
    "IssuerMismatch",
    setField(FIELD.issuer, raw("300c310a30080603550403130141")),
  ),
  ...(
    [
      ["no name", "3000", "a name is empty"],
      ["an attribute without text", "300b3109300706035504030500", "not made of text"],
      ["an attribute without a kind", "30083106300406001300", "identifier is none"],
      ["a kind that does not end", "300c310a30080603550483130141", "identifier is none"],
      ["a kind that ends within a number", "300c310a30080603558380130141", "identifier is none"],
      ["a kind that begins with a zero too many", "300c310a30080603805503130141", "identifier is none"],
      ["a kind that is written longer than it needs to be", "300c310a30080603558003130141", "identifier is none"],
      ["an attribute of three parts", "300e310c300a06035504031301410500", "more than"],
      ["a set of two attributes", "30163114300806035504031301413008060355040a130142", "more than"],
    ] as const
  ).map(([name, hex, because]) =>
    certificate("pck", `a name that is ${name}`, "MalformedDer", setField(FIELD.subject, raw(hex)), because),
  ),
  ...["0c", "13", "14", "16", "1c", "1e"].map((tag) =>
    certificate(
      "pck",
      `a name of text ${tag}`,
      "believed",
      setField(FIELD.subject, raw(`300c310a30080603550403${tag}0141`)),
    ),
  ),
  certificate(
    "pck",
    "a name of a kind of large numbers",
    "believed",
    setField(FIELD.subject, raw("300e310c300a06055583808001130141")),
  ),
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
      ["an end after half a length", "308201", "within a length"],
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

/** Certificates in an encoding that is not the one that DER has for them. */
export const ENCODING_MUTANTS: readonly Mutant[] = [
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

function readIntermediate(der: Uint8Array): Tree {
  return { tag: TAG.SEQUENCE, children: [{ raw: der.subarray(4, 4 + tbsLength(der)) }] };
}

function tbsLength(der: Uint8Array): number {
  return 4 + Buffer.from(der).readUInt16BE(6);
}
