import { toHex } from "../attestation/bytes.js";
import { AttestationError } from "../attestation/fault.js";
import type { Quote } from "../attestation/quote.js";
import { measurementIn, pckNameOf, type PckName } from "../attestation/quoteEvidence.js";
import { encodeReportData } from "../attestation/reportData.js";
import { verifyQuote, type QuotePolicy } from "../attestation/verdict.js";
import type { Hex } from "../protocol/ids.js";
import { demand, SecretRefusal } from "./refusal.js";
import { bindingOf, type SessionRequest } from "./sessionRequest.js";

/** What a believed quote proves of an enclave. */
export interface ProvenEnclave {
  /** As apps publish it: MRENCLAVE, or MRTD and RTMR0 to RTMR3. */
  readonly measurement: Hex;
  readonly platform: PckName;
  /** FMSPC. */
  readonly model: Hex;
}

/**
 * Believes the quote of a request, or says why not: that a genuine platform made it, for this worker, task, enclave and
 * encryption key, and that the host configured nothing beyond what was measured.
 *
 * @throws SecretRefusal
 */
export function proveEnclave(request: SessionRequest, policy: QuotePolicy): ProvenEnclave {
  const { quote, chain, facts } = believed(request.quote, policy);
  const binding = bindingOf(request);
  const { worker, taskId, enclave } = binding;
  const [expected, reported] = [toHex(encodeReportData(binding)), toHex(quote.body.reportData)];
  demand(reported === expected, "WrongReportData", { worker, taskId, enclave, expected, reported });
  for (const [field, value] of configurationOf(quote)) {
    demand(/^0x0*$/.test(value), "ConfiguredEnclave", { field, value });
  }
  return { measurement: measurementIn(quote), platform: pckNameOf(chain), model: toHex(facts.fmspc) };
}

function believed(bytes: Uint8Array, policy: QuotePolicy) {
  try {
    return verifyQuote(bytes, policy);
  } catch (cause) {
    if (!isAttestationError(cause)) throw cause;
    throw new SecretRefusal("QuoteRefused", { fault: cause.fault, reason: cause.message }, { cause });
  }
}

function isAttestationError(error: unknown): error is AttestationError {
  return error instanceof AttestationError;
}

/** What a host may set without changing the measurement. */
function configurationOf({ body }: Quote): readonly (readonly [string, Hex])[] {
  return body.tee === "SGX"
    ? [
        ["CONFIGID", toHex(body.configId)],
        ["CONFIGSVN", `0x${body.configSvn.toString(16)}`],
      ]
    : [
        ["MRCONFIGID", toHex(body.mrConfigId)],
        ["MROWNER", toHex(body.mrOwner)],
        ["MROWNERCONFIG", toHex(body.mrOwnerConfig)],
      ];
}
