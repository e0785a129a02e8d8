import { areEqual, toHex } from "./bytes.js";
import { readAlgorithm, readSerial, readSigned, type Certificate } from "./certificate.js";
import { derReader, enter, isAtEnd, peekTag, readEnd, readSmallNumber, refuse, TAG, type DerReader } from "./der.js";
import { readTime } from "./derTime.js";
import { readName } from "./distinguishedName.js";
import { readAuthorityKeyId, readExtension } from "./extensions.js";
import { assertQuote, type Subject } from "./fault.js";
import { isSignedBy } from "./p256.js";

/** The serial numbers that a CA has revoked. Nothing in it has been verified. */
export interface RevocationList {
  readonly issuerName: Uint8Array;
  readonly authorityKeyId: Uint8Array;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  readonly revoked: readonly { readonly serial: Uint8Array; readonly since: Date }[];
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

const SUBJECT: Subject = "revocation list";
const AUTHORITY_KEY_ID = "0x551d23";
const LIST_NUMBER = "0x551d14";
const REASON = "0x551d15";
const PEM = /^-----BEGIN X509 CRL-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END X509 CRL-----\s*$/;

/** Reads a revocation list of version 2, in DER or PEM, every byte of it. */
export function readRevocationList(file: Uint8Array): RevocationList {
  const pem = PEM.exec(Buffer.from(file).toString("latin1"))?.[1];
  const der = pem === undefined ? file : Buffer.from(pem, "base64");
  const { signed, signature } = readSigned(der, SUBJECT);
  const fields = enter(derReader(signed, SUBJECT, signed.byteOffset - der.byteOffset), TAG.SEQUENCE);

  if (readSmallNumber(fields, 1) !== 1) refuse(fields, "only version 2 of revocation lists has extensions");
  readAlgorithm(fields, SUBJECT);
  const issuerName = readName(fields);
  const [thisUpdate, nextUpdate] = [readTime(fields), readTime(fields)];
  const revoked = peekTag(fields) === TAG.SEQUENCE ? readEntries(enter(fields, TAG.SEQUENCE)) : [];
  const authorityKeyId = readExtensions(enter(fields, TAG.CONTEXT_0));
  readEnd(fields);
  return { issuerName, authorityKeyId, thisUpdate, nextUpdate, revoked, signed, signature };
}

function readEntries(list: DerReader): RevocationList["revoked"] {
  if (isAtEnd(list)) refuse(list, "an empty list of revoked certificates is left out");
  const entries = [];
  while (!isAtEnd(list)) {
    const entry = enter(list, TAG.SEQUENCE);
    entries.push({ serial: readSerial(entry), since: readTime(entry) });
    if (!isAtEnd(entry)) {
      const extensions = enter(entry, TAG.SEQUENCE);
      while (!isAtEnd(extensions)) assertUnderstood(readExtension(extensions), REASON);
      readEnd(entry);
    }
  }
  return entries;
}

function readExtensions(reader: DerReader): Uint8Array {
  const list = enter(reader, TAG.SEQUENCE);
  readEnd(reader);
  let authorityKeyId: Uint8Array | undefined;
  while (!isAtEnd(list)) {
    const extension = readExtension(list);
    assertUnderstood(extension, LIST_NUMBER);
    if (extension.oid !== AUTHORITY_KEY_ID) continue;
    const name = "authority key identifier";
    assertQuote(authorityKeyId === undefined, "RepeatedExtension", { subject: SUBJECT, extension: name });
    authorityKeyId = readAuthorityKeyId(extension.value);
    readEnd(extension.value);
  }
  assertQuote(authorityKeyId !== undefined, "MissingExtension", {
    subject: SUBJECT,
    extension: "authority key identifier",
  });
  return authorityKeyId;
}

/** Refuses a critical extension, such as that of a delta list, unless it is `understood`. */
function assertUnderstood({ oid, critical }: ReturnType<typeof readExtension>, understood: string): void {
  assertQuote(!critical || oid === understood, "UnknownCriticalExtension", { subject: SUBJECT, oid });
}

/** Finds the list that `issuer` signed, and verifies that it is valid at `at`. */
export function revocationListOf(
  issuer: Certificate,
  { lists, at }: { lists: readonly RevocationList[]; at: Date },
): RevocationList | undefined {
  const list = lists.find(({ issuerName }) => areEqual(issuerName, issuer.subjectName));
  if (list === undefined) return undefined;
  const { subject, extensions, publicKey } = issuer;
  assertQuote(extensions.keyUsage?.revocationListSigning === true, "WrongKeyUsage", {
    certificate: subject,
    usage: toHex(extensions.keyUsage?.bits ?? new Uint8Array()),
  });
  assertQuote(areEqual(list.authorityKeyId, extensions.subjectKeyId!), "KeyIdentifierMismatch", {
    certificate: SUBJECT,
    authority: toHex(list.authorityKeyId),
    parent: toHex(extensions.subjectKeyId!),
  });
  const second = Math.floor(at.getTime() / 1000) * 1000;
  const { thisUpdate, nextUpdate } = list;
  assertQuote(second >= thisUpdate.getTime(), "RevocationListNotYetValid", { issuer: subject, thisUpdate, at });
  assertQuote(second <= nextUpdate.getTime(), "RevocationListOutdated", { issuer: subject, nextUpdate, at });
  assertQuote(isSignedBy(publicKey, list.signed, list.signature), "RevocationListSignatureInvalid", {
    issuer: subject,
  });
  return list;
}

/** Refuses a certificate whose serial number is on its issuer's list. */
export function assertNotRevoked({ subject, serial }: Certificate, list: RevocationList): void {
  const entry = list.revoked.find((revoked) => areEqual(revoked.serial, serial));
  if (entry === undefined) return;
  assertQuote(false, "CertificateRevoked", { certificate: subject, serial: toHex(serial), since: entry.since });
}
