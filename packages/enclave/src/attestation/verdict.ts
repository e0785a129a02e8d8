import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { toHex } from "./bytes.js";
import { AttestationError, assertQuote } from "./fault.js";
import { assertIsolated } from "./isolation.js";
import { isSignedBy } from "./p256.js";
import { readPckChain, verifyPckChain, type PckChain } from "./pckChain.js";
import { assertKeyBound, assertQuotingEnclave } from "./qeReport.js";
import { parseQuote, type Quote } from "./quote.js";
import { defaultPolicy, type QuotePolicy } from "./quotePolicy.js";
import { assertNotRevoked, revocationListOf } from "./revocationList.js";
import type { PckFacts } from "./sgxExtension.js";
import { assertTcb } from "./tcbPolicy.js";

export { defaultPolicy, type QuotePolicy } from "./quotePolicy.js";

/** A verified quote, with the chain of certificates that proves it. */
export interface VerifiedQuote {
  readonly quote: Quote;
  readonly chain: PckChain;
  readonly facts: PckFacts;
}

/**
 * Refuses a quote unless a genuine platform made it for an enclave or trust domain that its host can neither look into
 * nor export. docs/reference/quotes.md lists the steps.
 *
 * @throws {@link AttestationError}
 */
export function verifyQuote(bytes: Uint8Array, policy: QuotePolicy = defaultPolicy()): VerifiedQuote {
  const quote = parseQuote(bytes);
  const chain = readPckChain(quote.signatureData.pemChain);
  const facts = verifyEvidence(quote, chain, policy);
  return { quote, chain, facts };
}

function verifyEvidence(quote: Quote, chain: PckChain, policy: QuotePolicy): PckFacts {
  const { header, signatureData } = quote;
  assertQuotingEnclave(signatureData, header.tee);
  assertKeyBound(signatureData);

  const facts = verifyPckChain(chain, policy);
  assertNoneRevoked(chain, policy);

  const { attestationKey, qeReportBytes, qeReportSignature, signature } = signatureData;
  const { publicKey } = chain.pck;
  assertQuote(isSignedBy(publicKey, qeReportBytes, qeReportSignature), "QeReportSignatureInvalid", {
    pckKey: toHex(publicKey),
  });
  assertQuote(isSignedBy(attestationKey, quote.signed, signature), "QuoteSignatureInvalid", {
    attestationKey: toHex(attestationKey),
  });

  assertIsolated(quote, policy);
  assertTcb(quote, facts, policy.tcb);
  return facts;
}

function assertNoneRevoked({ pck, intermediate, root }: PckChain, policy: QuotePolicy): void {
  for (const [certificate, issuer] of [
    [intermediate, root],
    [pck, intermediate],
  ] as const) {
    const list = revocationListOf(issuer, { lists: policy.revocationLists, at: policy.at });
    if (list !== undefined) assertNotRevoked(certificate, list);
    else assertQuote(policy.missingLists === "accepted", "MissingRevocationList", { issuer: issuer.subject });
  }
}

/** The verdict on a quote: the refusal, if it is refused, and everything that could be read of it. */
export interface QuoteVerdict {
  readonly refusal: AttestationError | undefined;
  readonly quote: Quote | undefined;
  readonly chain: PckChain | undefined;
}

/** Verifies a quote like {@link verifyQuote}, but returns a refused quote too, as far as it can be read. */
export function judgeQuote(bytes: Uint8Array, policy: QuotePolicy = defaultPolicy()): QuoteVerdict {
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

/** Returns the measurement in a quote: MRENCLAVE of an enclave, MRTD of a trust domain. */
export function measurementOf({ body }: Quote): Hex {
  return toHex(body.tee === "SGX" ? body.mrEnclave : body.mrTd);
}
