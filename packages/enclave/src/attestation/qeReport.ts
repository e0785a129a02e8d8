import { createHash } from "node:crypto";

import { areEqual, demandZeros, toHex } from "./bytes.js";
import { demand } from "./fault.js";
import type { Tee } from "./header.js";
import { demandPoint, demandSignature } from "./p256.js";
import type { SignatureData } from "./signatureData.js";

/** Whose quoting enclave it is. */
export type QuotingEnclave = { readonly signer: Uint8Array; readonly product: number };

/** Intel's quoting enclaves, of which that for TDX has a signer of its own. */
export const QUOTING_ENCLAVES: Readonly<Record<Tee, QuotingEnclave>> = {
  SGX: {
    signer: Buffer.from("8c4f5775d796503e96137f77c68a829a0056ac8ded70140b081b094490c57bff", "hex"),
    product: 1,
  },
  TDX: {
    signer: Buffer.from("dc9e2a7c6f948f17474e34a7fc43ed030f7c1563f1babddf6340c82e0e54a8c5", "hex"),
    product: 2,
  },
};

/** What Intel's quoting enclaves are: initialized, and allowed the provisioning key. Being 64-bit is left open. */
const ATTRIBUTES = 0x11n;
const ATTRIBUTES_LEFT_OPEN = 0x04n;

/** Refuses a quoting enclave that is not Intel's for that TEE, or that could be looked into. */
export function demandQuotingEnclave({ qeReport }: SignatureData, tee: Tee): void {
  const { mrSigner, productId, attributes, miscSelect, isDebug } = qeReport;
  const { signer, product } = QUOTING_ENCLAVES[tee];
  demand(!isDebug, "DebugEnclave", { report: "quoting enclave", attributes: toHex(attributes) });
  demand(areEqual(mrSigner, signer) && productId === product, "UnknownQuotingEnclave", {
    signer: toHex(mrSigner),
    product: productId,
    expectedSigner: toHex(signer),
    expectedProduct: product,
  });
  const flags = Buffer.from(attributes).readBigUInt64LE(0) & ~ATTRIBUTES_LEFT_OPEN;
  demand(flags === ATTRIBUTES && miscSelect.every((byte) => byte === 0), "QuotingEnclaveAttributes", {
    attributes: toHex(attributes),
    miscSelect: toHex(miscSelect),
  });
}

/** The quoting enclave puts the hash of the attestation key and of its own data first in its report data. */
export function demandBinding(data: SignatureData): void {
  demandPoint(data.attestationKey, "attestation key");
  demandSignature(data.signature, "of the quote");
  demandSignature(data.qeReportSignature, "of the quoting enclave's report");

  const expected = createHash("sha256").update(data.attestationKey).update(data.authenticationData).digest();
  const reported = data.qeReport.reportData.subarray(0, 32);
  demand(areEqual(reported, expected), "AttestationKeyNotBound", {
    expected: toHex(expected),
    reported: toHex(reported),
  });
  demandZeros(data.qeReport.reportData.subarray(32), "second half of the quoting enclave's report data");
}
