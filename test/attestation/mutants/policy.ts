import { readRevocationList, type RevocationList } from "@poco-marketplace/enclave/attestation/revocationList.js";
import { toHex } from "@poco-marketplace/enclave/attestation/bytes.js";
import { readCertificate } from "@poco-marketplace/enclave/attestation/certificate.js";
import {
  issueRevocationList,
  type Issuer,
  type Period,
} from "@poco-marketplace/enclave/attestation/simulated/authority.js";
import { writeQuote, type Statement } from "@poco-marketplace/enclave/attestation/simulated/quoteWriter.js";
import { createSigningKey } from "@poco-marketplace/enclave/attestation/simulated/signingKey.js";
import { ANY_TCB, type MinimumTcb, type TcbPolicy } from "@poco-marketplace/enclave/attestation/tcbPolicy.js";
import type { QuotePolicy } from "@poco-marketplace/enclave/attestation/verdict.js";
import { PERIOD, STATEMENTS, type Simulation } from "../simulation.js";
import { childrenOf, readTree, writeTree, type Tree } from "../../harness/fuzz/derTree.js";
import { sign } from "../../harness/fuzz/sealed.js";
import { OID, quoteWith, saying } from "./forge.js";
import type { Fate, Mutant } from "./mutant.js";

const SGX = STATEMENTS["SGX, version 3"]!;
const TDX = STATEMENTS["TDX, version 4"]!;
const DEBUG = Buffer.from("0700000000000000e700000000000000", "hex");

const MIGRATABLE = Buffer.from("0000003000000000", "hex");
const SERVICE_DOMAIN = { teeTcbSvn2: Buffer.alloc(16), mrServiceTd: Buffer.alloc(48, 0x57) };

type Changes = Partial<QuotePolicy> | Promise<Partial<QuotePolicy>>;

function policy(name: string, fate: Fate, statement: Statement, change: (simulation: Simulation) => Changes): Mutant {
  return {
    name,
    fate,
    make: async (simulation) => ({
      quote: writeQuote(simulation.platform, statement),
      policy: await change(simulation),
    }),
  };
}

/** A policy about the model of the simulated platform, whose versions are all met but those in `changes`. */
function tcb(changes: Partial<MinimumTcb>, rest: Partial<TcbPolicy> = {}) {
  return ({ platform: { facts } }: Simulation): Partial<QuotePolicy> => {
    const least = { components: facts.tcbComponents, pceSvn: facts.pceSvn, ...changes };
    return { tcb: { ...ANY_TCB, otherPlatforms: "refused", platforms: { [toHex(facts.fmspc)]: least }, ...rest } };
  };
}

const oneMore =
  (index: number) =>
  ({ platform: { facts } }: Simulation) => {
    const components = facts.tcbComponents.map((svn, at) => (at === index ? svn + 1 : svn));
    return tcb({ components })({ platform: { facts } } as Simulation);
  };

type Pair = { readonly pck?: readonly Uint8Array[]; readonly intermediate?: readonly Uint8Array[] };

/** The lists of both CAs, on which there are those serial numbers. */
async function listsOf({ authority }: Simulation, { pck = [], intermediate = [] }: Pair, period: Period = PERIOD) {
  return [await listBy(authority.intermediate, pck, period), await listBy(authority.root, intermediate, period)];
}

async function listBy(
  issuer: Issuer,
  serials: readonly Uint8Array[],
  period: Period = PERIOD,
): Promise<RevocationList> {
  return readRevocationList(await issueRevocationList(issuer, { ...period, serials }));
}

const serialOf = (certificate: Uint8Array) => readCertificate(certificate, "PCK certificate").serial;

function revoking(name: string, fate: Fate, change: (simulation: Simulation) => Promise<Partial<QuotePolicy>>): Mutant {
  return policy(name, fate, SGX, change);
}

/** A list that is good from and until elsewhen. */
const elsewhen = (from: string, until: string) => async (simulation: Simulation) => ({
  revocationLists: await listsOf(simulation, {}, { from: new Date(from), until: new Date(until) }),
});

export const POLICY_MUTANTS: readonly Mutant[] = [
  policy("a debug enclave, which is accepted", "believed", { version: 3, body: { attributes: DEBUG } }, () => ({
    debugEnclaves: "accepted",
  })),
  policy(
    "a debug trust domain, which is accepted",
    "believed",
    {
      version: 4,
      body: { tdAttributes: Buffer.from("0100000000000000", "hex") },
    },
    () => ({ debugEnclaves: "accepted" }),
  ),
  policy(
    "a trust domain without SEPT_VE_DISABLE, where that is optional",
    "believed",
    { version: 4, body: { tdAttributes: new Uint8Array(8) } },
    () => ({ septVeDisable: "optional" }),
  ),
  policy(
    "a migratable trust domain, where SEPT_VE_DISABLE is optional",
    "MigratableTrustDomain",
    { version: 4, body: { tdAttributes: MIGRATABLE } },
    () => ({ septVeDisable: "optional" }),
  ),
  policy(
    "a migratable trust domain, where debug mode is accepted",
    "MigratableTrustDomain",
    { version: 4, body: { tdAttributes: MIGRATABLE } },
    () => ({ debugEnclaves: "accepted" }),
  ),
  policy(
    "a migratable trust domain with a service domain, where only genuineness counts",
    "believed",
    { version: 5, body: { tdAttributes: MIGRATABLE, version15: SERVICE_DOMAIN } },
    () => ({ isolation: "any" }),
  ),
  policy(
    "a debug trust domain, where isolation is left open but debug mode is not",
    "DebugEnclave",
    { version: 4, body: { tdAttributes: Buffer.from("0100001000000000", "hex") } },
    () => ({ isolation: "any" }),
  ),
  policy("another root", "UntrustedRoot", SGX, () => ({ rootKey: createSigningKey().point })),
  policy("verified long ago", "NotYetValid", SGX, () => ({ at: new Date("2025-12-31T23:59:59.999Z") })),
  policy("verified much later", "Expired", SGX, () => ({ at: new Date("2027-01-01T00:00:01Z") })),
  policy("verified within the last second", "believed", SGX, () => ({ at: new Date("2027-01-01T00:00:00.999Z") })),

  policy("a platform as new as is asked for", "believed", SGX, tcb({})),
  policy("a component that is too old", "TcbTooOld", SGX, oneMore(0)),
  policy("the last component that is too old", "TcbTooOld", SGX, oneMore(15)),
  policy("a provisioning enclave that is too old", "TcbTooOld", SGX, tcb({ pceSvn: 14 })),
  policy("a TDX module as new as is asked for", "believed", TDX, tcb({ tdxComponents: Array<number>(16).fill(2) })),
  policy("a TDX module that is too old", "TcbTooOld", TDX, tcb({ tdxComponents: [...Array<number>(15).fill(0), 3] })),
  policy(
    "a TDX module that is asked of an enclave",
    "believed",
    SGX,
    tcb({ tdxComponents: Array<number>(16).fill(9) }),
  ),
  policy("a model that the policy does not know", "UnknownPlatformModel", SGX, () => ({
    tcb: { ...ANY_TCB, otherPlatforms: "refused" },
  })),
  policy("a quoting enclave as new as is asked for", "believed", SGX, () => ({
    tcb: { ...ANY_TCB, minimumQeSvn: { SGX: 9, TDX: 99 } },
  })),
  policy("a quoting enclave that is too old", "QuotingEnclaveTooOld", TDX, () => ({
    tcb: { ...ANY_TCB, minimumQeSvn: { TDX: 7 } },
  })),

  revoking("lists on which nobody is", "believed", async (simulation) => ({
    revocationLists: await listsOf(simulation, {}),
    missingLists: "refused",
  })),
  revoking("lists on which others are", "believed", async (simulation) => ({
    revocationLists: await listsOf(simulation, {
      pck: [Buffer.of(1), Buffer.alloc(20, 0x7f)],
      intermediate: [Buffer.of(2)],
    }),
  })),
  revoking("a platform that was revoked", "CertificateRevoked", async (simulation) => ({
    revocationLists: await listsOf(simulation, { pck: [Buffer.of(1), serialOf(simulation.platform.chain[0])] }),
  })),
  revoking("a CA that was revoked", "CertificateRevoked", async (simulation) => ({
    revocationLists: await listsOf(simulation, { intermediate: [serialOf(simulation.platform.chain[1])] }),
  })),
  revoking("a platform whose serial number the root revoked", "believed", async (simulation) => ({
    revocationLists: await listsOf(simulation, { intermediate: [serialOf(simulation.platform.chain[0])] }),
  })),
  revoking("no lists where they are asked for", "MissingRevocationList", async () => ({ missingLists: "refused" })),
  revoking("one list where two are asked for", "MissingRevocationList", async ({ authority }) => ({
    revocationLists: [await listBy(authority.root, [])],
    missingLists: "refused",
  })),
  revoking("a list of yesterday", "RevocationListOutdated", elsewhen("2026-05-01T00:00:00Z", "2026-05-31T23:59:59Z")),
  revoking("a list that ends now", "believed", elsewhen("2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z")),
  revoking("a list that begins now", "believed", elsewhen("2026-06-01T00:00:00Z", "2026-07-01T00:00:00Z")),
  revoking("a list of tomorrow", "RevocationListNotYetValid", elsewhen("2026-06-01T00:00:01Z", "2026-07-01T00:00:00Z")),
  {
    name: "a list of a CA that may not sign any",
    fate: "WrongKeyUsage",
    async make(simulation) {
      const [tbs] = childrenOf(readTree(simulation.platform.chain[1])) as [Tree];
      saying(OID.keyUsage, "03020204")(childrenOf(tbs));
      const intermediate = sign(writeTree(tbs), simulation.authority.root.key);
      const revocationLists = await listsOf(simulation, {});
      return { quote: quoteWith(simulation, { intermediate }), policy: { revocationLists } };
    },
  },
  revoking("a list by another key with the same name", "KeyIdentifierMismatch", async ({ authority }) => ({
    revocationLists: [await listBy({ ...authority.root, key: createSigningKey() }, [])],
  })),
  revoking("a list that another key signed", "RevocationListSignatureInvalid", async ({ authority }) => {
    const { signed } = await listBy(authority.root, []);
    return { revocationLists: [readRevocationList(sign(signed, createSigningKey()))] };
  }),
  revoking("the list of a CA that has nothing to do with it", "believed", async (simulation) => ({
    revocationLists: [
      await listBy({ certificate: simulation.platform.chain[0], key: createSigningKey() }, [
        serialOf(simulation.platform.chain[0]),
      ]),
    ],
  })),
];
