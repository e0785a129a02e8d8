import { toHex } from "./bytes.js";
import { AttestationError, assertQuote } from "./fault.js";
import type { Quote } from "./quote.js";
import type { SgxReport } from "./sgxReport.js";
import type { TdReport } from "./tdReport.js";

/** The policy for the isolation of an enclave or trust domain from its host. */
export interface IsolationPolicy {
  /**
   * Whether enclaves in debug mode, which their owner can look into, are accepted. The other rules do not apply to
   * them.
   */
  readonly debugEnclaves: "accepted" | "refused";
  /** Whether the host's settings must keep the host out; otherwise, any genuine quote is accepted. */
  readonly isolation: "required" | "any";
  /**
   * Whether trust domains must have SEPT_VE_DISABLE. Without it, a host can remove pages, and so trigger a trust
   * domain's exception handler at any instruction.
   */
  readonly septVeDisable: "required" | "optional";
}

const bitsOf = (...bits: readonly number[]) => bits.reduce((mask, bit) => mask | (1n << BigInt(bit)), 0n);

const SEPT_VE_DISABLE = bitsOf(28);
const MIGRATABLE = bitsOf(29);
/** x87 and SSE, which all current code needs. */
const FEATURES_REQUIRED = bitsOf(0, 1);

/**
 * The settings that a host chooses when it starts an enclave or a trust domain and that no measurement covers, limited
 * to those that keep the host out. `contracts/attestation/Isolation.sol` has the same rules.
 */
const PINNED = {
  TDX: {
    /** ICSSD, LASS, SEPT_VE_DISABLE, PKS and PERFMON; neither the key locker nor a provisioning agent (TPA). */
    attributes: { required: 0n, allowed: bitsOf(16, 27, 28, 30, 63) },
    /** All features of XFAM but PT and LBR, which record control flow. */
    features: { required: FEATURES_REQUIRED, allowed: bitsOf(0, 1, 2, 5, 6, 7, 9, 11, 12, 14, 17, 18) },
  },
  SGX: {
    /**
     * Initialized and in 64-bit mode, with CET, KSS (whose configuration must be zero) and AEX notify, but no launch
     * key.
     */
    attributes: { required: bitsOf(0, 2), allowed: bitsOf(0, 2, 6, 7, 10) },
    /** x87, SSE, AVX, MPX, AVX-512, PKRU, CET and AMX. */
    features: { required: FEATURES_REQUIRED, allowed: bitsOf(0, 1, 2, 3, 4, 5, 6, 7, 9, 11, 12, 17, 18) },
    /** EXINFO and CPINFO: the processor reports the enclave's own faults to it. */
    miscSelect: bitsOf(0, 1),
  },
} as const;

/** Explains why an enclave or trust domain is not isolated from its host; undefined where it is. */
export function isolationFaultOf(quote: Pick<Quote, "body">): AttestationError | undefined {
  try {
    assertIsolated(quote, { debugEnclaves: "refused", isolation: "required", septVeDisable: "required" });
    return undefined;
  } catch (error) {
    if (error instanceof AttestationError) return error;
    throw error;
  }
}

/** Refuses an enclave or trust domain that its host can look into, export or steer. */
export function assertIsolated({ body }: Pick<Quote, "body">, policy: IsolationPolicy): void {
  if (body.isDebug) {
    assertQuote(policy.debugEnclaves === "accepted", "DebugEnclave", {
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
  assertQuote((flags & MIGRATABLE) === 0n, "MigratableTrustDomain", { attributes });
  const service = version15?.mrServiceTd ?? new Uint8Array();
  assertQuote(numberOf(service) === 0n, "ServiceTrustDomain", { measurement: toHex(service) });
  assertQuote(septVeDisable === "optional" || (flags & SEPT_VE_DISABLE) !== 0n, "SeptVeNotDisabled", { attributes });
  assertWithin("UnexpectedAttributes", "trust domain", tdAttributes, PINNED.TDX.attributes);
  assertWithin("UnexpectedFeatures", "trust domain", xfam, PINNED.TDX.features);
}

function assertEnclaveIsolated({ attributes, miscSelect }: SgxReport): void {
  assertWithin("UnexpectedAttributes", "enclave", attributes.subarray(0, 8), PINNED.SGX.attributes);
  assertWithin("UnexpectedFeatures", "enclave", attributes.subarray(8), PINNED.SGX.features);
  const allowed = PINNED.SGX.miscSelect;
  assertQuote((numberOf(miscSelect) & ~allowed) === 0n, "UnexpectedMiscSelect", {
    miscSelect: toHex(miscSelect),
    allowed,
  });
}

function assertWithin(
  fault: "UnexpectedAttributes" | "UnexpectedFeatures",
  report: string,
  bytes: Uint8Array,
  { required, allowed }: { readonly required: bigint; readonly allowed: bigint },
): void {
  const flags = numberOf(bytes);
  const isExpected = (flags & required) === required && (flags & ~allowed) === 0n;
  assertQuote(isExpected, fault, { report, bits: toHex(bytes), required, allowed });
}

/** Reads bytes as a little-endian number. */
function numberOf(bytes: Uint8Array): bigint {
  return bytes.reduceRight((number, byte) => number * 256n + BigInt(byte), 0n);
}
