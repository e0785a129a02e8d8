import { createHash } from "node:crypto";

import { CERTIFICATION } from "@poco-marketplace/enclave/attestation/certificationData.js";
import { KEY_TYPE_P256, TEE_SGX, TEE_TDX, VENDOR_INTEL } from "@poco-marketplace/enclave/attestation/header.js";
import { BODY_TYPE } from "@poco-marketplace/enclave/attestation/quote.js";
import type { PckCa } from "@poco-marketplace/enclave/attestation/simulated/authority.js";
import {
  encodePem,
  SIMULATED_MARK,
  type Statement,
} from "@poco-marketplace/enclave/attestation/simulated/quoteWriter.js";
import {
  encodeSgxReport,
  encodeTdReport,
  uint16,
  uint32,
} from "@poco-marketplace/enclave/attestation/simulated/reports.js";
import { assemble as sealCertificate } from "./sealed.js";
import { LAYOUTS, ROLES, type Role, type Stock } from "./stock.js";

/** The unchanged quote of a mutant. */
export type Base = { readonly layout: keyof typeof LAYOUTS; readonly ca: PckCa };

/** The parts of a quote in the order of assembly. The signer of a part comes after it. */
export const PARTS = [
  "statement",
  "authentication data",
  "attestation key",
  "quoting enclave",
  ...ROLES.map((role) => `${role} signed` as const),
  ...ROLES.map((role) => `${role} signature` as const),
  ...ROLES.map((role) => `${role} certificate` as const),
  "PEM",
  "quote signature",
  "report signature",
  "quote",
] as const;

/**
 * The name of a part: `statement` is header and body; `… signed` is the signed part of a certificate, `… signature` r and s over
 * it, 32 bytes each, and `… certificate` all of it.
 */
export type Part = (typeof PARTS)[number];

/** Changes a part once it is assembled. */
export type Edit = (part: Part, bytes: Uint8Array) => Uint8Array;

/** A quote, and the certificates in it. */
export type Assembled = { readonly quote: Uint8Array; readonly certificates: Readonly<Record<Role, Uint8Array>> };

/**
 * Assembles a quote and lets `edit` change each part. Signed parts are signed after the change, and
 * the quoting enclave vouches for the changed key and data.
 */
export function assemble({ chains, quotingEnclaves }: Stock, { layout, ca }: Base, edit: Edit): Assembled {
  const statement = LAYOUTS[layout];
  const enclave = quotingEnclaves[statement.version === 3 ? "SGX" : "TDX"];
  const pckKey = chains[ca].pck.key;

  const signed = edit("statement", Buffer.concat([encodeHeader(statement), encodeBody(statement)]));
  const data = edit("authentication data", enclave.authenticationData);
  const key = edit("attestation key", enclave.attestationKey.point);
  const bound = Buffer.from(enclave.report);
  createHash("sha256").update(key).update(data).digest().copy(bound, 320);
  const report = edit("quoting enclave", bound);

  const certificates = Object.fromEntries(
    ROLES.map((role) => {
      const { signed: original, issuer } = chains[ca][role];
      const says = edit(`${role} signed`, original);
      const signature = edit(`${role} signature`, issuer.sign(says));
      return [role, edit(`${role} certificate`, sealCertificate(says, signature))];
    }),
  ) as Record<Role, Uint8Array>;
  const pem = edit("PEM", Buffer.from(encodePem(ROLES.map((role) => certificates[role]))));

  const quoteSignature = edit("quote signature", enclave.attestationKey.sign(signed));
  const reportSignature = edit("report signature", pckKey.sign(report));
  const chain = record(CERTIFICATION.PCK_CHAIN, pem);
  const certified = Buffer.concat([report, reportSignature, uint16(data.length), data, chain]);
  const rest = statement.version === 3 ? certified : record(CERTIFICATION.QE_REPORT, certified);
  const length = quoteSignature.length + key.length + rest.length;
  const quote = edit("quote", Buffer.concat([signed, uint32(length), quoteSignature, key, rest]));
  return { quote, certificates };
}

function encodeHeader({ version }: Statement): Uint8Array {
  const svns = version === 3 ? [uint16(9), uint16(13)] : [uint32(0)];
  const tee = uint32(version === 3 ? TEE_SGX : TEE_TDX);
  return Buffer.concat([uint16(version), uint16(KEY_TYPE_P256), tee, ...svns, VENDOR_INTEL, SIMULATED_MARK]);
}

function encodeBody(statement: Statement): Uint8Array {
  if (statement.version === 3) return encodeSgxReport(statement.body);
  const report = encodeTdReport(statement.body);
  if (statement.version === 4) return report;
  const type = statement.body.version15 === undefined ? BODY_TYPE.TD_10 : BODY_TYPE.TD_15;
  return Buffer.concat([uint16(type), uint32(report.length), report]);
}

function record(type: number, content: Uint8Array): Uint8Array {
  return Buffer.concat([uint16(type), uint32(content.length), content]);
}
