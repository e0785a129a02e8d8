import { toHex } from "../attestation/bytes.js";
import { AttestationError } from "../attestation/fault.js";
import type { Quote } from "../attestation/quote.js";
import { levelOf, measurementIn, pckNameOf, type PckName, type PlatformLevel } from "../attestation/quoteEvidence.js";
import { encodeReportData, type EnclaveBinding } from "@poco-marketplace/sdk/wire/reportData.js";
import { verifyQuote, type QuotePolicy } from "../attestation/verdict.js";
import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { assertEnclave, EnclaveRefusal } from "./enclaveRefusal.js";

/** The claims of an enclave, and the quote that proves them. */
export interface ClaimedEnclave {
  readonly binding: EnclaveBinding;
  readonly quote: Uint8Array;
}

/** The facts about an enclave that a verified quote proves. */
export interface VerifiedEnclave {
  /** The measurement as apps publish it: MRENCLAVE, or MRTD and RTMR0 to RTMR3. */
  readonly measurement: Hex;
  readonly platform: PckName;
  /**
   * An id of the machine that outlives its certificates: PPID and, for machines with several processors, the instance
   * id.
   */
  readonly machine: Hex;
  /** FMSPC. */
  readonly model: Hex;
  /** The security versions by which registries of platforms judge it. */
  readonly level: PlatformLevel;
}

/**
 * Verifies that a genuine platform made a quote for this worker, task, enclave and encryption key, and that the host
 * configured nothing beyond what was measured.
 *
 * @throws {@link EnclaveRefusal}
 */
export function verifyEnclaveQuote({ binding, quote: bytes }: ClaimedEnclave, policy: QuotePolicy): VerifiedEnclave {
  const { quote, chain, facts } = verify(bytes, policy);
  const { worker, taskId, enclave } = binding;
  const [expected, reported] = [toHex(encodeReportData(binding)), toHex(quote.body.reportData)];
  assertEnclave(reported === expected, "WrongReportData", { worker, taskId, enclave, expected, reported });
  for (const [field, value] of configurationOf(quote)) {
    assertEnclave(/^0x0*$/.test(value), "ConfiguredEnclave", { field, value });
  }
  return {
    measurement: measurementIn(quote),
    platform: pckNameOf(chain),
    machine: toHex(Buffer.concat([facts.ppid, facts.platformInstanceId ?? new Uint8Array()])),
    model: toHex(facts.fmspc),
    level: levelOf(quote, facts),
  };
}

function verify(bytes: Uint8Array, policy: QuotePolicy) {
  try {
    return verifyQuote(bytes, policy);
  } catch (cause) {
    if (!isAttestationError(cause)) throw cause;
    throw new EnclaveRefusal("QuoteRefused", { fault: cause.fault, reason: cause.message }, { cause });
  }
}

function isAttestationError(error: unknown): error is AttestationError {
  return error instanceof AttestationError;
}

/** The fields that a host can set without changing the measurement. */
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
