import { createHash } from "node:crypto";

import { areEqual, assertZeros, toHex } from "./bytes.js";
import { assertQuote } from "./fault.js";
import type { Tee } from "./header.js";
import { assertPoint, assertSignature } from "./p256.js";
import type { SignatureData } from "./signatureData.js";

/** The signer and the product id of a quoting enclave. */
export interface QuotingEnclave {
  readonly signer: Uint8Array;
  readonly product: number;
}

/** Intel's quoting enclaves; the one for TDX has its own signer. */
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

/** The attributes of Intel's quoting enclaves: initialized, with the provisioning key. 64-bit mode is left open. */
const ATTRIBUTES = 0x11n;
const ATTRIBUTES_LEFT_OPEN = 0x04n;

/** Refuses a quoting enclave that is not Intel's for that TEE, or that is in debug mode. */
export function assertQuotingEnclave({ qeReport }: SignatureData, tee: Tee): void {
  const { mrSigner, productId, attributes, miscSelect, isDebug } = qeReport;
  const { signer, product } = QUOTING_ENCLAVES[tee];
  assertQuote(!isDebug, "DebugEnclave", { report: "quoting enclave", attributes: toHex(attributes) });
  assertQuote(areEqual(mrSigner, signer) && productId === product, "UnknownQuotingEnclave", {
    signer: toHex(mrSigner),
    product: productId,
    expectedSigner: toHex(signer),
    expectedProduct: product,
  });
  const flags = Buffer.from(attributes).readBigUInt64LE(0) & ~ATTRIBUTES_LEFT_OPEN;
  assertQuote(flags === ATTRIBUTES && miscSelect.every((byte) => byte === 0), "QuotingEnclaveAttributes", {
    attributes: toHex(attributes),
    miscSelect: toHex(miscSelect),
  });
}

/** Refuses an attestation key whose hash, with the authentication data, is not in the quoting enclave's report data. */
export function assertKeyBound(data: SignatureData): void {
  assertPoint(data.attestationKey, "attestation key");
  assertSignature(data.signature, "of the quote");
  assertSignature(data.qeReportSignature, "of the quoting enclave's report");

  const expected = createHash("sha256").update(data.attestationKey).update(data.authenticationData).digest();
  const reported = data.qeReport.reportData.subarray(0, 32);
  assertQuote(areEqual(reported, expected), "AttestationKeyNotBound", {
    expected: toHex(expected),
    reported: toHex(reported),
  });
  assertZeros(data.qeReport.reportData.subarray(32), "second half of the quoting enclave's report data");
}
