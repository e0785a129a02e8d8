import { toHex } from "./bytes.js";
import { AttestationError, demand } from "./fault.js";
import type { Quote } from "./quote.js";
import type { SgxReport } from "./sgxReport.js";
import type { TdReport } from "./tdReport.js";

/** What an enclave or a trust domain must be, besides genuine, for its host to be kept out. */
export type IsolationPolicy = {
  /** Whether the owner of an enclave may have looked into it. Nothing else below is asked of one that is in debug mode. */
  readonly debugEnclaves: "accepted" | "refused";
  /** Whether what a host chose at the start must keep the host out; else only genuineness counts. */
  readonly isolation: "required" | "any";
  /**
   * Whether trust domains must have SEPT_VE_DISABLE. Without it a host can take pages away from one, and have its
   * exception handler run wherever it likes.
   */
  readonly septVeDisable: "required" | "optional";
};

const bitsOf = (...bits: readonly number[]) => bits.reduce((mask, bit) => mask | (1n << BigInt(bit)), 0n);

const SEPT_VE_DISABLE = bitsOf(28);
const MIGRATABLE = bitsOf(29);
/** x87 and SSE, without which no code of today runs. */
const FEATURES_REQUIRED = bitsOf(0, 1);

/**
 * What a host chooses when it starts an enclave or a trust domain, and no measurement covers: pinned to what keeps the host
 * out. `contracts/attestation/Isolation.sol` has the same rules.
 */
const PINNED = {
  TDX: {
    /** ICSSD, LASS, SEPT_VE_DISABLE, PKS and PERFMON; neither the key locker nor a provisioning agent (TPA). */
    attributes: { required: 0n, allowed: bitsOf(16, 27, 28, 30, 63) },
    /** All that XFAM knows but PT and LBR, which record where code went. */
    features: { required: FEATURES_REQUIRED, allowed: bitsOf(0, 1, 2, 5, 6, 7, 9, 11, 12, 14, 17, 18) },
  },
  SGX: {
    /** Initialized and in 64-bit mode, with CET, KSS (whose configuration must be zero) and AEX notify, but no launch key. */
    attributes: { required: bitsOf(0, 2), allowed: bitsOf(0, 2, 6, 7, 10) },
    /** x87, SSE, AVX, MPX, AVX-512, PKRU, CET and AMX. */
    features: { required: FEATURES_REQUIRED, allowed: bitsOf(0, 1, 2, 3, 4, 5, 6, 7, 9, 11, 12, 17, 18) },
    /** EXINFO and CPINFO: what the processor writes into the enclave about its own faults. */
    miscSelect: bitsOf(0, 1),
  },
} as const;

/** Why the host of an enclave or trust domain is not kept out of it; nothing where it is. */
export function isolationFaultOf(quote: Pick<Quote, "body">): AttestationError | undefined {
  try {
    assertIsolated(quote, { debugEnclaves: "refused", isolation: "required", septVeDisable: "required" });
    return undefined;
  } catch (error) {
    if (error instanceof AttestationError) return error;
    throw error;
  }
}

/** Refuses what its host can look into, export or steer. */
export function assertIsolated({ body }: Pick<Quote, "body">, policy: IsolationPolicy): void {
  if (body.isDebug) {
    demand(policy.debugEnclaves === "accepted", "DebugEnclave", {
      report: body.tee === "SGX" ? "enclave" : "trust domain",
      attributes: toHex(body.tee === "SGX" ? body.attributes : body.tdAttributes),
    });
    return;
  }
  if (policy.isolation === "any") return;
  if (body.tee === "SGX") assertEnclaveIsolated(body);
  else assertTrustDomainIsolated(body, policy);
}

function assertTrustDomainIsolated(
  { tdAttributes, xfam, version15 }: TdReport,
  { septVeDisable }: Pick<IsolationPolicy, "septVeDisable">,
): void {
  const flags = numberOf(tdAttributes);
  const attributes = toHex(tdAttributes);
  demand((flags & MIGRATABLE) === 0n, "MigratableTrustDomain", { attributes });
  const service = version15?.mrServiceTd ?? new Uint8Array();
  demand(numberOf(service) === 0n, "ServiceTrustDomain", { measurement: toHex(service) });
  demand(septVeDisable === "optional" || (flags & SEPT_VE_DISABLE) !== 0n, "SeptVeNotDisabled", { attributes });
  assertWithin("UnexpectedAttributes", "trust domain", tdAttributes, PINNED.TDX.attributes);
  assertWithin("UnexpectedFeatures", "trust domain", xfam, PINNED.TDX.features);
}

function assertEnclaveIsolated({ attributes, miscSelect }: SgxReport): void {
  assertWithin("UnexpectedAttributes", "enclave", attributes.subarray(0, 8), PINNED.SGX.attributes);
  assertWithin("UnexpectedFeatures", "enclave", attributes.subarray(8), PINNED.SGX.features);
  const allowed = PINNED.SGX.miscSelect;
  demand((numberOf(miscSelect) & ~allowed) === 0n, "UnexpectedMiscSelect", { miscSelect: toHex(miscSelect), allowed });
}

function assertWithin(
  fault: "UnexpectedAttributes" | "UnexpectedFeatures",
  report: string,
  bytes: Uint8Array,
  { required, allowed }: { readonly required: bigint; readonly allowed: bigint },
): void {
  const flags = numberOf(bytes);
  const isExpected = (flags & required) === required && (flags & ~allowed) === 0n;
  demand(isExpected, fault, { report, bits: toHex(bytes), required, allowed });
}

/** Bytes as a number, the lowest first. */
function numberOf(bytes: Uint8Array): bigint {
  return bytes.reduceRight((number, byte) => number * 256n + BigInt(byte), 0n);
}
