import type { SgxReport } from "../sgxReport.js";
import type { TdReport } from "../tdReport.js";

/** The fields of a report; missing fields are zero, missing attributes those of an enclave in production. */
export type SgxFields = Partial<Omit<SgxReport, "tee" | "isDebug">>;

/**
 * The fields of a report; missing fields are zero, missing attributes and features those of a trust domain in
 * production. The layout is 1.5 if there are fields of that.
 */
export type TdFields = Partial<Omit<TdReport, "tee" | "isDebug">>;

/** The attributes of an initialized enclave in 64-bit mode, with the usual processor features. */
export const PRODUCTION_ENCLAVE = Uint8Array.from(Buffer.from("0500000000000000e700000000000000", "hex"));
/** The same attributes in debug mode. */
export const DEBUG_ENCLAVE = Uint8Array.from(Buffer.from("0700000000000000e700000000000000", "hex"));

/**
 * The attributes of a trust domain that its host can neither look into, export nor steer by removing pages
 * (SEPT_VE_DISABLE).
 */
export const PRODUCTION_DOMAIN = Uint8Array.from(Buffer.from("0000001000000000", "hex"));
/** The same attributes in debug mode. */
export const DEBUG_DOMAIN = Uint8Array.from(Buffer.from("0100001000000000", "hex"));
/** The processor features of a trust domain: x87, SSE, AVX and AVX-512. */
export const USUAL_FEATURES = Uint8Array.from(Buffer.from("e700000000000000", "hex"));

/** Encodes the 384 bytes of an SGX report. */
export function encodeSgxReport(fields: SgxFields): Uint8Array {
  return Buffer.concat([
    field(16, fields.cpuSvn),
    field(4, fields.miscSelect),
    field(12),
    field(16, fields.extendedProductId),
    field(16, fields.attributes ?? PRODUCTION_ENCLAVE),
    field(32, fields.mrEnclave),
    field(32),
    field(32, fields.mrSigner),
    field(32),
    field(64, fields.configId),
    uint16(fields.productId),
    uint16(fields.svn),
    uint16(fields.configSvn),
    field(42),
    field(16, fields.familyId),
    field(64, fields.reportData),
  ]);
}

/** Encodes the 584 bytes of a TD report 1.0, or the 648 bytes of a TD report 1.5. */
export function encodeTdReport(fields: TdFields): Uint8Array {
  return Buffer.concat([
    field(16, fields.teeTcbSvn),
    field(48, fields.mrSeam),
    field(48),
    field(8),
    field(8, fields.tdAttributes ?? PRODUCTION_DOMAIN),
    field(8, fields.xfam ?? USUAL_FEATURES),
    field(48, fields.mrTd),
    field(48, fields.mrConfigId),
    field(48, fields.mrOwner),
    field(48, fields.mrOwnerConfig),
    ...[0, 1, 2, 3].map((index) => field(48, fields.rtmr?.[index])),
    field(64, fields.reportData),
    ...(fields.version15 === undefined
      ? []
      : [field(16, fields.version15.teeTcbSvn2), field(48, fields.version15.mrServiceTd)]),
  ]);
}

function field(length: number, value: Uint8Array = new Uint8Array(length)): Uint8Array {
  if (value.length !== length) throw new RangeError(`A field takes ${length} bytes, not ${value.length}.`);
  return value;
}

/** Encodes two bytes, little-endian as everything in a quote. */
export function uint16(value = 0): Uint8Array {
  return Uint8Array.of(value & 0xff, value >> 8);
}

/** Encodes four bytes, little-endian. */
export function uint32(value: number): Uint8Array {
  return Buffer.concat([uint16(value & 0xffff), uint16(value >>> 16)]);
}
