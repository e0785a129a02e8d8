import { parseQuote } from "@poco-marketplace/enclave/attestation/quote.js";
import { signQuote, writeQuote } from "@poco-marketplace/enclave/attestation/simulated/quoteWriter.js";
import { STATEMENTS, type Simulation } from "../simulation.js";
import type { Fate, Mutant } from "./mutant.js";

const SGX = STATEMENTS["SGX, version 3"]!;
const TDX = STATEMENTS["TDX, version 4"]!;
const TDX5 = STATEMENTS["TDX, version 5 with a TD report 1.5"]!;

type Kind = "SGX" | "TDX" | "TDX5";
const STATEMENT_OF = { SGX, TDX, TDX5 };

/** A quote whose header and body were changed before they were signed. */
function signed(
  name: string,
  fate: Fate,
  kind: Kind,
  change: (bytes: Buffer) => void | Buffer,
  because?: string,
): Mutant {
  return {
    name: `${kind}: ${name}`,
    fate,
    ...(because !== undefined && { because }),
    make({ platform }) {
      const bytes = Buffer.from(parseQuote(writeQuote(platform, STATEMENT_OF[kind])).signed);
      const changed = change(bytes) ?? bytes;
      return { quote: signQuote(platform, { tee: kind === "SGX" ? "SGX" : "TDX", signed: changed }) };
    },
  };
}

/** A quote that was changed where no signature covers it. */
function unsigned(
  name: string,
  fate: Fate,
  kind: Kind,
  change: (bytes: Buffer, start: number) => void | Buffer,
): Mutant {
  return {
    name: `${kind}: ${name}`,
    fate,
    make({ platform }: Simulation) {
      const bytes = Buffer.from(writeQuote(platform, STATEMENT_OF[kind]));
      const start = parseQuote(bytes).signed.length;
      return { quote: change(bytes, start) ?? bytes };
    },
  };
}

/** Sets a byte. */
const set =
  (offset: number, value = 1) =>
  (bytes: Buffer): void => {
    bytes[offset] = value;
  };

/** Where the signature data has what, from its length field on. */
const KEY = 4 + 64;
const AFTER_KEY = KEY + 64;
const SGX_AUTH_LENGTH = AFTER_KEY + 384 + 64;
const SGX_CHAIN_TYPE = SGX_AUTH_LENGTH + 2 + 32;
const TDX_CHAIN_TYPE = SGX_CHAIN_TYPE + 6;
const BODY = 48;

export const LAYOUT_MUTANTS: readonly Mutant[] = [
  signed("version 0", "UnsupportedVersion", "SGX", set(0, 0)),
  signed("version 2", "UnsupportedVersion", "SGX", set(0, 2)),
  signed("version 6", "UnsupportedVersion", "TDX", set(0, 6)),
  signed("version 259", "UnsupportedVersion", "SGX", set(1)),
  signed("version 4 for SGX", "UnsupportedTee", "SGX", set(0, 4)),
  signed("version 3 for TDX", "UnsupportedTee", "TDX", set(0, 3)),
  signed("another TEE", "UnsupportedTee", "TDX", set(4, 0x82)),
  signed("a TEE in the upper bytes", "UnsupportedTee", "TDX", set(7)),
  signed("a version 3 header whose reserved field is used", "UnsupportedTee", "SGX", set(6)),
  signed("a key on P-384", "UnsupportedKeyType", "SGX", set(2, 3)),
  signed("a key type in the upper byte", "UnsupportedKeyType", "TDX", set(3)),
  signed("a reserved field of the header", "NonZeroReserved", "TDX", set(8)),
  signed("the last byte of that field", "NonZeroReserved", "TDX5", set(11)),
  signed("another vendor", "UnknownVendor", "SGX", set(12)),
  signed("another vendor, in the last byte", "UnknownVendor", "TDX", set(27)),
  signed("other user data", "believed", "SGX", set(28)),
  signed("other versions of the enclaves in the header", "believed", "SGX", set(8, 77)),

  signed("first reserved field, first byte", "NonZeroReserved", "SGX", set(BODY + 20)),
  signed("first reserved field, last byte", "NonZeroReserved", "SGX", set(BODY + 31)),
  signed("an extended product id", "believed", "SGX", set(BODY + 32)),
  signed("second reserved field, first byte", "NonZeroReserved", "SGX", set(BODY + 96)),
  signed("second reserved field, last byte", "NonZeroReserved", "SGX", set(BODY + 127)),
  signed("third reserved field, first byte", "NonZeroReserved", "SGX", set(BODY + 160)),
  signed("third reserved field, last byte", "NonZeroReserved", "SGX", set(BODY + 191)),
  signed("a configuration id", "believed", "SGX", set(BODY + 192)),
  signed("a configuration SVN", "believed", "SGX", set(BODY + 260)),
  signed("fourth reserved field, first byte", "NonZeroReserved", "SGX", set(BODY + 262)),
  signed("fourth reserved field, last byte", "NonZeroReserved", "SGX", set(BODY + 303)),
  signed("a family id", "believed", "SGX", set(BODY + 304)),
  signed("an enclave that was not initialized", "EnclaveNotInitialised", "SGX", set(BODY + 48, 4)),
  signed("a debug enclave", "DebugEnclave", "SGX", set(BODY + 48, 7), "The enclave has"),
  signed("an unknown attribute", "UnknownAttributes", "SGX", set(BODY + 48, 0x0d)),
  signed("an unknown attribute in the last byte", "UnknownAttributes", "SGX", set(BODY + 55, 0x80)),
  signed("all attributes that an enclave may have", "believed", "SGX", (bytes) => {
    bytes.writeUInt16LE(0x04c5, BODY + 48);
  }),
  signed("32-bit mode", "UnexpectedAttributes", "SGX", set(BODY + 48, 1), "bits 0, 2 are required"),
  signed("the provision key", "UnexpectedAttributes", "SGX", set(BODY + 48, 0x15)),
  signed("the launch key", "UnexpectedAttributes", "SGX", set(BODY + 48, 0x25)),
  signed("all features that an enclave may have", "believed", "SGX", (bytes) => {
    bytes.writeUInt32LE(0x61aff, BODY + 56);
  }),
  signed("features without SSE", "UnexpectedFeatures", "SGX", set(BODY + 56, 0xe5), "bits 0, 1 are required"),
  signed("a feature that traces", "UnexpectedFeatures", "SGX", set(BODY + 57, 1)),
  signed("a feature in the last byte", "UnexpectedFeatures", "SGX", set(BODY + 63, 0x80)),
  signed("all of MISCSELECT that an enclave may have", "believed", "SGX", set(BODY + 16, 3)),
  signed("more of MISCSELECT", "UnexpectedMiscSelect", "SGX", set(BODY + 16, 4)),
  signed("MISCSELECT in its last byte", "UnexpectedMiscSelect", "SGX", set(BODY + 19, 0x80)),

  signed("a TDX module of another signer", "SeamNotIntel", "TDX", set(BODY + 64)),
  signed("a TDX module of another signer, in the last byte", "SeamNotIntel", "TDX5", set(BODY + 6 + 111)),
  signed("a TDX module with attributes", "SeamAttributes", "TDX", set(BODY + 112)),
  signed("a TDX module with attributes in the last byte", "SeamAttributes", "TDX", set(BODY + 119)),
  signed("a debug trust domain", "DebugEnclave", "TDX", set(BODY + 120), "The trust domain has"),
  signed("a trust domain that is opened in another way", "DebugEnclave", "TDX5", set(BODY + 6 + 120, 0x10)),
  signed("an unknown attribute", "UnknownAttributes", "TDX", set(BODY + 121)),
  signed("an unknown attribute in the last byte", "UnknownAttributes", "TDX", set(BODY + 127)),
  signed("all attributes that a trust domain may have", "believed", "TDX", (bytes) => {
    bytes.writeBigUInt64LE(0x8000000058010000n, BODY + 120);
  }),
  signed("MIGRATABLE", "MigratableTrustDomain", "TDX", set(BODY + 123, 0x30)),
  signed("MIGRATABLE, in a TD report 1.5", "MigratableTrustDomain", "TDX5", set(BODY + 6 + 123, 0x30)),
  signed("a service domain, first byte", "ServiceTrustDomain", "TDX5", set(BODY + 6 + 600)),
  signed("a service domain, last byte", "ServiceTrustDomain", "TDX5", set(BODY + 6 + 647, 0x80)),
  signed("no SEPT_VE_DISABLE", "SeptVeNotDisabled", "TDX", set(BODY + 123, 0)),
  signed("the key locker", "UnexpectedAttributes", "TDX", set(BODY + 123, 0x90), "only bits 16, 27, 28, 30, 63"),
  signed("a provisioning agent (TPA)", "UnexpectedAttributes", "TDX5", set(BODY + 6 + 127, 0x40)),
  signed("all features that a trust domain may have", "believed", "TDX", (bytes) => {
    bytes.writeUInt32LE(0x65ae7, BODY + 128);
  }),
  signed("no features", "UnexpectedFeatures", "TDX", set(BODY + 128, 0)),
  signed("a feature that traces (PT)", "UnexpectedFeatures", "TDX", set(BODY + 129, 1)),
  signed("a feature that traces (LBR)", "UnexpectedFeatures", "TDX5", set(BODY + 6 + 129, 0x80)),
  signed("all features", "UnexpectedFeatures", "TDX", (bytes) => {
    bytes.fill(0xff, BODY + 128, BODY + 136);
  }),

  signed("a body that is an SGX report", "UnsupportedBodyType", "TDX5", set(BODY)),
  signed("a body of an unknown type", "UnsupportedBodyType", "TDX5", set(BODY, 4)),
  signed("a body type in the upper byte", "UnsupportedBodyType", "TDX5", set(BODY + 1)),
  signed("a TD report 1.5 that is called 1.0", "WrongLength", "TDX5", set(BODY, 2)),
  signed("a body that is said to be longer", "WrongLength", "TDX5", set(BODY + 2, 0x89)),
  signed("a body length in the upper bytes", "WrongLength", "TDX5", set(BODY + 5)),

  unsigned("signature data that is said to be longer", "Truncated", "SGX", (bytes, start) => {
    bytes.writeUInt32LE(bytes.readUInt32LE(start) + 1, start);
  }),
  unsigned("signature data that is said to be shorter", "WrongLength", "SGX", (bytes, start) => {
    bytes.writeUInt32LE(bytes.readUInt32LE(start) - 1, start);
  }),
  unsigned("signature data that is said to be huge", "Truncated", "TDX", (bytes, start) => {
    bytes.writeUInt32LE(0xffffffff, start);
  }),
  unsigned("no signature data", "Truncated", "TDX", (bytes, start) => {
    bytes.writeUInt32LE(0, start);
  }),
  unsigned("a chain that is said to be longer", "WrongLength", "SGX", (bytes, start) => {
    bytes.writeUInt32LE(bytes.readUInt32LE(start + SGX_CHAIN_TYPE + 2) + 1, start + SGX_CHAIN_TYPE + 2);
  }),
  unsigned("a chain that is said to be shorter", "WrongLength", "TDX", (bytes, start) => {
    bytes.writeUInt32LE(bytes.readUInt32LE(start + TDX_CHAIN_TYPE + 2) - 1, start + TDX_CHAIN_TYPE + 2);
  }),
  unsigned("a wrapping that is said to be longer", "WrongLength", "TDX5", (bytes, start) => {
    bytes.writeUInt32LE(bytes.readUInt32LE(start + AFTER_KEY + 2) + 1, start + AFTER_KEY + 2);
  }),
  unsigned("a wrapping of another type", "UnsupportedCertification", "TDX", (bytes, start) => {
    bytes[start + AFTER_KEY] = 5;
  }),
  unsigned("a chain of another type", "UnsupportedCertification", "TDX", (bytes, start) => {
    bytes[start + TDX_CHAIN_TYPE] = 6;
  }),
  unsigned("an encrypted identifier instead of a chain", "UnsupportedCertification", "SGX", (bytes, start) => {
    bytes[start + SGX_CHAIN_TYPE] = 3;
  }),
  unsigned("authentication data that goes past the end", "Truncated", "SGX", (bytes, start) => {
    bytes.writeUInt16LE(0xffff, start + SGX_AUTH_LENGTH);
  }),
  unsigned("authentication data that is said to be shorter", "UnsupportedCertification", "SGX", (bytes, start) => {
    bytes.writeUInt16LE(31, start + SGX_AUTH_LENGTH);
  }),

  unsigned("zeros after its end", "believed", "SGX", (bytes) => Buffer.concat([bytes, Buffer.alloc(4000)])),
  unsigned("something after its end", "NonZeroPadding", "SGX", (bytes) => Buffer.concat([bytes, Buffer.of(1)])),
  unsigned("something after zeros", "NonZeroPadding", "TDX", (bytes) =>
    Buffer.concat([bytes, Buffer.alloc(100), Buffer.of(0x80)]),
  ),
  unsigned("nothing", "Truncated", "SGX", () => Buffer.alloc(0)),
];
