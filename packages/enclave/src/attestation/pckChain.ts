import { areEqual, toHex } from "./bytes.js";
import { readCertificate, type Certificate } from "./certificate.js";
import { assertQuote } from "./fault.js";
import { isSignedBy } from "./p256.js";
import { readPemChain } from "./pem.js";
import type { PckFacts } from "./sgxExtension.js";

/** The chain of certificates from that of a platform's key (PCK) up to the root. */
export interface PckChain {
  readonly pck: Certificate;
  readonly intermediate: Certificate;
  readonly root: Certificate;
}

/** Reads the chain of certificates at the end of a quote. */
export function readPckChain(pem: Uint8Array): PckChain {
  const [pck, intermediate, root] = readPemChain(pem, 3) as [Uint8Array, Uint8Array, Uint8Array];
  return {
    pck: readCertificate(pck, "PCK certificate"),
    intermediate: readCertificate(intermediate, "intermediate certificate"),
    root: readCertificate(root, "root certificate"),
  };
}

/**
 * Verifies that a chain is linked and signed, ends in the trusted root and is valid at `at`, and returns what its PCK
 * certificate certifies.
 */
export function verifyPckChain(chain: PckChain, { rootKey, at }: { rootKey: Uint8Array; at: Date }): PckFacts {
  const { pck, intermediate, root } = chain;
  assertQuote(areEqual(root.publicKey, rootKey), "UntrustedRoot", {
    root: toHex(root.publicKey),
    trusted: toHex(rootKey),
  });
  assertAuthority(root, 1);
  assertAuthority(intermediate, 0);
  assertPckCertificate(pck);
  assertLink(root, root);
  assertLink(intermediate, root);
  assertLink(pck, intermediate);
  for (const certificate of [root, intermediate, pck]) assertValidity(certificate, at);
  assertSignatureBy(root, root);
  assertSignatureBy(intermediate, root);
  assertSignatureBy(pck, intermediate);
  return required(pck, "pckFacts", "SGX");
}

/** Refuses a certificate unless it is a CA's that signs certificates, and may have `below` CAs below it. */
function assertAuthority(certificate: Certificate, below: number): void {
  const { ca, pathLength } = required(certificate, "basicConstraints", "basic constraints");
  const isFit = ca && (pathLength === undefined || pathLength >= below);
  assertQuote(isFit, "WrongBasicConstraints", { certificate: certificate.subject, ca, pathLength });
  const { certificateSigning, digitalSignature, bits } = required(certificate, "keyUsage", "key usage");
  assertQuote(certificateSigning && !digitalSignature, "WrongKeyUsage", {
    certificate: certificate.subject,
    usage: toHex(bits),
  });
}

/** Refuses a certificate unless it is a platform's: not a CA's, with a key that signs no certificates. */
function assertPckCertificate(certificate: Certificate): void {
  const { ca, pathLength } = required(certificate, "basicConstraints", "basic constraints");
  const isFit = !ca && pathLength === undefined;
  assertQuote(isFit, "WrongBasicConstraints", { certificate: certificate.subject, ca, pathLength });
  const usage = required(certificate, "keyUsage", "key usage");
  assertQuote(usage.digitalSignature && !usage.certificateSigning && !usage.revocationListSigning, "WrongKeyUsage", {
    certificate: certificate.subject,
    usage: toHex(usage.bits),
  });
}

/** Refuses a certificate unless it names `parent` and the identifier of its key, which only a root may leave out. */
function assertLink(certificate: Certificate, parent: Certificate): void {
  assertQuote(areEqual(certificate.issuerName, parent.subjectName), "IssuerMismatch", {
    certificate: certificate.subject,
    issuer: toHex(certificate.issuerName),
    parent: toHex(parent.subjectName),
  });
  required(certificate, "subjectKeyId", "subject key identifier");
  const parentId = required(parent, "subjectKeyId", "subject key identifier");
  if (certificate === parent && certificate.extensions.authorityKeyId === undefined) return;
  const authority = required(certificate, "authorityKeyId", "authority key identifier");
  assertQuote(areEqual(authority, parentId), "KeyIdentifierMismatch", {
    certificate: certificate.subject,
    authority: toHex(authority),
    parent: toHex(parentId),
  });
}

function assertValidity({ subject, notBefore, notAfter }: Certificate, at: Date): void {
  const second = Math.floor(at.getTime() / 1000) * 1000;
  assertQuote(second >= notBefore.getTime(), "NotYetValid", { certificate: subject, notBefore, at });
  assertQuote(second <= notAfter.getTime(), "Expired", { certificate: subject, notAfter, at });
}

function assertSignatureBy({ subject, signed, signature }: Certificate, parent: Certificate): void {
  const isSigned = isSignedBy(parent.publicKey, signed, signature);
  assertQuote(isSigned, "CertificateSignatureInvalid", { certificate: subject, signerKey: toHex(parent.publicKey) });
}

function required<Key extends keyof Certificate["extensions"]>(
  { extensions, subject }: Certificate,
  key: Key,
  extension: string,
): NonNullable<Certificate["extensions"][Key]> {
  const value = extensions[key];
  assertQuote(value !== undefined, "MissingExtension", { subject, extension });
  return value as NonNullable<typeof value>;
}
