import { toHex } from "./bytes.js";
import { demand } from "./fault.js";
import type { Tee } from "./header.js";
import type { Quote } from "./quote.js";
import type { PckFacts } from "./sgxExtension.js";

/** The least security versions that a platform model must have. */
export type MinimumTcb = {
  /** Of the 16 parts that the PCK certificate lists. */
  readonly components: readonly number[];
  readonly pceSvn: number;
  /** Of the 16 bytes of the TEE TCB SVN of a trust domain: its TDX module, and what loads it. */
  readonly tdxComponents?: readonly number[];
};

/** What platforms are too old. An empty policy finds none too old. */
export type TcbPolicy = {
  /** By model (FMSPC), as 0x and twelve lower-case hex digits. */
  readonly platforms: Readonly<Record<string, MinimumTcb>>;
  /** Whether platforms of other models will do. */
  readonly otherPlatforms: "accepted" | "refused";
  readonly minimumQeSvn: Readonly<Partial<Record<Tee, number>>>;
};

/** Takes platforms of all models and ages. */
export const ANY_TCB: TcbPolicy = { platforms: {}, otherPlatforms: "accepted", minimumQeSvn: {} };

/** Refuses a platform that is older than the policy allows. */
export function demandTcb({ header, body, signatureData }: Quote, facts: PckFacts, policy: TcbPolicy): void {
  const { svn } = signatureData.qeReport;
  const minimum = policy.minimumQeSvn[header.tee] ?? 0;
  demand(svn >= minimum, "QuotingEnclaveTooOld", { tee: header.tee, svn, minimum });

  const fmspc = toHex(facts.fmspc);
  const least = policy.platforms[fmspc];
  if (least === undefined) {
    demand(policy.otherPlatforms === "accepted", "UnknownPlatformModel", { fmspc });
    return;
  }
  for (const [index, actual] of facts.tcbComponents.entries()) {
    demandSvn(actual, least.components[index], `component ${index + 1}`);
  }
  demandSvn(facts.pceSvn, least.pceSvn, "the provisioning certification enclave");
  if (body.tee !== "TDX") return;
  for (const [index, actual] of body.teeTcbSvn.entries()) {
    demandSvn(actual, least.tdxComponents?.[index], `TDX component ${index + 1}`);
  }

  function demandSvn(actual: number, atLeast = 0, component: string): void {
    demand(actual >= atLeast, "TcbTooOld", { fmspc, component, svn: actual, minimum: atLeast });
  }
}
