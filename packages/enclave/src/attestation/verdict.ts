import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { toHex } from "./bytes.js";
import { AttestationError, demand } from "./fault.js";
import { assertIsolated } from "./isolation.js";
import { isSignedBy } from "./p256.js";
import { readPckChain, verifyPckChain, type PckChain } from "./pckChain.js";
import { demandBinding, demandQuotingEnclave } from "./qeReport.js";
import { parseQuote, type Quote } from "./quote.js";
import { defaultPolicy, type QuotePolicy } from "./quotePolicy.js";
import { demandNotRevoked, revocationListOf } from "./revocationList.js";
import type { PckFacts } from "./sgxExtension.js";
import { demandTcb } from "./tcbPolicy.js";

export { defaultPolicy, type QuotePolicy } from "./quotePolicy.js";

/** What a quote says and what vouches for it. */
export type Evidence = { readonly quote: Quote; readonly chain: PckChain; readonly facts: PckFacts };

/**
 * Refuses a quote unless a genuine platform made it for an enclave or trust domain that its host can neither look into nor
 * export, step by step as docs/reference/quotes.md lists them.
 *
 * @throws AttestationError
 */
export function verifyQuote(bytes: Uint8Array, policy: QuotePolicy = defaultPolicy()): Evidence {
  const quote = parseQuote(bytes);
  const chain = readPckChain(quote.signatureData.pemChain);
  const facts = verifyEvidence(quote, chain, policy);
  return { quote, chain, facts };
}

function verifyEvidence(quote: Quote, chain: PckChain, policy: QuotePolicy): PckFacts {
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

  assertIsolated(quote, policy);
  demandTcb(quote, facts, policy.tcb);
  return facts;
}

function demandNoneRevoked({ pck, intermediate, root }: PckChain, policy: QuotePolicy): void {
  for (const [certificate, issuer] of [
    [intermediate, root],
    [pck, intermediate],
  ] as const) {
    const list = revocationListOf(issuer, { lists: policy.revocationLists, at: policy.at });
    if (list !== undefined) demandNotRevoked(certificate, list);
    else demand(policy.missingLists === "accepted", "MissingRevocationList", { issuer: issuer.subject });
  }
}

/** Whether a quote is believed, and if not, why; with all of it that can be read either way. */
export type Verdict = {
  readonly refusal: AttestationError | undefined;
  readonly quote: Quote | undefined;
  readonly chain: PckChain | undefined;
};

/** Like {@link verifyQuote}, for those who want to see a refused quote too. */
export function judgeQuote(bytes: Uint8Array, policy: QuotePolicy = defaultPolicy()): Verdict {
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
