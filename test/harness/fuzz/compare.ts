import { keccak256, type Result } from "ethers";

import type { AttestationError, FaultName, FaultValues, Subject } from "@poco-marketplace/enclave/attestation/fault.js";
import type { OffChain, OnChain } from "./verdict.js";

/** A value for one argument of a contract's error; undefined if the other side has no such value. */
type Expected = string | number | bigint | boolean | undefined;

const ROLES: Readonly<Record<string, number>> = {
  "PCK certificate": 0,
  "intermediate certificate": 1,
  "root certificate": 2,
};
const REPORTS: Readonly<Record<string, number>> = { enclave: 0, "trust domain": 1, "quoting enclave": 2 };
const EXTENSIONS: Readonly<Record<string, number>> = {
  "authority key identifier": 0,
  "subject key identifier": 1,
  "key usage": 2,
  "basic constraints": 3,
  "revocation list distribution points": 4,
  SGX: 5,
};

const role = (subject: Subject) => ROLES[subject];
/** The first `bytes` bytes of hex digits, in little-endian order, as a number. */
const littleEndian = (hex: string, bytes: number) =>
  Array.from({ length: bytes }, (_, index) => BigInt(`0x${hex.slice(2 + 2 * index, 4 + 2 * index)}`)).reduceRight(
    (number, byte) => number * 256n + byte,
    0n,
  );
const flags = (hex: string) => littleEndian(hex, 8);
const x = (point: string) => point.slice(0, 66);
const y = (point: string) => `0x${point.slice(66)}`;
/** Contracts have no moments before 1970. */
const seconds = (moment: Date) => Math.max(0, moment.getTime() / 1000);

/** The expected arguments of a contract's error, from the values of the same fault off chain. */
const ARGUMENTS: { readonly [Name in FaultName]?: (values: FaultValues<Name>) => readonly Expected[] } = {
  WrongLength: ({ stated, actual }) => [undefined, stated, actual],
  UnsupportedVersion: ({ version }) => [version],
  UnsupportedKeyType: ({ keyType }) => [keyType],
  UnsupportedTee: ({ version, tee }) => [version, tee],
  UnsupportedBodyType: ({ bodyType }) => [bodyType],
  UnknownVendor: ({ vendor }) => [vendor],
  UnsupportedCertification: ({ expected, type }) => [expected, type],
  EnclaveNotInitialised: ({ report, attributes }) => [REPORTS[report], flags(attributes)],
  UnknownAttributes: ({ report, attributes, unknown }) => [REPORTS[report], flags(attributes), BigInt(unknown)],
  DebugEnclave: ({ report, attributes }) => [REPORTS[report], flags(attributes)],
  MigratableTrustDomain: ({ attributes }) => [flags(attributes)],
  ServiceTrustDomain: ({ measurement }) => [measurement.slice(0, 66), `0x${measurement.slice(66)}`],
  SeptVeNotDisabled: ({ attributes }) => [flags(attributes)],
  UnexpectedAttributes: ({ report, bits, required, allowed }) => [REPORTS[report], flags(bits), required, allowed],
  UnexpectedFeatures: ({ report, bits, required, allowed }) => [REPORTS[report], flags(bits), required, allowed],
  UnexpectedMiscSelect: ({ miscSelect, allowed }) => [littleEndian(miscSelect, 4), allowed],
  SeamAttributes: ({ attributes }) => [flags(attributes)],
  UnknownQuotingEnclave: ({ signer, product }) => [signer, product],
  QuotingEnclaveAttributes: ({ attributes, miscSelect }) => [flags(attributes), littleEndian(miscSelect, 4)],
  AttestationKeyNotBound: ({ expected, reported }) => [expected, reported],
  KeyNotOnCurve: ({ point }) => [x(point), y(point)],
  SignatureOutOfRange: ({ r, s }) => [r, s],
  QuoteSignatureInvalid: ({ attestationKey }) => [x(attestationKey)],
  QeReportSignatureInvalid: ({ pckKey }) => [x(pckKey)],
  CertificateSignatureInvalid: ({ certificate, signerKey }) => [role(certificate), x(signerKey)],
  MalformedDer: ({ subject }) => [role(subject), undefined],
  UnsupportedAlgorithm: ({ subject }) => [role(subject)],
  MissingExtension: ({ subject, extension }) => [role(subject), EXTENSIONS[extension]],
  RepeatedExtension: ({ subject, extension }) => [role(subject), EXTENSIONS[extension]],
  WrongCriticality: ({ subject, extension, critical }) => [role(subject), EXTENSIONS[extension], critical],
  UnknownCriticalExtension: ({ subject }) => [role(subject)],
  WrongBasicConstraints: ({ certificate, ca, pathLength }) => [
    role(certificate),
    ca,
    pathLength !== undefined,
    pathLength ?? 0,
  ],
  WrongKeyUsage: ({ certificate, usage }) => [role(certificate), Number.parseInt(usage.slice(4, 6), 16)],
  IssuerMismatch: ({ certificate, issuer, parent }) => [role(certificate), keccak256(issuer), keccak256(parent)],
  KeyIdentifierMismatch: ({ certificate, authority, parent }) => [role(certificate), authority, parent],
  NotYetValid: ({ certificate, notBefore }) => [role(certificate), seconds(notBefore)],
  Expired: ({ certificate, notAfter }) => [role(certificate), seconds(notAfter)],
  UntrustedRoot: ({ root }) => [x(root), y(root)],
};

/** The difference between two verdicts, if any. A side that fails unexpectedly always differs. */
export function differenceOf(offChain: OffChain, onChain: OnChain): string | undefined {
  if (offChain.fate === "broken" || onChain.fate === "broken") return "a verifier that breaks";
  if (offChain.fate !== onChain.fate) return "the verdict";
  if (offChain.fate === "valid") {
    const mine = offChain.proven;
    const other = "proven" in onChain ? onChain.proven : {};
    const names = new Set([...Object.keys(mine), ...Object.keys(other)]);
    const different = [...names].filter((name) => mine[name] !== other[name]);
    return different.length === 0 ? undefined : `what is proven: ${different.join(", ")}`;
  }
  if (!("refusal" in offChain) || !("refusal" in onChain)) return "the verdict";
  return areSameValues(offChain.refusal, onChain.refusal) ? undefined : `the values of ${offChain.fate}`;
}

function areSameValues({ fault, values }: AttestationError, actual: Result): boolean {
  if (fault === "Truncated") {
    // Contracts read some fields together, so a truncation ends at the same byte.
    const { offset, available } = values as FaultValues<"Truncated">;
    return BigInt(offset + available) === (actual[0] as bigint) + (actual[2] as bigint);
  }
  const expected = (ARGUMENTS[fault] as ((values: unknown) => readonly Expected[]) | undefined)?.(values) ?? [];
  return expected.every((value, index) => value === undefined || String(value) === String(actual[index]));
}
