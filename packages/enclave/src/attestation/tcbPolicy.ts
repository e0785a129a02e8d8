import { toHex } from "./bytes.js";
import { assertQuote } from "./fault.js";
import type { Tee } from "./header.js";
import type { Quote } from "./quote.js";
import type { PckFacts } from "./sgxExtension.js";

/** The minimum security versions of a platform model. */
export interface MinimumTcb {
  /** For the 16 components in the PCK certificate. */
  readonly components: readonly number[];
  readonly pceSvn: number;
  /** For the 16 bytes of a trust domain's TEE TCB SVN: its TDX module, and the loader of that. */
  readonly tdxComponents?: readonly number[];
}

/** The policy that says which platforms are too old. An empty policy accepts all. */
export interface TcbPolicy {
  /** By model (FMSPC), as 0x and twelve lower-case hex digits. */
  readonly platforms: Readonly<Record<string, MinimumTcb>>;
  /** Whether platforms of other models are accepted. */
  readonly otherPlatforms: "accepted" | "refused";
  readonly minimumQeSvn: Readonly<Partial<Record<Tee, number>>>;
}

/** Accepts platforms of all models and ages. */
export const ANY_TCB: TcbPolicy = { platforms: {}, otherPlatforms: "accepted", minimumQeSvn: {} };

/** Refuses a platform that is older than the policy allows. */
export function assertTcb({ header, body, signatureData }: Quote, facts: PckFacts, policy: TcbPolicy): void {
  const { svn } = signatureData.qeReport;
  const minimum = policy.minimumQeSvn[header.tee] ?? 0;
  assertQuote(svn >= minimum, "QuotingEnclaveTooOld", { tee: header.tee, svn, minimum });

  const fmspc = toHex(facts.fmspc);
  const least = policy.platforms[fmspc];
  if (least === undefined) {
    assertQuote(policy.otherPlatforms === "accepted", "UnknownPlatformModel", { fmspc });
    return;
  }
  for (const [index, actual] of facts.tcbComponents.entries()) {
    assertSvn(actual, least.components[index], `component ${index + 1}`);
  }
  assertSvn(facts.pceSvn, least.pceSvn, "the provisioning certification enclave");
  if (body.tee !== "TDX") return;
  for (const [index, actual] of body.teeTcbSvn.entries()) {
    assertSvn(actual, least.tdxComponents?.[index], `TDX component ${index + 1}`);
  }

  function assertSvn(actual: number, atLeast = 0, component: string): void {
    assertQuote(actual >= atLeast, "TcbTooOld", { fmspc, component, svn: actual, minimum: atLeast });
  }
}
