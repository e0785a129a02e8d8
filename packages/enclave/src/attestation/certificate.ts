import { areEqual, toHex } from "./bytes.js";
import {
  derReader,
  enter,
  readEncoded,
  readEnd,
  readNatural,
  readSmallNumber,
  readValue,
  refuse,
  TAG,
  type DerReader,
} from "./der.js";
import { readTime } from "./derTime.js";
import { readName } from "./distinguishedName.js";
import { readExtensions, type Extensions } from "./extensions.js";
import { assertQuote, type Subject } from "./fault.js";
import { assertPoint, assertSignature, SPKI_PREFIX } from "./p256.js";

/** An X.509 certificate as Intel issues it. Nothing in it has been verified. */
export interface Certificate {
  readonly subject: Subject;
  readonly serial: Uint8Array;
  /** Names in their encoding: two are equal if their bytes are. */
  readonly issuerName: Uint8Array;
  readonly subjectName: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** The point (x, y) of P-256. */
  readonly publicKey: Uint8Array;
  readonly extensions: Extensions;
  readonly signed: Uint8Array;
  /** r and s. */
  readonly signature: Uint8Array;
}

/** The signature algorithm in certificates and revocation lists. */
const ECDSA_WITH_SHA256 = Uint8Array.from(Buffer.from("300a06082a8648ce3d040302", "hex"));

/** Reads a certificate in DER, in which every byte must be known. */
export function readCertificate(der: Uint8Array, subject: Subject): Certificate {
  const { signed, signature } = readSigned(der, subject);
  const fields = enter(derReader(signed, subject, signed.byteOffset - der.byteOffset), TAG.SEQUENCE);

  const version = enter(fields, TAG.CONTEXT_0);
  if (readSmallNumber(version, 2) !== 2) refuse(version, "only version 3 of X.509 has extensions");
  readEnd(version);
  const serial = readSerial(fields);
  readAlgorithm(fields, subject);
  const issuerName = readName(fields);
  const validity = enter(fields, TAG.SEQUENCE);
  const [notBefore, notAfter] = [readTime(validity), readTime(validity)];
  readEnd(validity);
  const subjectName = readName(fields);

  const key = readEncoded(fields, TAG.SEQUENCE);
  const isP256 = key.length === SPKI_PREFIX.length + 64 && areEqual(key.subarray(0, SPKI_PREFIX.length), SPKI_PREFIX);
  assertQuote(isP256, "UnsupportedAlgorithm", { subject, algorithm: toHex(key) });
  const publicKey = key.subarray(SPKI_PREFIX.length);
  assertPoint(publicKey, `key of the ${subject}`);

  const extensions = readExtensions(enter(fields, TAG.CONTEXT_3), subject);
  readEnd(fields);
  return {
    subject,
    serial,
    issuerName,
    subjectName,
    notBefore,
    notAfter,
    publicKey,
    extensions,
    signed,
    signature,
  };
}

/** Splits a signed structure into the signed bytes and the signature. */
export function readSigned(der: Uint8Array, subject: Subject): { signed: Uint8Array; signature: Uint8Array } {
  const outer = derReader(der, subject);
  const parts = enter(outer, TAG.SEQUENCE);
  readEnd(outer);
  const signed = readEncoded(parts, TAG.SEQUENCE);
  readAlgorithm(parts, subject);

  const bits = readValue(parts, TAG.BIT_STRING);
  readEnd(parts);
  if (bits[0] !== 0) refuse(parts, "a signature has whole bytes");
  const numbers = derReader(bits.subarray(1), subject, der.length - bits.length + 1);
  const pair = enter(numbers, TAG.SEQUENCE);
  readEnd(numbers);
  const signature = Buffer.concat([readHalf(pair), readHalf(pair)]);
  readEnd(pair);
  assertSignature(signature, `of the ${subject}`);
  return { signed, signature };
}

/** Reads a serial number, which is positive and has at most 20 bytes. */
export function readSerial(reader: DerReader): Uint8Array {
  const serial = readNatural(reader);
  if (serial.length > 20) refuse(reader, "a serial number has more than 20 bytes");
  if (serial.length === 1 && serial[0] === 0) refuse(reader, "a serial number is zero");
  return serial;
}

/** Reads the algorithm, and refuses any but ECDSA with SHA-256, which has no parameters. */
export function readAlgorithm(reader: DerReader, subject: Subject): void {
  const algorithm = readEncoded(reader, TAG.SEQUENCE);
  assertQuote(areEqual(algorithm, ECDSA_WITH_SHA256), "UnsupportedAlgorithm", { subject, algorithm: toHex(algorithm) });
}

function readHalf(pair: DerReader): Uint8Array {
  const number = readNatural(pair);
  if (number.length > 32) refuse(pair, "half of a signature has more than 32 bytes");
  return Buffer.concat([Buffer.alloc(32 - number.length), number]);
}
