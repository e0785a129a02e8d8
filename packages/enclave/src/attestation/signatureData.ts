import { quoteReader } from "./bytes.js";
import { CERTIFICATION, readCertificationHeader } from "./certificationData.js";
import type { QuoteHeader } from "./header.js";
import { readSgxReport, SGX_REPORT_LENGTH, type SgxReport } from "./sgxReport.js";

/** The signatures that prove a quote, and the chain of certificates below them. */
export interface SignatureData {
  /** The signature (r and s) of the header and the body by the attestation key. */
  readonly signature: Uint8Array;
  /** The point (x, y) of P-256. */
  readonly attestationKey: Uint8Array;
  readonly qeReport: SgxReport;
  /** The report of the quoting enclave as it was signed. */
  readonly qeReportBytes: Uint8Array;
  /** The signature (r and s) of that report by the key of the PCK certificate. */
  readonly qeReportSignature: Uint8Array;
  /** Data that the quoting enclave hashed together with the attestation key. */
  readonly authenticationData: Uint8Array;
  /** PCK certificate, intermediate and root, in PEM. */
  readonly pemChain: Uint8Array;
}

/** Reads the signature data, which extends from `start` to `end`. */
export function readSignatureData(
  bytes: Uint8Array,
  { start, end, version }: { start: number; end: number; version: QuoteHeader["version"] },
): SignatureData {
  const reader = quoteReader(bytes, start, end);
  const signature = reader.take(64, "quote's signature");
  const attestationKey = reader.take(64, "attestation key");
  if (version !== 3) readCertificationHeader(reader, { type: CERTIFICATION.QE_REPORT, end });

  const reportStart = reader.offset();
  const qeReport = readSgxReport(reader, "quoting enclave");
  const qeReportSignature = reader.take(64, "signature of the quoting enclave's report");
  const authenticationData = reader.take(
    reader.uint16("authentication data's length"),
    "quoting enclave's authentication data",
  );
  readCertificationHeader(reader, { type: CERTIFICATION.PCK_CHAIN, end });
  const pemChain = reader.take(end - reader.offset(), "chain of certificates");
  return {
    signature,
    attestationKey,
    qeReport,
    qeReportBytes: bytes.subarray(reportStart, reportStart + SGX_REPORT_LENGTH),
    qeReportSignature,
    authenticationData,
    pemChain,
  };
}
