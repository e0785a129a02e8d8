// The X.509 library needs it for its decorators.
import "reflect-metadata";
import * as x509 from "@peculiar/x509";

import { randomBytes } from "node:crypto";

import { TAG } from "../der.js";
import { SPKI_PREFIX } from "../p256.js";
import type { PckFacts } from "../sgxExtension.js";
import { der } from "./derWriter.js";
import { encodeSgxExtension } from "./sgxExtension.js";
import { createSigningKey, type SigningKey } from "./signingKey.js";

/** The period in which a certificate or list is valid, including both ends. */
export interface Period {
  readonly from: Date;
  readonly until: Date;
}

/** Intel's two CAs: for platforms with several processors, and with one. */
export type PckCa = "Platform" | "Processor";

/** An issuer of certificates: its certificate in DER, and its key. */
export interface Issuer {
  readonly certificate: Uint8Array;
  readonly key: SigningKey;
}

/** A root of trust for simulated platforms, and the CA below it. */
export interface SimulatedAuthority {
  readonly root: Issuer;
  readonly intermediate: Issuer;
  readonly ca: PckCa;
}

/** The first word of every name in a simulated certificate. */
export const SIMULATED = "SIMULATED";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const [SET, UTF8_STRING, PRINTABLE_STRING] = [0x31, 0x0c, 0x13];
const SGX_OID = "1.2.840.113741.1.13.1";
const { keyCertSign, cRLSign, digitalSignature, nonRepudiation } = x509.KeyUsageFlags;

/** Creates a root, and a CA below it. */
export async function createAuthority(period: Period, ca: PckCa = "Platform"): Promise<SimulatedAuthority> {
  const key = createSigningKey();
  const certificate = await issue({ ...period, subject: nameOf("SGX Root CA"), key, profile: authority(1) });
  return certifyCa({ root: { certificate, key }, ca }, createSigningKey(), period);
}

/** Certifies the key of a CA below a root: a new CA or, with the key of an existing one, that CA for another period. */
export async function certifyCa(
  { root, ca }: Pick<SimulatedAuthority, "root" | "ca">,
  key: SigningKey,
  period: Period,
): Promise<SimulatedAuthority> {
  const subject = nameOf(`SGX PCK ${ca} CA`);
  const certificate = await issue({ ...period, subject, key, profile: authority(0), issuer: root });
  return { root, intermediate: { certificate, key }, ca };
}

/** Certifies the key of a platform, and the facts about it. */
export function issuePck(
  { intermediate }: Pick<SimulatedAuthority, "intermediate">,
  { facts, key, ...period }: Period & { facts: PckFacts; key: SigningKey },
): Promise<Uint8Array> {
  const profile = [
    new x509.KeyUsagesExtension(digitalSignature | nonRepudiation, true),
    new x509.BasicConstraintsExtension(false, undefined, true),
    new x509.Extension(SGX_OID, false, encodeSgxExtension(facts)),
  ];
  return issue({ ...period, subject: nameOf("SGX PCK Certificate"), key, profile, issuer: intermediate });
}

/** Issues the list of the serial numbers that a CA has revoked. */
export async function issueRevocationList(
  { certificate, key }: Issuer,
  { from, until, serials }: Period & { serials: readonly Uint8Array[] },
): Promise<Uint8Array> {
  const list = await x509.X509CrlGenerator.create({
    issuer: nameIn(certificate),
    thisUpdate: from,
    nextUpdate: until,
    signingAlgorithm: ALGORITHM,
    signingKey: privateKeyOf(key),
    entries: serials.map((serial) => ({
      serialNumber: Buffer.from(serial).toString("hex"),
      revocationDate: from,
      reason: x509.X509CrlReason.keyCompromise,
    })),
    extensions: [
      new x509.Extension("2.5.29.20", false, Uint8Array.of(0x02, 0x01, 0x01)),
      await x509.AuthorityKeyIdentifierExtension.create(publicKeyOf(key)),
    ],
  });
  return new Uint8Array(list.rawData);
}

interface Request extends Period {
  readonly subject: x509.Name;
  readonly key: SigningKey;
  readonly profile: readonly x509.Extension[];
  /** Undefined for a root, which signs its own certificate. */
  readonly issuer?: Issuer;
}

async function issue({ from, until, subject, key, profile, issuer }: Request): Promise<Uint8Array> {
  const signer = issuer?.key ?? key;
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: newSerial(),
    subject,
    issuer: issuer === undefined ? subject : nameIn(issuer.certificate),
    notBefore: from,
    notAfter: until,
    signingAlgorithm: ALGORITHM,
    publicKey: publicKeyOf(key),
    signingKey: privateKeyOf(signer),
    extensions: [
      await x509.AuthorityKeyIdentifierExtension.create(publicKeyOf(signer)),
      new x509.CRLDistributionPointsExtension(["https://simulated.invalid/crl"]),
      await x509.SubjectKeyIdentifierExtension.create(publicKeyOf(key)),
      ...profile,
    ],
  });
  return new Uint8Array(certificate.rawData);
}

function authority(pathLength: number): x509.Extension[] {
  return [
    new x509.KeyUsagesExtension(keyCertSign | cRLSign, true),
    new x509.BasicConstraintsExtension(true, pathLength, true),
  ];
}

/** Creates a serial number of 20 bytes, as Intel's are; its first byte is positive, so that DER adds none. */
function newSerial(): string {
  const serial = randomBytes(20);
  serial[0] = 0x40 | (serial[0]! & 0x3f);
  return serial.toString("hex");
}

/** Makes a name of the same five parts as Intel's. */
function nameOf(role: string): x509.Name {
  const parts = [
    [0x03, UTF8_STRING, `${SIMULATED} ${role}`],
    [0x0a, UTF8_STRING, "PoCo simulation, not Intel"],
    [0x07, UTF8_STRING, "Nowhere"],
    [0x08, UTF8_STRING, "NA"],
    [0x06, PRINTABLE_STRING, "XX"],
  ] as const;
  const sets = parts.map(([kind, tag, text]) => {
    const oid = der(TAG.OID, Uint8Array.of(0x55, 0x04, kind));
    return der(SET, der(TAG.SEQUENCE, oid, der(tag, Buffer.from(text))));
  });
  return new x509.Name(copy(der(TAG.SEQUENCE, ...sets)));
}

function nameIn(certificate: Uint8Array): x509.Name {
  return new x509.X509Certificate(copy(certificate)).subjectName;
}

function privateKeyOf({ privateKey }: SigningKey) {
  return privateKey.toCryptoKey(ALGORITHM, true, ["sign"]);
}

function publicKeyOf({ point }: SigningKey): x509.PublicKey {
  return new x509.PublicKey(copy(Buffer.concat([SPKI_PREFIX, point])));
}

/** Copies bytes, since the library takes whole buffers only. */
function copy(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}
