import { toHex } from "@poco-marketplace/enclave/attestation/bytes.js";
import { measuredIn } from "@poco-marketplace/enclave/attestation/measured.js";
import type { MinimumTcb } from "@poco-marketplace/enclave/attestation/tcbPolicy.js";
import type { QuotePolicy, QuoteVerdict } from "@poco-marketplace/enclave/attestation/verdict.js";

/** Lists what a verdict does not cover, each without a full stop, and the option that covers it if there is one. */
export function notJudged({ refusal, quote, chain }: QuoteVerdict, policy: QuotePolicy): string[] {
  const open = refusal === undefined ? [] : ["what the steps after the one that refused it would say"];
  if (policy.revocationLists.length === 0) open.push("revocation: no list was given (--crl FILE)");
  const facts = chain?.pck.extensions.pckFacts;
  const least = facts === undefined ? undefined : policy.tcb.platforms[toHex(facts.fmspc)];
  const model = facts === undefined ? "that model" : `model ${toHex(facts.fmspc)}`;
  const unsaid =
    least === undefined ? [`the platform: no least versions for ${model}`] : gapsOf(least, quote?.body.tee);
  if (quote !== undefined && policy.tcb.minimumQeSvn[quote.header.tee] === undefined)
    unsaid.push("the quoting enclave: no least version");
  open.push(...unsaid.map((what) => `how old it is, ${what} (--tcb FILE)`));
  if (quote !== undefined && measuredIn(quote).kind === "image")
    open.push("whether the runtime is approved: compare it with approvedRuntimes() of the hub's TEE broker");
  return [
    ...open,
    "what Intel says of the platform's level: its signed TCB info is not read",
    "whether it is the app that is meant, and for whom: compare the measurement and the report data",
  ];
}

/** Lists the minimums that the policy for a platform's model leaves out. */
function gapsOf({ components, pceSvn, tdxComponents = [] }: MinimumTcb, tee: string | undefined): string[] {
  return [
    ...(isNothing(components) ? ["the platform: the policy asks nothing of its components"] : []),
    ...(pceSvn === 0 ? ["the provisioning certification enclave: no least version"] : []),
    ...(tee === "TDX" && isNothing(tdxComponents) ? ["the TDX module: no least versions"] : []),
  ];
}

function isNothing(svns: readonly number[]): boolean {
  return svns.every((svn) => svn === 0);
}
