import { assertZeros, toHex, type QuoteReader } from "./bytes.js";
import { assertQuote } from "./fault.js";

/**
 * The processor's report about an SGX enclave: the body of a version 3 quote, and the report of every quoting enclave.
 */
export interface SgxReport {
  readonly tee: "SGX";
  readonly cpuSvn: Uint8Array;
  readonly miscSelect: Uint8Array;
  readonly extendedProductId: Uint8Array;
  /** Eight bytes of flags, eight of processor features (XFRM). */
  readonly attributes: Uint8Array;
  /** The measurement of the enclave's code and initial data. */
  readonly mrEnclave: Uint8Array;
  /** The hash of the key that signed the enclave. */
  readonly mrSigner: Uint8Array;
  readonly configId: Uint8Array;
  readonly productId: number;
  readonly svn: number;
  readonly configSvn: number;
  readonly familyId: Uint8Array;
  readonly reportData: Uint8Array;
  readonly isDebug: boolean;
}

export const SGX_REPORT_LENGTH = 384;

const INIT = 1n << 0n;
const DEBUG = 1n << 1n;
/** The other attributes of processors: 64-bit mode, provision key, launch token key, CET, KSS, AEX notify. */
const KNOWN = (1n << 2n) | (1n << 4n) | (1n << 5n) | (1n << 6n) | (1n << 7n) | (1n << 10n);

/** Reads the report of an enclave, and refuses one that no processor writes. */
export function readSgxReport(reader: QuoteReader, what: string): SgxReport {
  const take = (length: number, field: string) => reader.take(length, `${what}'s ${field}`);
  const zeros = (length: number, field: string) => assertZeros(take(length, field), `${what}'s ${field}`);

  const cpuSvn = take(16, "CPU SVN");
  const miscSelect = take(4, "MISCSELECT");
  zeros(12, "first reserved field");
  const extendedProductId = take(16, "extended product id");
  const attributes = take(16, "attributes");
  const mrEnclave = take(32, "MRENCLAVE");
  zeros(32, "second reserved field");
  const mrSigner = take(32, "MRSIGNER");
  zeros(32, "third reserved field");
  const configId = take(64, "configuration id");
  const productId = reader.uint16(`${what}'s product id`);
  const svn = reader.uint16(`${what}'s SVN`);
  const configSvn = reader.uint16(`${what}'s configuration SVN`);
  zeros(42, "fourth reserved field");
  const familyId = take(16, "family id");
  const reportData = take(64, "report data");

  const flags = Buffer.from(attributes).readBigUInt64LE(0);
  const unknown = flags & ~(INIT | DEBUG | KNOWN);
  const shown = toHex(attributes);
  assertQuote((flags & INIT) !== 0n, "EnclaveNotInitialised", { report: what, attributes: shown });
  assertQuote(unknown === 0n, "UnknownAttributes", {
    report: what,
    attributes: shown,
    unknown: `0x${unknown.toString(16)}`,
  });
  return {
    tee: "SGX",
    cpuSvn,
    miscSelect,
    extendedProductId,
    attributes,
    mrEnclave,
    mrSigner,
    configId,
    productId,
    svn,
    configSvn,
    familyId,
    reportData,
    isDebug: (flags & DEBUG) !== 0n,
  };
}
