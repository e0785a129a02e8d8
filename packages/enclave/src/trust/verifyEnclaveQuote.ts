import { toHex } from "../attestation/bytes.js";
import { AttestationError } from "../attestation/fault.js";
import { imageRegister } from "../attestation/imageRule.js";
import { assertIsolated } from "../attestation/isolation.js";
import { measuredIn, type MeasuredImage, type MeasuredPackage } from "../attestation/measured.js";
import type { Quote } from "../attestation/quote.js";
import { levelOf, pckNameOf, type PckName, type PlatformLevel } from "../attestation/quoteEvidence.js";
import { encodeReportData, type EnclaveBinding } from "@poco-marketplace/sdk/wire/reportData.js";
import { verifyQuote, type QuotePolicy } from "../attestation/verdict.js";
import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { assertEnclave, EnclaveRefusal } from "./enclaveRefusal.js";

/** The claims of an enclave, and the quote that proves them. */
export interface ClaimedEnclave {
  readonly binding: EnclaveBinding;
  readonly quote: Uint8Array;
}

/** The facts about an enclave that a verified quote proves: where it runs, and what it is. */
export type VerifiedEnclave = VerifiedPackage | VerifiedImage;

/** The enclave of an app that published its measurement. */
export interface VerifiedPackage extends MeasuredPackage, VerifiedPlace {}

/** A trust domain whose runtime says that it has verified an image, which is true only if the runtime is approved. */
export interface VerifiedImage extends Pick<MeasuredImage, "kind" | "runtime">, VerifiedPlace {
  /** The digest of the image, which apps publish as their checksum. */
  readonly digest: Hex;
}

/** The platform of an enclave. */
export interface VerifiedPlace {
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
 * configured nothing beyond what was measured, or an image that the runtime of a trust domain has verified.
 *
 * @throws {@link EnclaveRefusal}
 */
export function verifyEnclaveQuote({ binding, quote: bytes }: ClaimedEnclave, policy: QuotePolicy): VerifiedEnclave {
  const { quote, chain, facts } = refuseFaults(() => verifyQuote(bytes, policy));
  const { worker, taskId, enclave } = binding;
  const [expected, reported] = [toHex(encodeReportData(binding)), toHex(quote.body.reportData)];
  assertEnclave(reported === expected, "WrongReportData", { worker, taskId, enclave, expected, reported });
  for (const [field, value] of configurationOf(quote)) {
    assertEnclave(/^0x0*$/.test(value), "ConfiguredEnclave", { field, value });
  }
  return {
    ...assertMeasured(quote, policy),
    platform: pckNameOf(chain),
    machine: toHex(Buffer.concat([facts.ppid, facts.platformInstanceId ?? new Uint8Array()])),
    model: toHex(facts.fmspc),
    level: levelOf(quote, facts),
  };
}

/** What a quote proves that was measured, or that was verified by what was measured. */
export type ProvenMeasurement = MeasuredPackage | Pick<VerifiedImage, "kind" | "digest" | "runtime">;

/**
 * Refuses a trust domain for an image whose host is not kept out, or whose MRCONFIGID and RTMR3 are not those of one
 * image, whatever the policy says of other enclaves.
 *
 * @throws {@link EnclaveRefusal}
 */
export function assertMeasured(quote: Quote, policy: QuotePolicy): ProvenMeasurement {
  const measured = measuredIn(quote);
  if (measured.kind === "package") return measured;

  refuseFaults(() => assertIsolated(quote, { ...policy, debugEnclaves: "refused", isolation: "required" }));
  const { kind, configuration, digest, runtime, register: reported } = measured;
  if (digest === undefined) throw new EnclaveRefusal("UnknownConfiguration", { configuration });
  const expected = toHex(imageRegister(digest));
  assertEnclave(reported === expected, "WrongImageRegister", { digest, expected, reported });
  return { kind, digest, runtime };
}

/** Refuses the enclave where its quote has a fault. */
function refuseFaults<Result>(judge: () => Result): Result {
  try {
    return judge();
  } catch (cause) {
    if (!isAttestationError(cause)) throw cause;
    throw new EnclaveRefusal("QuoteRefused", { fault: cause.fault, reason: cause.message }, { cause });
  }
}

function isAttestationError(error: unknown): error is AttestationError {
  return error instanceof AttestationError;
}

/** The fields that a host can set without changing the measurement; {@link assertMeasured} judges MRCONFIGID. */
function configurationOf({ body }: Quote): readonly (readonly [string, Hex])[] {
  return body.tee === "SGX"
    ? [
        ["CONFIGID", toHex(body.configId)],
        ["CONFIGSVN", `0x${body.configSvn.toString(16)}`],
      ]
    : [
        ["MROWNER", toHex(body.mrOwner)],
        ["MROWNERCONFIG", toHex(body.mrOwnerConfig)],
      ];
}
