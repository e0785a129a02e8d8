import {
  defineErrors,
  type AssertOf,
  type CatalogError,
  type ErrorCatalog,
  type CatalogErrorValues,
} from "@poco-marketplace/sdk/errors/defineErrors.js";
import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";

/** The certificate, or the revocation list, that an error refers to. */
export type Subject = "PCK certificate" | "intermediate certificate" | "root certificate" | "revocation list";

interface Certificate {
  readonly certificate: Subject;
}

/** Bits that a host chose, as little-endian bytes; those that are required, and those that are allowed. */
interface Chosen {
  readonly report: string;
  readonly bits: Hex;
  readonly required: bigint;
  readonly allowed: bigint;
}

function bounds({ required, allowed }: Chosen): string {
  return `${required === 0n ? "" : `bits ${bitsIn(required)} are required, and `}only bits ${bitsIn(allowed)} are allowed`;
}

/** Lists the numbers of the bits that are set. */
function bitsIn(mask: bigint): string {
  return Array.from({ length: 64 }, (_, bit) => bit)
    .filter((bit) => ((mask >> BigInt(bit)) & 1n) === 1n)
    .join(", ");
}

/**
 * The reasons for refusing a quote, by name, with a sentence about the values. Contracts have errors of the same names,
 * since both implementations refuse the same quote for the same reason.
 */
const FAULTS = {
  // Layout of the quote.
  Truncated: (v: { field: string; offset: number; needed: number; available: number }) =>
    `The quote ends too early: ${v.field} takes ${v.needed} bytes from byte ${v.offset} on, and there are ${v.available}.`,
  WrongLength: (v: { field: string; stated: number; actual: number }) =>
    `The ${v.field} says that it is ${v.stated} bytes long, but it has ${v.actual}.`,
  NonZeroReserved: (v: { field: string; value: Hex }) =>
    `The ${v.field} is reserved and must be zero, but is ${v.value}.`,
  NonZeroPadding: (v: { offset: number; value: number }) =>
    `After its end a quote may be padded with zeros only, but byte ${v.offset} is ${v.value}.`,
  UnsupportedVersion: (v: { version: number }) =>
    `Quotes of version ${v.version} are not supported: only 3 (SGX), 4 and 5 (TDX).`,
  UnsupportedKeyType: (v: { keyType: number }) =>
    `Attestation keys of type ${v.keyType} are not supported: only 2, ECDSA with P-256.`,
  UnsupportedTee: (v: { version: number; tee: number }) =>
    `A quote of version ${v.version} is not supported for TEE type ${v.tee}: version 3 is for SGX (0), 4 and 5 for TDX (129).`,
  UnsupportedBodyType: (v: { bodyType: number }) =>
    `Bodies of type ${v.bodyType} are not supported: only 2 (TD report 1.0) and 3 (TD report 1.5).`,
  UnknownVendor: (v: { vendor: Hex }) => `The quoting enclave's vendor is ${v.vendor}, which is not Intel.`,
  UnsupportedCertification: (v: { expected: number; type: number }) =>
    `There should be certification data of type ${v.expected} here, but its type is ${v.type}.`,

  // Reports of the hardware.
  EnclaveNotInitialised: (v: { report: string; attributes: Hex }) =>
    `The ${v.report} has attributes ${v.attributes}, without the bit of an enclave that was initialized.`,
  UnknownAttributes: (v: { report: string; attributes: Hex; unknown: Hex }) =>
    `The ${v.report} has attributes ${v.attributes}, of which ${v.unknown} are unknown.`,
  DebugEnclave: (v: { report: string; attributes: Hex }) =>
    `The ${v.report} has attributes ${v.attributes}: it runs in debug mode, where its owner reads all of its memory.`,
  MigratableTrustDomain: (v: { attributes: Hex }) =>
    `The trust domain has attributes ${v.attributes}, MIGRATABLE (bit 29) among them: its host can export its memory.`,
  ServiceTrustDomain: (v: { measurement: Hex }) =>
    `The host bound a service domain to the trust domain, which can read and export its memory: MRSERVICETD is ` +
    `${v.measurement}, not zero.`,
  SeptVeNotDisabled: (v: { attributes: Hex }) =>
    `The trust domain has attributes ${v.attributes}, without SEPT_VE_DISABLE (bit 28): its host can take pages away ` +
    `and so have its exception handler run wherever it likes.`,
  UnexpectedAttributes: (v: Chosen) =>
    `The ${v.report} has attributes ${v.bits}, which its host chose and no measurement covers: ${bounds(v)}.`,
  UnexpectedFeatures: (v: Chosen) =>
    `The ${v.report} has processor features ${v.bits}, which its host chose and no measurement covers: ${bounds(v)}.`,
  UnexpectedMiscSelect: (v: { miscSelect: Hex; allowed: bigint }) =>
    `The enclave has miscellaneous selection ${v.miscSelect}, which its host chose and no measurement covers: only bits ` +
    `${bitsIn(v.allowed)} are allowed.`,
  SeamNotIntel: (v: { signer: Hex }) => `The TDX module was signed by ${v.signer}, which is not Intel (all zeros).`,
  SeamAttributes: (v: { attributes: Hex }) =>
    `The TDX module has attributes ${v.attributes}; a production module has none.`,

  // Quoting enclave.
  UnknownQuotingEnclave: (v: { signer: Hex; product: number; expectedSigner: Hex; expectedProduct: number }) =>
    `The quoting enclave is product ${v.product} of signer ${v.signer}, but must be product ${v.expectedProduct} of ` +
    `${v.expectedSigner}.`,
  QuotingEnclaveAttributes: (v: { attributes: Hex; miscSelect: Hex }) =>
    `The quoting enclave has attributes ${v.attributes} and miscellaneous selection ${v.miscSelect}, which are not ` +
    `those of Intel's.`,
  QuotingEnclaveTooOld: (v: { tee: string; svn: number; minimum: number }) =>
    `The ${v.tee} quoting enclave has security version ${v.svn}, but at least ${v.minimum} is required.`,
  AttestationKeyNotBound: (v: { expected: Hex; reported: Hex }) =>
    `The quoting enclave reports ${v.reported}, but the attestation key and its data hash to ${v.expected}.`,

  // Keys and signatures.
  KeyNotOnCurve: (v: { key: string; point: Hex }) => `The ${v.key}, ${v.point}, is not a point of the curve P-256.`,
  SignatureOutOfRange: (v: { signature: string; r: Hex; s: Hex }) =>
    `The signature ${v.signature} has r = ${v.r} and s = ${v.s}, of which one is zero or not below the order of P-256.`,
  QuoteSignatureInvalid: (v: { attestationKey: Hex }) =>
    `The attestation key ${v.attestationKey} did not sign this quote.`,
  QeReportSignatureInvalid: (v: { pckKey: Hex }) =>
    `The key ${v.pckKey} of the PCK certificate did not sign the report of the quoting enclave.`,
  CertificateSignatureInvalid: (v: Certificate & { signerKey: Hex }) =>
    `The ${v.certificate} was not signed by the key above it, ${v.signerKey}.`,

  // Certificates.
  MalformedPem: (v: { offset: number; problem: string }) =>
    `The chain of certificates is not well-formed PEM: ${v.problem}, at byte ${v.offset} of it.`,
  MalformedDer: (v: { subject: Subject; offset: number; problem: string }) =>
    `The ${v.subject} is not well-formed DER: ${v.problem}, at byte ${v.offset} of it.`,
  UnsupportedAlgorithm: (v: { subject: Subject; algorithm: Hex }) =>
    `The ${v.subject} names algorithm ${v.algorithm}; only ECDSA with SHA-256 over P-256 is supported.`,
  MissingExtension: (v: { subject: Subject; extension: string }) => `The ${v.subject} has no extension ${v.extension}.`,
  RepeatedExtension: (v: { subject: Subject; extension: string }) =>
    `The ${v.subject} has the extension ${v.extension} twice.`,
  WrongCriticality: (v: { subject: Subject; extension: string; critical: boolean }) =>
    `In the ${v.subject}, the extension ${v.extension} is ${v.critical ? "" : "not "}critical, and must ` +
    `${v.critical ? "not " : ""}be.`,
  UnknownCriticalExtension: (v: { subject: Subject; oid: Hex }) =>
    `The ${v.subject} has a critical extension that is not understood; its OID in DER is ${v.oid}.`,
  WrongBasicConstraints: (v: Certificate & { ca: boolean; pathLength: number | undefined }) =>
    `The ${v.certificate} is ${v.ca ? "a CA's" : "no CA's"} with path length ${v.pathLength ?? "unlimited"}, which does not ` +
    `fit its place in the chain.`,
  WrongKeyUsage: (v: Certificate & { usage: Hex }) =>
    `The ${v.certificate} has key usage ${v.usage}, which does not fit its place in the chain.`,
  IssuerMismatch: (v: Certificate & { issuer: Hex; parent: Hex }) =>
    `The ${v.certificate} was issued by the name ${v.issuer}, but the certificate above it has the name ${v.parent}.`,
  KeyIdentifierMismatch: (v: Certificate & { authority: Hex; parent: Hex }) =>
    `The ${v.certificate} was issued by the key with identifier ${v.authority}, but the one above it is ${v.parent}.`,
  NotYetValid: (v: Certificate & { notBefore: Date; at: Date }) =>
    `The ${v.certificate} is valid from ${v.notBefore.toISOString()} on, which ${v.at.toISOString()} is before.`,
  Expired: (v: Certificate & { notAfter: Date; at: Date }) =>
    `The ${v.certificate} was valid until ${v.notAfter.toISOString()}, which ${v.at.toISOString()} is after.`,
  UntrustedRoot: (v: { root: Hex; trusted: Hex }) =>
    `The chain ends in the root key ${v.root}, but the one that is trusted is ${v.trusted}.`,

  // Revoked certificates and outdated platforms.
  RevocationListSignatureInvalid: (v: { issuer: string }) => `The revocation list of ${v.issuer} was not signed by it.`,
  RevocationListNotYetValid: (v: { issuer: string; thisUpdate: Date; at: Date }) =>
    `The revocation list of ${v.issuer} is from ${v.thisUpdate.toISOString()}, which ${v.at.toISOString()} is before.`,
  RevocationListOutdated: (v: { issuer: string; nextUpdate: Date; at: Date }) =>
    `The revocation list of ${v.issuer} was valid until ${v.nextUpdate.toISOString()}, which ${v.at.toISOString()} is after.`,
  MissingRevocationList: (v: { issuer: string }) => `There is no revocation list of ${v.issuer}, and one is required.`,
  CertificateRevoked: (v: Certificate & { serial: Hex; since: Date }) =>
    `The ${v.certificate} with serial number ${v.serial} was revoked on ${v.since.toISOString()}.`,
  UnknownPlatformModel: (v: { fmspc: Hex }) =>
    `The policy says nothing about platforms of the model (FMSPC) ${v.fmspc}.`,
  TcbTooOld: (v: { fmspc: Hex; component: string; svn: number; minimum: number }) =>
    `The platform, of model (FMSPC) ${v.fmspc}, has security version ${v.svn} of ${v.component}, but at least ` +
    `${v.minimum} is required.`,
} as const satisfies ErrorCatalog;

/** The name of a fault. */
export type FaultName = keyof typeof FAULTS;

/** The values that go with a name. */
export type FaultValues<Name extends FaultName> = CatalogErrorValues<typeof FAULTS, Name>;

const ERRORS = defineErrors("AttestationError", "fault", FAULTS);

/** The refusal of a quote, or of a list to verify it with: a name, its values, and a sentence. */
export type AttestationError<Name extends FaultName = FaultName> = CatalogError<typeof FAULTS, "fault", Name>;
export const AttestationError = ERRORS.ErrorClass;

/** Throws the error of that name unless `condition` holds. */
export const assertQuote: AssertOf<typeof FAULTS> = ERRORS.assert;

/** All names, in the order of the checks. */
export const FAULT_NAMES = Object.keys(FAULTS) as readonly FaultName[];
