import { areEqual, demandZeros, toHex, type FieldReader } from "./bytes.js";
import { demand } from "./fault.js";

/** Which kind of hardware isolates what a quote speaks about. */
export type Tee = "SGX" | "TDX";

/** What a quote says about itself in its first 48 bytes. */
export type QuoteHeader = {
  readonly version: 3 | 4 | 5;
  readonly tee: Tee;
  /** The security versions of the quoting and of the provisioning enclave, which only version 3 has. */
  readonly qeSvn: number | undefined;
  readonly pceSvn: number | undefined;
  /** 20 bytes that the quoting enclave chose; Intel's puts its identifier here. */
  readonly userData: Uint8Array;
};

export const HEADER_LENGTH = 48;
/** The only kind of attestation key there is in use: ECDSA over P-256. */
export const KEY_TYPE_P256 = 2;
export const TEE_SGX = 0;
export const TEE_TDX = 0x81;
/** Intel, as quotes spell it. */
export const VENDOR_INTEL = Uint8Array.from(Buffer.from("939a7233f79c4ca9940a0db3957f0607", "hex"));

/** Reads the header of a quote. */
export function readHeader(reader: FieldReader): QuoteHeader {
  const version = reader.uint16("version");
  demand(version === 3 || version === 4 || version === 5, "UnsupportedVersion", { version });
  const keyType = reader.uint16("attestation key type");
  demand(keyType === KEY_TYPE_P256, "UnsupportedKeyType", { keyType });
  const tee = reader.uint32("TEE type");
  demand(tee === (version === 3 ? TEE_SGX : TEE_TDX), "UnsupportedTee", { version, tee });

  const svns = version === 3 ? { qeSvn: reader.uint16("QE SVN"), pceSvn: reader.uint16("PCE SVN") } : undefined;
  if (svns === undefined) demandZeros(reader.take(4, "header's reserved field"), "header's reserved field");

  const vendor = reader.take(16, "vendor");
  demand(areEqual(vendor, VENDOR_INTEL), "UnknownVendor", { vendor: toHex(vendor) });
  const userData = reader.take(20, "user data");
  return {
    version,
    tee: version === 3 ? "SGX" : "TDX",
    qeSvn: svns?.qeSvn,
    pceSvn: svns?.pceSvn,
    userData,
  };
}
