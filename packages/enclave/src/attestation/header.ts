import { areEqual, assertZeros, toHex, type QuoteReader } from "./bytes.js";
import { assertQuote } from "./fault.js";

/** The technology that isolates the subject of a quote. */
export type Tee = "SGX" | "TDX";

/** The header of a quote, its first 48 bytes. */
export interface QuoteHeader {
  readonly version: 3 | 4 | 5;
  readonly tee: Tee;
  /** The security versions of the quoting enclave and the provisioning enclave, which only version 3 has. */
  readonly qeSvn: number | undefined;
  readonly pceSvn: number | undefined;
  /** 20 bytes that the quoting enclave chose; Intel's puts its identifier here. */
  readonly userData: Uint8Array;
}

export const HEADER_LENGTH = 48;
/** The only type of attestation key in use: ECDSA over P-256. */
export const KEY_TYPE_P256 = 2;
export const TEE_SGX = 0;
export const TEE_TDX = 0x81;
/** The vendor id of Intel. */
export const VENDOR_INTEL = Uint8Array.from(Buffer.from("939a7233f79c4ca9940a0db3957f0607", "hex"));

/** Reads the header of a quote. */
export function readHeader(reader: QuoteReader): QuoteHeader {
  const version = reader.uint16("version");
  assertQuote(version === 3 || version === 4 || version === 5, "UnsupportedVersion", { version });
  const keyType = reader.uint16("attestation key type");
  assertQuote(keyType === KEY_TYPE_P256, "UnsupportedKeyType", { keyType });
  const tee = reader.uint32("TEE type");
  assertQuote(tee === (version === 3 ? TEE_SGX : TEE_TDX), "UnsupportedTee", { version, tee });

  const svns = version === 3 ? { qeSvn: reader.uint16("QE SVN"), pceSvn: reader.uint16("PCE SVN") } : undefined;
  if (svns === undefined) assertZeros(reader.take(4, "header's reserved field"), "header's reserved field");

  const vendor = reader.take(16, "vendor");
  assertQuote(areEqual(vendor, VENDOR_INTEL), "UnknownVendor", { vendor: toHex(vendor) });
  const userData = reader.take(20, "user data");
  return {
    version,
    tee: version === 3 ? "SGX" : "TDX",
    qeSvn: svns?.qeSvn,
    pceSvn: svns?.pceSvn,
    userData,
  };
}
