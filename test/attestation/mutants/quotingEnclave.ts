import { createHash } from "node:crypto";

import type { Tee } from "@poco-marketplace/enclave/attestation/header.js";
import { parseQuote } from "@poco-marketplace/enclave/attestation/quote.js";
import type { SimulatedQuotingEnclave } from "@poco-marketplace/enclave/attestation/simulated/machine.js";
import type { SimulatedPlatform } from "@poco-marketplace/enclave/attestation/simulated/platform.js";
import { signQuote, writeQuote } from "@poco-marketplace/enclave/attestation/simulated/quoteWriter.js";
import { createSigningKey, signWith } from "@poco-marketplace/enclave/attestation/simulated/signingKey.js";
import { STATEMENTS } from "../simulation.js";
import type { Fate, Mutant } from "./mutant.js";

const STATEMENT_OF = { SGX: STATEMENTS["SGX, version 3"]!, TDX: STATEMENTS["TDX, version 5 with a TD report 1.0"]! };
const P = Buffer.from("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", "hex");
/** With x = 0 it is a point of the curve. */
const Y_OF_ZERO = Buffer.from("66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4", "hex");
const N = Buffer.from("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", "hex");

function withEnclave(platform: SimulatedPlatform, tee: Tee, changed: SimulatedQuotingEnclave): SimulatedPlatform {
  const { machine } = platform;
  return { ...platform, machine: { ...machine, quotingEnclaves: { ...machine.quotingEnclaves, [tee]: changed } } };
}

/** A quote whose quoting enclave was changed before the platform vouched for it. */
function enclave(
  name: string,
  fate: Fate,
  tee: Tee,
  change: (enclave: SimulatedQuotingEnclave, report: Buffer) => Partial<SimulatedQuotingEnclave> | void,
): Mutant {
  return {
    name: `${tee}: ${name}`,
    fate,
    make({ platform }) {
      const usual = platform.machine.quotingEnclaves[tee];
      const report = Buffer.from(usual.report);
      const changed = { ...usual, report, ...change(usual, report) };
      return { quote: writeQuote(withEnclave(platform, tee, changed), STATEMENT_OF[tee]) };
    },
  };
}

const setReport = (offset: number, value: number) => (_: SimulatedQuotingEnclave, report: Buffer) => {
  report[offset] = value;
};

/** A quoting enclave that vouches for that key and data. */
function bind(report: Buffer, key: Uint8Array, data: Uint8Array): void {
  createHash("sha256").update(key).update(data).digest().copy(report, 320);
}

/** A quote in which bytes of the signature data were put elsewhere, or in the place of others. */
function patched(name: string, fate: Fate, make: (bytes: Buffer, start: number) => void): Mutant {
  return {
    name,
    fate,
    make({ platform }) {
      const quote = Buffer.from(writeQuote(platform, STATEMENT_OF.SGX));
      make(quote, parseQuote(quote).signed.length + 4);
      return { quote };
    },
  };
}

const QE_SIGNATURE = 128 + 384;

export const QUOTING_ENCLAVE_MUTANTS: readonly Mutant[] = [
  enclave("a quoting enclave in debug mode", "DebugEnclave", "SGX", setReport(48, 0x17)),
  enclave("a quoting enclave in debug mode", "DebugEnclave", "TDX", setReport(48, 0x17)),
  enclave("a quoting enclave without the provisioning key", "QuotingEnclaveAttributes", "SGX", setReport(48, 0x05)),
  enclave("a quoting enclave that launches others", "QuotingEnclaveAttributes", "TDX", setReport(48, 0x35)),
  enclave("a quoting enclave that tells of its faults", "QuotingEnclaveAttributes", "SGX", setReport(16, 1)),
  enclave("a quoting enclave of 32 bits", "believed", "SGX", setReport(48, 0x11)),
  enclave("a quoting enclave that was not initialized", "EnclaveNotInitialised", "SGX", setReport(48, 0x14)),
  enclave("a reserved field of the quoting enclave", "NonZeroReserved", "SGX", setReport(30, 1)),
  enclave("a quoting enclave of another signer", "UnknownQuotingEnclave", "SGX", setReport(128, 0)),
  enclave("another product of the same signer", "UnknownQuotingEnclave", "SGX", setReport(256, 2)),
  enclave("another product of the same signer", "UnknownQuotingEnclave", "TDX", setReport(256, 1)),
  {
    name: "TDX: the quoting enclave for SGX",
    fate: "UnknownQuotingEnclave",
    make({ platform }) {
      const { SGX } = platform.machine.quotingEnclaves;
      return { quote: writeQuote(withEnclave(platform, "TDX", SGX), STATEMENT_OF.TDX) };
    },
  },
  {
    name: "SGX: the quoting enclave for TDX",
    fate: "UnknownQuotingEnclave",
    make({ platform }) {
      const { TDX } = platform.machine.quotingEnclaves;
      return { quote: writeQuote(withEnclave(platform, "SGX", TDX), STATEMENT_OF.SGX) };
    },
  },

  enclave("another attestation key", "AttestationKeyNotBound", "SGX", () => ({ attestationKey: createSigningKey() })),
  enclave("other authentication data", "AttestationKeyNotBound", "TDX", () => ({
    authenticationData: Buffer.alloc(32),
  })),
  enclave("report data that goes on", "NonZeroReserved", "SGX", setReport(352, 1)),
  enclave("report data that goes on to the end", "NonZeroReserved", "SGX", setReport(383, 1)),
  enclave("no authentication data", "believed", "SGX", ({ attestationKey }, report) => {
    bind(report, attestationKey.point, Buffer.alloc(0));
    return { authenticationData: Buffer.alloc(0) };
  }),
  enclave("much authentication data", "believed", "TDX", ({ attestationKey }, report) => {
    const authenticationData = Buffer.alloc(1000, 7);
    bind(report, attestationKey.point, authenticationData);
    return { authenticationData };
  }),
  enclave("an attestation key beside the curve", "KeyNotOnCurve", "SGX", ({ attestationKey, ...rest }, report) => {
    const point = Buffer.from(attestationKey.point);
    point[63]! ^= 1;
    bind(report, point, rest.authenticationData);
    return { attestationKey: { ...attestationKey, point } };
  }),
  enclave(
    "an attestation key whose x is not below P",
    "KeyNotOnCurve",
    "SGX",
    ({ attestationKey, ...rest }, report) => {
      const point = Buffer.concat([P, Y_OF_ZERO]);
      bind(report, point, rest.authenticationData);
      return { attestationKey: { ...attestationKey, point } };
    },
  ),
  enclave("an attestation key that is zero", "KeyNotOnCurve", "TDX", ({ attestationKey, ...rest }, report) => {
    const point = Buffer.alloc(64);
    bind(report, point, rest.authenticationData);
    return { attestationKey: { ...attestationKey, point } };
  }),

  patched("r = 0", "SignatureOutOfRange", (bytes, start) => void bytes.fill(0, start, start + 32)),
  patched("s = 0", "SignatureOutOfRange", (bytes, start) => void bytes.fill(0, start + 32, start + 64)),
  patched("r = N", "SignatureOutOfRange", (bytes, start) => void N.copy(bytes, start)),
  patched("s = N", "SignatureOutOfRange", (bytes, start) => void N.copy(bytes, start + QE_SIGNATURE + 32)),
  patched("r = 2^256 - 1", "SignatureOutOfRange", (bytes, start) => {
    bytes.fill(0xff, start + QE_SIGNATURE, start + QE_SIGNATURE + 32);
  }),
  patched("the signatures the other way round", "QeReportSignatureInvalid", (bytes, start) => {
    const signature = Buffer.from(bytes.subarray(start, start + 64));
    bytes.copy(bytes, start, start + QE_SIGNATURE, start + QE_SIGNATURE + 64);
    signature.copy(bytes, start + QE_SIGNATURE);
  }),
  patched("a quote that another key signed", "QuoteSignatureInvalid", (bytes, start) => {
    Buffer.from(signWith(createSigningKey(), bytes.subarray(0, start - 4))).copy(bytes, start);
  }),
  {
    name: "the signature of another quote of the same platform",
    fate: "QuoteSignatureInvalid",
    make({ platform }) {
      const quote = Buffer.from(writeQuote(platform, STATEMENT_OF.SGX));
      const { signed } = parseQuote(quote);
      const other = Buffer.from(signed);
      other[400]! ^= 1;
      const { signature } = parseQuote(signQuote(platform, { tee: "SGX", signed: other })).signatureData;
      Buffer.from(signature).copy(quote, signed.length + 4);
      return { quote };
    },
  },
  {
    name: "a report of the quoting enclave that another platform signed",
    fate: "QeReportSignatureInvalid",
    make: ({ platform }) => ({ quote: writeQuote({ ...platform, pckKey: createSigningKey() }, STATEMENT_OF.SGX) }),
  },
];
