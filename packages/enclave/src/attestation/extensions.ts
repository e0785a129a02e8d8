import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { toHex } from "./bytes.js";
import {
  enter,
  isAtEnd,
  readEnd,
  readFlag,
  readOid,
  readSmallNumber,
  readValue,
  refuse,
  TAG,
  type DerReader,
} from "./der.js";
import { assertQuote, type Subject } from "./fault.js";
import { readSgxExtension, type PckFacts } from "./sgxExtension.js";

/** The extensions of a certificate; undefined where one is absent. */
export interface Extensions {
  readonly authorityKeyId: Uint8Array | undefined;
  readonly subjectKeyId: Uint8Array | undefined;
  readonly keyUsage: KeyUsage | undefined;
  readonly basicConstraints: BasicConstraints | undefined;
  readonly pckFacts: PckFacts | undefined;
}

/** The purposes of a key, and their encoding. */
export interface KeyUsage {
  readonly digitalSignature: boolean;
  readonly certificateSigning: boolean;
  readonly revocationListSigning: boolean;
  readonly bits: Uint8Array;
}

/** Whether a certificate is a CA's, and how many CAs may follow below it. */
export interface BasicConstraints {
  readonly ca: boolean;
  readonly pathLength: number | undefined;
}

/** One extension whose value has not been read. */
interface Extension {
  readonly critical: boolean;
  readonly value: DerReader;
}

/** The known extensions by their OID in DER, and whether they must be critical. */
const KNOWN = {
  "0x551d23": { name: "authority key identifier", critical: false },
  "0x551d0e": { name: "subject key identifier", critical: false },
  "0x551d0f": { name: "key usage", critical: true },
  "0x551d13": { name: "basic constraints", critical: true },
  "0x551d1f": { name: "revocation list distribution points", critical: false },
  "0x2a864886f84d010d01": { name: "SGX", critical: false },
} as const;

type Oid = keyof typeof KNOWN;

function isKnown(oid: string): oid is Oid {
  return oid in KNOWN;
}

/** Reads the extensions of a certificate; `reader` is at their field. */
export function readExtensions(reader: DerReader, subject: Subject): Extensions {
  const found = new Map<Oid, Extension>();
  const list = enter(reader, TAG.SEQUENCE);
  readEnd(reader);
  while (!isAtEnd(list)) {
    const { oid, ...extension } = readExtension(list);
    if (!isKnown(oid)) {
      assertQuote(!extension.critical, "UnknownCriticalExtension", { subject, oid });
      continue;
    }
    const { name, critical } = KNOWN[oid];
    assertQuote(!found.has(oid), "RepeatedExtension", { subject, extension: name });
    assertQuote(extension.critical === critical, "WrongCriticality", {
      subject,
      extension: name,
      critical: extension.critical,
    });
    found.set(oid, extension);
  }

  /** Reads the whole value of an extension, if it is present. */
  function read<T>(oid: Oid, readContents: (reader: DerReader) => T): T | undefined {
    const extension = found.get(oid);
    if (extension === undefined) return undefined;
    const result = readContents(extension.value);
    readEnd(extension.value);
    return result;
  }
  return {
    authorityKeyId: read("0x551d23", readAuthorityKeyId),
    subjectKeyId: read("0x551d0e", (value) => readKeyId(value, TAG.OCTET_STRING)),
    keyUsage: read("0x551d0f", readKeyUsage),
    basicConstraints: read("0x551d13", readBasicConstraints),
    pckFacts: read("0x2a864886f84d010d01", readSgxExtension),
  };
}

/** Reads the next extension of a list. */
export function readExtension(list: DerReader): Extension & { oid: Hex } {
  const parts = enter(list, TAG.SEQUENCE);
  const oid = toHex(readOid(parts));
  const critical = readFlag(parts);
  const value = enter(parts, TAG.OCTET_STRING);
  readEnd(parts);
  return { oid, critical, value };
}

function readKeyId(reader: DerReader, tag: number): Uint8Array {
  const id = readValue(reader, tag);
  if (id.length !== 20) refuse(reader, "a key identifier does not have 20 bytes");
  return id;
}

/** Reads the identifier of the issuer's key, in the form without its name and serial number. */
export function readAuthorityKeyId(reader: DerReader): Uint8Array {
  const parts = enter(reader, TAG.SEQUENCE);
  const id = readKeyId(parts, TAG.KEY_IDENTIFIER);
  readEnd(parts);
  return id;
}

/** Reads bits from the left in their shortest form: the last bit is set, and the padding is zero. */
function readKeyUsage(reader: DerReader): KeyUsage {
  const bits = readValue(reader, TAG.BIT_STRING);
  if (bits.length !== 2 && bits.length !== 3) refuse(reader, "key usage has one or two bytes");
  const [padding, first] = bits as Uint8Array & [number, number];
  const final = bits.at(-1)!;
  if (padding > 7) refuse(reader, "at most 7 bits pad a byte");
  if ((final & -final) !== 1 << padding) refuse(reader, "key usage is not written in its shortest form");
  return {
    digitalSignature: (first & 0x80) !== 0,
    certificateSigning: (first & 0x04) !== 0,
    revocationListSigning: (first & 0x02) !== 0,
    bits,
  };
}

function readBasicConstraints(reader: DerReader): BasicConstraints {
  const parts = enter(reader, TAG.SEQUENCE);
  const ca = readFlag(parts);
  const pathLength = isAtEnd(parts) ? undefined : readSmallNumber(parts, 255);
  readEnd(parts);
  return { ca, pathLength };
}
