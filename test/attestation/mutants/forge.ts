import { sign } from "../../harness/fuzz/sealed.js";
import { TAG } from "@poco-marketplace/enclave/attestation/der.js";
import { writeQuote } from "@poco-marketplace/enclave/attestation/simulated/quoteWriter.js";
import type { SigningKey } from "@poco-marketplace/enclave/attestation/simulated/signingKey.js";
import { childrenOf, contentOf, leaf, readTree, writeTree, type Tree } from "../../harness/fuzz/derTree.js";
import { STATEMENTS, type Simulation } from "../simulation.js";
import type { Fate, Mutant } from "./mutant.js";

export const ROLES = ["pck", "intermediate", "root"] as const;
export type Role = (typeof ROLES)[number];

/** Where the fields of a certificate are. */
export const FIELD = { version: 0, serial: 1, algorithm: 2, issuer: 3, validity: 4, subject: 5, key: 6, extensions: 7 };

/** The OIDs of its extensions, in hex. */
export const OID = {
  authorityKeyId: "551d23",
  subjectKeyId: "551d0e",
  keyUsage: "551d0f",
  basicConstraints: "551d13",
  distributionPoints: "551d1f",
  sgx: "2a864886f84d010d01",
};

/** A quote with a certificate that was changed before its issuer signed it. */
export function certificate(
  role: Role,
  name: string,
  fate: Fate,
  change: (fields: Tree[]) => void,
  because?: string,
): Mutant {
  return {
    name: `${role}: ${name}`,
    fate,
    ...(because !== undefined && { because }),
    make(simulation) {
      const [tbs] = childrenOf(readTree(chainOf(simulation)[role])) as [Tree];
      change(childrenOf(tbs));
      return { quote: quoteWith(simulation, { [role]: sign(writeTree(tbs), issuerKey(simulation, role)) }) };
    },
  };
}

/** A quote with a certificate that was changed after it was signed. */
export function resealed(
  role: Role,
  name: string,
  fate: Fate,
  change: (certificate: Tree[], simulation: Simulation) => void | Uint8Array,
  because?: string,
): Mutant {
  return {
    name: `${role}: ${name}`,
    fate,
    ...(because !== undefined && { because }),
    make(simulation) {
      const tree = readTree(chainOf(simulation)[role]);
      const changed = change(childrenOf(tree), simulation) ?? writeTree(tree);
      return { quote: quoteWith(simulation, { [role]: changed }) };
    },
  };
}

/** A quote of the simulated platform with other certificates. */
export function quoteWith(simulation: Simulation, changes: Partial<Record<Role, Uint8Array>>): Uint8Array {
  const { pck, intermediate, root } = { ...chainOf(simulation), ...changes };
  return writeQuote({ ...simulation.platform, chain: [pck, intermediate, root] }, STATEMENTS["SGX, version 3"]!);
}

export function chainOf({ platform }: Simulation): Record<Role, Uint8Array> {
  const [pck, intermediate, root] = platform.chain;
  return { pck, intermediate, root };
}

export function issuerKey({ authority }: Simulation, role: Role): SigningKey {
  return role === "pck" ? authority.intermediate.key : authority.root.key;
}

/** The extension with that OID: its OID, whether it is critical if it says so, and its value. */
export function extension(fields: Tree[], oid: string): Tree[] {
  const found = extensionsOf(fields).find((candidate) => contentOf(childrenOf(candidate)[0]!) === oid);
  return childrenOf(found!);
}

/** All extensions. */
export function extensionsOf(fields: Tree[]): Tree[] {
  return childrenOf(childrenOf(fields[FIELD.extensions]!)[0]!);
}

/** Leaves out an extension. */
export const without =
  (oid: string) =>
  (fields: Tree[]): void => {
    const list = extensionsOf(fields);
    const at = list.findIndex((candidate) => contentOf(childrenOf(candidate)[0]!) === oid);
    list.splice(at, 1);
  };

/** Lets an extension say something else, in hex. */
export const saying =
  (oid: string, hex: string) =>
  (fields: Tree[]): void => {
    const parts = extension(fields, oid);
    parts[parts.length - 1] = leaf(TAG.OCTET_STRING, hex);
  };

/** Puts something else in the place of a field. */
export const setField =
  (field: number, tree: Tree) =>
  (fields: Tree[]): void => {
    fields[field] = tree;
  };
