import type { Hex } from "../protocol/ids.js";
import { toHex } from "./bytes.js";
import { AttestationError, demand } from "./fault.js";
import { isSignedBy } from "./p256.js";
import { readPckChain, verifyPckChain, type PckChain } from "./pckChain.js";
import { demandBinding, demandQuotingEnclave } from "./qeReport.js";
import { parseQuote, type Quote } from "./quote.js";
import { demandNotRevoked, revocationListOf, type RevocationList } from "./revocationList.js";
import { INTEL_ROOT_KEY } from "./root.js";
import type { PckFacts } from "./sgxExtension.js";
import { ANY_TCB, demandTcb, type TcbPolicy } from "./tcbPolicy.js";

/** What quotes are judged by. */
export type Policy = {
  /** The key (x, y) that every chain must end in. */
  readonly rootKey: Uint8Array;
  /** When certificates and revocation lists must be valid. */
  readonly at: Date;
  readonly tcb: TcbPolicy;
  readonly revocationLists: readonly RevocationList[];
  /** Whether a CA of the chain that has no list among those is a reason to refuse. */
  readonly missingLists: "accepted" | "refused";
  /** Whether the owner of an enclave may have looked into it. */
  readonly debugEnclaves: "accepted" | "refused";
};

/** Intel's root, now, whatever the age of the platform, without revocation lists, and no debug mode. */
export function defaultPolicy(changes: Partial<Policy> = {}): Policy {
  return {
    rootKey: INTEL_ROOT_KEY,
    at: new Date(),
    tcb: ANY_TCB,
    revocationLists: [],
    missingLists: "accepted",
    debugEnclaves: "refused",
    ...changes,
  };
}

/** What a quote says and what vouches for it. */
export type Evidence = { readonly quote: Quote; readonly chain: PckChain; readonly facts: PckFacts };

/**
 * Refuses a quote unless a genuine platform made it for an enclave that nobody can look into, step by step as
 * docs/attestation.md lists them.
 *
 * @throws AttestationError
 */
export function verifyQuote(bytes: Uint8Array, policy: Policy = defaultPolicy()): Evidence {
  const quote = parseQuote(bytes);
  const chain = readPckChain(quote.signatureData.pemChain);
  const facts = verifyEvidence(quote, chain, policy);
  return { quote, chain, facts };
}

function verifyEvidence(quote: Quote, chain: PckChain, policy: Policy): PckFacts {
  const { header, signatureData } = quote;
  demandQuotingEnclave(signatureData, header.tee);
  demandBinding(signatureData);

  const facts = verifyPckChain(chain, policy);
  demandNoneRevoked(chain, policy);

  const { attestationKey, qeReportBytes, qeReportSignature, signature } = signatureData;
  const { publicKey } = chain.pck;
  demand(isSignedBy(publicKey, qeReportBytes, qeReportSignature), "QeReportSignatureInvalid", {
    pckKey: toHex(publicKey),
  });
  demand(isSignedBy(attestationKey, quote.signed, signature), "QuoteSignatureInvalid", {
    attestationKey: toHex(attestationKey),
  });

  demandNoDebug(quote, policy);
  demandTcb(quote, facts, policy.tcb);
  return facts;
}

function demandNoneRevoked({ pck, intermediate, root }: PckChain, policy: Policy): void {
  for (const [certificate, issuer] of [
    [intermediate, root],
    [pck, intermediate],
  ] as const) {
    const list = revocationListOf(issuer, { lists: policy.revocationLists, at: policy.at });
    if (list !== undefined) demandNotRevoked(certificate, list);
    else demand(policy.missingLists === "accepted", "MissingRevocationList", { issuer: issuer.subject });
  }
}

function demandNoDebug({ body }: Quote, { debugEnclaves }: Policy): void {
  const attributes = body.tee === "SGX" ? body.attributes : body.tdAttributes;
  demand(!body.isDebug || debugEnclaves === "accepted", "DebugEnclave", {
    report: body.tee === "SGX" ? "enclave" : "trust domain",
    attributes: toHex(attributes),
  });
}

/** Whether a quote is believed, and if not, why; with all of it that can be read either way. */
export type Verdict = {
  readonly refusal: AttestationError | undefined;
  readonly quote: Quote | undefined;
  readonly chain: PckChain | undefined;
};

/** Like {@link verifyQuote}, for those who want to see a refused quote too. */
export function judgeQuote(bytes: Uint8Array, policy: Policy = defaultPolicy()): Verdict {
  let quote: Quote | undefined;
  let chain: PckChain | undefined;
  try {
    quote = parseQuote(bytes);
    chain = readPckChain(quote.signatureData.pemChain);
    verifyEvidence(quote, chain, policy);
    return { refusal: undefined, quote, chain };
  } catch (error) {
    if (!(error instanceof AttestationError)) throw error;
    return { refusal: error, quote, chain };
  }
}

/** The measurement that tells one program from another: MRENCLAVE of an enclave, MRTD of a trust domain. */
export function measurementOf({ body }: Quote): Hex {
  return toHex(body.tee === "SGX" ? body.mrEnclave : body.mrTd);
}
