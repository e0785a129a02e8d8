import { createHash } from "node:crypto";

import { TAG } from "@poco-marketplace/enclave/attestation/der.js";
import type { Tee } from "@poco-marketplace/enclave/attestation/header.js";
import { SPKI_PREFIX } from "@poco-marketplace/enclave/attestation/p256.js";
import { createAuthority, type PckCa, type Period } from "@poco-marketplace/enclave/attestation/simulated/authority.js";
import { createMachine } from "@poco-marketplace/enclave/attestation/simulated/machine.js";
import { certifyMachine } from "@poco-marketplace/enclave/attestation/simulated/platform.js";
import type { Statement } from "@poco-marketplace/enclave/attestation/simulated/quoteWriter.js";
import { childrenOf, contentOf, leaf, readTree, writeTree, type Tree } from "./derTree.js";
import { assemble } from "./sealed.js";
import { reproducibleKey, type ReproducibleKey } from "./reproducibleKey.js";

/** The moment for all verdicts, to the second. */
export const NOW = new Date("2026-06-15T12:00:00Z");
const PERIOD: Period = { from: new Date("2026-01-01T00:00:00Z"), until: new Date("2027-01-01T00:00:00Z") };

export const ROLES = ["pck", "intermediate", "root"] as const;
/** The role of a certificate in its chain. */
export type Role = (typeof ROLES)[number];

/** The content of a certificate before it is signed, the key that it certifies, and its signer. */
type Draft = { readonly signed: Uint8Array; readonly key: ReproducibleKey; readonly issuer: ReproducibleKey };

/** The material of mutants: simulated platforms that are the same, byte for byte, in every run. */
export type Stock = {
  /** The certificate of the root of all chains, in DER. */
  readonly root: Uint8Array;
  readonly rootKey: Uint8Array;
  /** The platform as certified by either CA: with and without the items that the Processor CA omits. */
  readonly chains: Readonly<Record<PckCa, Readonly<Record<Role, Draft>>>>;
  readonly quotingEnclaves: Readonly<Record<Tee, QuotingEnclave>>;
};

type QuotingEnclave = {
  readonly attestationKey: ReproducibleKey;
  readonly authenticationData: Uint8Array;
  readonly report: Uint8Array;
};

const filled = (length: number, byte: number) => Buffer.alloc(length, byte);

/** One statement for each layout of quotes. */
export const LAYOUTS = {
  v3: {
    version: 3,
    body: { mrEnclave: filled(32, 0xe1), mrSigner: filled(32, 0x51), productId: 7, reportData: filled(64, 0xd1) },
  },
  v4: {
    version: 4,
    body: { teeTcbSvn: filled(16, 2), mrSeam: filled(48, 0x5e), mrTd: filled(48, 0x7d), reportData: filled(64, 0xd2) },
  },
  v5: {
    version: 5,
    body: { teeTcbSvn: filled(16, 3), mrTd: filled(48, 0x7e), reportData: filled(64, 0xd3) },
  },
  "v5, TD report 1.5": {
    version: 5,
    body: {
      teeTcbSvn: filled(16, 4),
      mrTd: filled(48, 0x7f),
      rtmr: [filled(48, 0xa0), filled(48, 0xa1), filled(48, 0xa2), filled(48, 0xa3)],
      reportData: filled(64, 0xd4),
      version15: { teeTcbSvn2: filled(16, 5), mrServiceTd: filled(48, 0) },
    },
  },
} as const satisfies Record<string, Statement>;

/** Builds the stock, which is the same each time. */
export async function createStock(): Promise<Stock> {
  const machine = createMachine();
  const rootKey = reproducibleKey("root");
  const pckKey = reproducibleKey("PCK");
  const facts = { ppid: Buffer.from("SIMULATED FUZZED") };

  let root: Draft | undefined;
  async function chainOf(ca: PckCa): Promise<Record<Role, Draft>> {
    const authority = await createAuthority(PERIOD, ca);
    const { chain } = await certifyMachine(machine, authority, { ...PERIOD, facts });
    const caKey = reproducibleKey(`${ca} CA`);
    root ??= draft(chain[2], { name: "root", key: rootKey, issuer: rootKey });
    return {
      pck: draft(chain[0], { name: `PCK by ${ca} CA`, key: pckKey, issuer: caKey }),
      intermediate: draft(chain[1], { name: `${ca} CA`, key: caKey, issuer: rootKey }),
      root,
    };
  }
  const chains = { Platform: await chainOf("Platform"), Processor: await chainOf("Processor") };
  const { signed } = chains.Platform.root;
  return {
    root: assemble(signed, rootKey.sign(signed)),
    rootKey: rootKey.point,
    chains,
    quotingEnclaves: { SGX: quotingEnclave("SGX"), TDX: quotingEnclave("TDX") },
  };

  function quotingEnclave(tee: Tee): QuotingEnclave {
    const { authenticationData, report } = machine.quotingEnclaves[tee];
    return { attestationKey: reproducibleKey(`attestation, ${tee}`), authenticationData, report };
  }
}

const FIELD = { serial: 1, key: 6, extensions: 7 };
const OID = { subjectKeyId: "551d0e", authorityKeyId: "551d23" };

const keyId = ({ point }: ReproducibleKey) => createHash("sha1").update(point).digest("hex");

/** The content of a simulated certificate, with another serial number and other keys. */
function draft(certificate: Uint8Array, { name, key, issuer }: Omit<Draft, "signed"> & { name: string }): Draft {
  const [tbs] = childrenOf(readTree(certificate)) as [Tree];
  const fields = childrenOf(tbs);
  const serial = createHash("sha256").update(`serial of ${name}`).digest().subarray(0, 20);
  serial[0] = 0x40 | (serial[0]! & 0x3f);
  fields[FIELD.serial] = { tag: TAG.INTEGER, content: serial };
  fields[FIELD.key] = { raw: Buffer.concat([SPKI_PREFIX, key.point]) };
  for (const extension of childrenOf(childrenOf(fields[FIELD.extensions]!)[0]!)) {
    const parts = childrenOf(extension);
    const oid = contentOf(parts[0]!);
    if (oid === OID.subjectKeyId) parts[1] = leaf(TAG.OCTET_STRING, `0414${keyId(key)}`);
    if (oid === OID.authorityKeyId) parts[1] = leaf(TAG.OCTET_STRING, `30168014${keyId(issuer)}`);
  }
  return { signed: writeTree(tbs), key, issuer };
}
