import { areEqual, toHex } from "./bytes.js";
import { readCertificate, type Certificate } from "./certificate.js";
import { demand } from "./fault.js";
import { isSignedBy } from "./p256.js";
import { readPemChain } from "./pem.js";
import type { PckFacts } from "./sgxExtension.js";

/** From the certificate of a platform's key up to the root. */
export type PckChain = {
  readonly pck: Certificate;
  readonly intermediate: Certificate;
  readonly root: Certificate;
};

/** Reads the chain of certificates that a quote ends with. */
export function readPckChain(pem: Uint8Array): PckChain {
  const [pck, intermediate, root] = readPemChain(pem, 3) as [Uint8Array, Uint8Array, Uint8Array];
  return {
    pck: readCertificate(pck, "PCK certificate"),
    intermediate: readCertificate(intermediate, "intermediate certificate"),
    root: readCertificate(root, "root certificate"),
  };
}

/**
 * Refuses a chain that does not hang together, does not end in the trusted root, or is not valid at `at`, and says what
 * the certificate of the platform certifies.
 */
export function verifyPckChain(chain: PckChain, { rootKey, at }: { rootKey: Uint8Array; at: Date }): PckFacts {
  const { pck, intermediate, root } = chain;
  demand(areEqual(root.publicKey, rootKey), "UntrustedRoot", {
    root: toHex(root.publicKey),
    trusted: toHex(rootKey),
  });
  demandAuthority(root, 1);
  demandAuthority(intermediate, 0);
  demandPlatform(pck);
  demandLink(root, root);
  demandLink(intermediate, root);
  demandLink(pck, intermediate);
  for (const certificate of [root, intermediate, pck]) demandValidity(certificate, at);
  demandSignatureBy(root, root);
  demandSignatureBy(intermediate, root);
  demandSignatureBy(pck, intermediate);
  return required(pck, "pckFacts", "SGX");
}

/** A CA that signs certificates and revocation lists, with room for `below` other CAs below it. */
function demandAuthority(certificate: Certificate, below: number): void {
  const { ca, pathLength } = required(certificate, "basicConstraints", "basic constraints");
  const isFit = ca && (pathLength === undefined || pathLength >= below);
  demand(isFit, "WrongBasicConstraints", { certificate: certificate.subject, ca, pathLength });
  const { certificateSigning, digitalSignature, bits } = required(certificate, "keyUsage", "key usage");
  demand(certificateSigning && !digitalSignature, "WrongKeyUsage", {
    certificate: certificate.subject,
    usage: toHex(bits),
  });
}

/** A platform: no CA, and a key that signs reports and nothing that is a certificate. */
function demandPlatform(certificate: Certificate): void {
  const { ca, pathLength } = required(certificate, "basicConstraints", "basic constraints");
  const isFit = !ca && pathLength === undefined;
  demand(isFit, "WrongBasicConstraints", { certificate: certificate.subject, ca, pathLength });
  const usage = required(certificate, "keyUsage", "key usage");
  demand(usage.digitalSignature && !usage.certificateSigning && !usage.revocationListSigning, "WrongKeyUsage", {
    certificate: certificate.subject,
    usage: toHex(usage.bits),
  });
}

/** `parent` issued `certificate`, by its name and by its key's identifier, which only a root may leave out. */
function demandLink(certificate: Certificate, parent: Certificate): void {
  demand(areEqual(certificate.issuerName, parent.subjectName), "IssuerMismatch", {
    certificate: certificate.subject,
    issuer: toHex(certificate.issuerName),
    parent: toHex(parent.subjectName),
  });
  required(certificate, "subjectKeyId", "subject key identifier");
  const parentId = required(parent, "subjectKeyId", "subject key identifier");
  if (certificate === parent && certificate.extensions.authorityKeyId === undefined) return;
  const authority = required(certificate, "authorityKeyId", "authority key identifier");
  demand(areEqual(authority, parentId), "KeyIdentifierMismatch", {
    certificate: certificate.subject,
    authority: toHex(authority),
    parent: toHex(parentId),
  });
}

function demandValidity({ subject, notBefore, notAfter }: Certificate, at: Date): void {
  const second = Math.floor(at.getTime() / 1000) * 1000;
  demand(second >= notBefore.getTime(), "NotYetValid", { certificate: subject, notBefore, at });
  demand(second <= notAfter.getTime(), "Expired", { certificate: subject, notAfter, at });
}

function demandSignatureBy({ subject, signed, signature }: Certificate, parent: Certificate): void {
  const isSigned = isSignedBy(parent.publicKey, signed, signature);
  demand(isSigned, "CertificateSignatureInvalid", { certificate: subject, signerKey: toHex(parent.publicKey) });
}

function required<Key extends keyof Certificate["extensions"]>(
  { extensions, subject }: Certificate,
  key: Key,
  extension: string,
): NonNullable<Certificate["extensions"][Key]> {
  const value = extensions[key];
  demand(value !== undefined, "MissingExtension", { subject, extension });
  return value as NonNullable<typeof value>;
}
