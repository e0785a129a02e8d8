import { toHex, type QuoteReader } from "./bytes.js";
import { assertQuote } from "./fault.js";

/** The processor's report about a trust domain, a virtual machine under TDX. */
export interface TdReport {
  readonly tee: "TDX";
  /** The security versions of the TDX module and of the platform below it. */
  readonly teeTcbSvn: Uint8Array;
  readonly mrSeam: Uint8Array;
  readonly tdAttributes: Uint8Array;
  readonly xfam: Uint8Array;
  /** The measurement of the trust domain's initial contents. */
  readonly mrTd: Uint8Array;
  readonly mrConfigId: Uint8Array;
  readonly mrOwner: Uint8Array;
  readonly mrOwnerConfig: Uint8Array;
  /** Four registers that software in the trust domain extends: firmware, kernel, applications. */
  readonly rtmr: readonly [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  readonly reportData: Uint8Array;
  /** Only in TD report 1.5: the versions since the last update in place, and the measurement of service domains. */
  readonly version15: { readonly teeTcbSvn2: Uint8Array; readonly mrServiceTd: Uint8Array } | undefined;
  readonly isDebug: boolean;
}

export const TD_REPORT_LENGTH = { "1.0": 584, "1.5": 648 } as const;

/** The lowest eight bits, each of which lets the owner look into the trust domain. */
const OPEN = 0xffn;
/**
 * The other attributes of Intel's TDX module: ICSSD, LASS, SEPT_VE_DISABLE, MIGRATABLE, PKS, key locker, TPA, PERFMON.
 */
const KNOWN = [16n, 27n, 28n, 29n, 30n, 31n, 62n, 63n].reduce((mask, bit) => mask | (1n << bit), 0n);

/** Reads the report of a trust domain, and refuses one that Intel's TDX module does not write. */
export function readTdReport(reader: QuoteReader, layout: keyof typeof TD_REPORT_LENGTH): TdReport {
  const take = (length: number, field: string) => reader.take(length, `trust domain's ${field}`);

  const teeTcbSvn = take(16, "TEE TCB SVN");
  const mrSeam = take(48, "MRSEAM");
  const mrSignerSeam = take(48, "MRSIGNERSEAM");
  const seamAttributes = take(8, "SEAM attributes");
  const tdAttributes = take(8, "attributes");
  const xfam = take(8, "XFAM");
  const mrTd = take(48, "MRTD");
  const mrConfigId = take(48, "MRCONFIGID");
  const mrOwner = take(48, "MROWNER");
  const mrOwnerConfig = take(48, "MROWNERCONFIG");
  const rtmr = [take(48, "RTMR0"), take(48, "RTMR1"), take(48, "RTMR2"), take(48, "RTMR3")] as const;
  const reportData = take(64, "report data");
  const version15 =
    layout === "1.5" ? { teeTcbSvn2: take(16, "second TEE TCB SVN"), mrServiceTd: take(48, "MRSERVICETD") } : undefined;

  assertQuote(isZero(mrSignerSeam), "SeamNotIntel", { signer: toHex(mrSignerSeam) });
  assertQuote(isZero(seamAttributes), "SeamAttributes", { attributes: toHex(seamAttributes) });
  const flags = Buffer.from(tdAttributes).readBigUInt64LE(0);
  const unknown = flags & ~(OPEN | KNOWN);
  assertQuote(unknown === 0n, "UnknownAttributes", {
    report: "trust domain",
    attributes: toHex(tdAttributes),
    unknown: `0x${unknown.toString(16)}`,
  });
  return {
    tee: "TDX",
    teeTcbSvn,
    mrSeam,
    tdAttributes,
    xfam,
    mrTd,
    mrConfigId,
    mrOwner,
    mrOwnerConfig,
    rtmr,
    reportData,
    version15,
    isDebug: (flags & OPEN) !== 0n,
  };
}

function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}
