import { TAG } from "@poco-marketplace/enclave/attestation/der.js";
import { childrenOf, contentOf, leaf, raw, type Tree } from "../../harness/fuzz/derTree.js";
import { certificate, FIELD, resealed, ROLES, setField } from "./forge.js";
import type { Mutant } from "./mutant.js";

const P384_KEY = "301506072a8648ce3d020106052b810400220303000400";

const serial = (hex: string) => setField(FIELD.serial, leaf(TAG.INTEGER, hex));
const time = (index: 0 | 1, tag: number, text: string) => (fields: Tree[]) => {
  childrenOf(fields[FIELD.validity]!)[index] = leaf(tag, Buffer.from(text).toString("hex"));
};

/** Certificates whose fields are wrong, or at the edge of being so. */
export const FIELD_MUTANTS: readonly Mutant[] = [
  certificate("pck", "version 2", "MalformedDer", setField(FIELD.version, raw("a003020101")), "version 3"),
  certificate("pck", "version 4", "MalformedDer", setField(FIELD.version, raw("a003020103")), "above 2"),
  certificate("pck", "two versions", "MalformedDer", setField(FIELD.version, raw("a006020102020102")), "more than"),
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
  certificate("pck", "a key that says how it could be compressed", "UnsupportedAlgorithm", (fields) => {
    const [algorithm, bits] = childrenOf(fields[FIELD.key]!) as [Tree, Tree];
    const hybrid = leaf(TAG.BIT_STRING, `0006${contentOf(bits).slice(4)}`);
    fields[FIELD.key] = { tag: TAG.SEQUENCE, children: [algorithm, hybrid] };
  }),
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
