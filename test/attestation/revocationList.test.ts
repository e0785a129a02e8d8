import { expect } from "chai";

import { toHex } from "@poco-marketplace/enclave/attestation/bytes.js";
import { TAG } from "@poco-marketplace/enclave/attestation/der.js";
import { AttestationError, type FaultName } from "@poco-marketplace/enclave/attestation/fault.js";
import { readRevocationList } from "@poco-marketplace/enclave/attestation/revocationList.js";
import { issueRevocationList } from "@poco-marketplace/enclave/attestation/simulated/authority.js";
import { childrenOf, leaf, raw, readTree, writeTree, type Tree } from "../harness/fuzz/derTree.js";
import { sign } from "../harness/fuzz/sealed.js";
import { PERIOD, simulate, type Simulation } from "./simulation.js";

const SERIALS = [Buffer.of(1), Buffer.from("7f".repeat(20), "hex")];
const FIELD = { version: 0, algorithm: 1, issuer: 2, thisUpdate: 3, nextUpdate: 4, revoked: 5, extensions: 6 };

type Change = (fields: Tree[]) => void;

const entries = (fields: Tree[]) => childrenOf(fields[FIELD.revoked]!);
const extensions = (fields: Tree[]) => childrenOf(childrenOf(fields[FIELD.extensions]!)[0]!);
const extension = (...parts: Tree[]): Tree => ({ tag: TAG.SEQUENCE, children: parts });
const critical = leaf(TAG.BOOLEAN, "ff");

describe("A revocation list", () => {
  let simulation: Simulation;
  let list: Uint8Array;
  before(async () => {
    simulation = await simulate();
    list = await issueRevocationList(simulation.authority.root, { ...PERIOD, serials: SERIALS });
  });

  /** The list with other fields, signed again. */
  function changed(change: Change): Uint8Array {
    const [tbs] = childrenOf(readTree(list)) as [Tree];
    change(childrenOf(tbs));
    return sign(writeTree(tbs), simulation.authority.root.key);
  }

  it("says who revoked what, when, and until when that is news", () => {
    const { revoked, thisUpdate, nextUpdate } = readRevocationList(list);

    expect(revoked.map(({ serial, since }) => ({ serial: toHex(serial), since }))).to.deep.equal(
      SERIALS.map((serial) => ({ serial: toHex(serial), since: PERIOD.from })),
    );
    expect({ from: thisUpdate, until: nextUpdate }).to.deep.equal(PERIOD);
  });

  it("is the same in PEM", () => {
    const lines = Buffer.from(list)
      .toString("base64")
      .replaceAll(/.{64}(?!$)/g, "$&\n");
    const pem = `-----BEGIN X509 CRL-----\n${lines}\n-----END X509 CRL-----\n`;
    expect(toHex(readRevocationList(Buffer.from(pem)).signed)).to.equal(toHex(readRevocationList(list).signed));
  });

  const accepted: readonly [name: string, change: Change][] = [
    ["without anybody on it", (fields) => void fields.splice(FIELD.revoked, 1)],
    ["that does not say why", (fields) => void childrenOf(entries(fields)[0]!).splice(2, 1)],
    [
      "with an extension that need not be understood",
      (fields) => void extensions(fields).push(extension(leaf(TAG.OID, "2a0304"), leaf(TAG.OCTET_STRING, ""))),
    ],
    ["with a critical number", (fields) => void childrenOf(extensions(fields)[0]!).splice(1, 0, critical)],
  ];
  for (const [name, change] of accepted) {
    it(`is read ${name}`, () => {
      expect(() => readRevocationList(changed(change))).not.to.throw();
    });
  }

  const refused: readonly [name: string, fault: FaultName, because: string, change: Change][] = [
    ["of version 1", "MalformedDer", "version 2", (fields) => void fields.splice(0, 1, leaf(TAG.INTEGER, "00"))],
    ["without a version", "MalformedDer", "tag", (fields) => void fields.shift()],
    [
      "with another algorithm",
      "UnsupportedAlgorithm",
      "0x300a06082a8648ce3d040303",
      (fields) => void fields.splice(FIELD.algorithm, 1, raw("300a06082a8648ce3d040303")),
    ],
    ["without an end", "MalformedDer", "tag 48", (fields) => void fields.splice(FIELD.nextUpdate, 1)],
    [
      "with an empty list of entries",
      "MalformedDer",
      "is left out",
      (fields) => void fields.splice(FIELD.revoked, 1, raw("3000")),
    ],
    [
      "with a negative serial number",
      "MalformedDer",
      "negative",
      (fields) => void childrenOf(entries(fields)[1]!).splice(0, 1, leaf(TAG.INTEGER, "80")),
    ],
    [
      "with an entry of four parts",
      "MalformedDer",
      "more than",
      (fields) => {
        childrenOf(entries(fields)[0]!).push(raw("0500"));
      },
    ],
    [
      "with an entry that must be understood",
      "UnknownCriticalExtension",
      "0x551d1d",
      (fields) => {
        const certificateIssuer = extension(leaf(TAG.OID, "551d1d"), critical, leaf(TAG.OCTET_STRING, "3000"));
        childrenOf(childrenOf(entries(fields)[0]!)[2]!).push(certificateIssuer);
      },
    ],
    [
      "of changes only",
      "UnknownCriticalExtension",
      "0x551d1b",
      (fields) => {
        extensions(fields).push(extension(leaf(TAG.OID, "551d1b"), critical, leaf(TAG.OCTET_STRING, "020101")));
      },
    ],
    [
      "about some certificates only",
      "UnknownCriticalExtension",
      "0x551d1c",
      (fields) => {
        extensions(fields).push(extension(leaf(TAG.OID, "551d1c"), critical, leaf(TAG.OCTET_STRING, "3000")));
      },
    ],
    [
      "that does not say whose key signed it",
      "MissingExtension",
      "authority key identifier",
      (fields) => {
        extensions(fields).splice(1, 1);
      },
    ],
    [
      "that says so twice",
      "RepeatedExtension",
      "authority key identifier",
      (fields) => {
        extensions(fields).push(extensions(fields)[1]!);
      },
    ],
    [
      "whose key identifier goes on",
      "MalformedDer",
      "more than",
      (fields) => {
        childrenOf(extensions(fields)[1]!)[1] = leaf(TAG.OCTET_STRING, `30168014${"aa".repeat(20)}0500`);
      },
    ],
    ["without extensions", "MalformedDer", "ends where", (fields) => void fields.pop()],
    [
      "with two lists of extensions",
      "MalformedDer",
      "more than",
      (fields) => {
        childrenOf(fields[FIELD.extensions]!).push(raw("3000"));
      },
    ],
    ["with something after them", "MalformedDer", "more than", (fields) => void fields.push(raw("0500"))],
  ];
  for (const [name, fault, because, change] of refused) {
    it(`is not read ${name}: ${fault}`, () => {
      expect(() => readRevocationList(changed(change)))
        .to.throw(AttestationError, because)
        .with.property("fault", fault);
    });
  }

  it("is not a certificate, and the other way round", () => {
    expect(() => readRevocationList(simulation.authority.root.certificate)).to.throw(AttestationError);
  });
});
