import { TAG } from "@poco-marketplace/enclave/attestation/der.js";
import { childrenOf, leaf, raw, type Tree } from "../../harness/fuzz/derTree.js";
import { certificate, extension, extensionsOf, FIELD, OID, ROLES, saying, without } from "./forge.js";
import type { Mutant } from "./mutant.js";

const edit =
  (oid: string, change: (parts: Tree[]) => void) =>
  (fields: Tree[]): void =>
    change(extension(fields, oid));
const adding =
  (...parts: Tree[]) =>
  (fields: Tree[]) =>
    void extensionsOf(fields).push({ tag: TAG.SEQUENCE, children: parts });

/** Certificates whose extensions are wrong, or at the edge of being so. */
export const EXTENSION_MUTANTS: readonly Mutant[] = [
  certificate("pck", "an unknown extension", "believed", adding(leaf(TAG.OID, "2a0304"), leaf(TAG.OCTET_STRING, ""))),
  certificate(
    "pck",
    "an unknown extension whose name begins with that of key usage",
    "believed",
    adding(leaf(TAG.OID, "551d0f01"), leaf(TAG.OCTET_STRING, "")),
  ),
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
    "a truth value of two bytes",
    "MalformedDer",
    adding(leaf(TAG.OID, "2a0304"), leaf(TAG.BOOLEAN, "ffff"), leaf(TAG.OCTET_STRING, "")),
    "neither 00 nor ff",
  ),
  certificate(
    "pck",
    "two lists of extensions",
    "MalformedDer",
    (fields) => void childrenOf(fields[FIELD.extensions]!).push(raw("3000")),
    "more than",
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
