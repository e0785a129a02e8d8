import type { Result } from "ethers";

import type { AttestationError, FaultName } from "@poco-marketplace/enclave/attestation/fault.js";

/** What a quote or a chain proves, each fact as text that is the same on both sides. */
export type Proven = Readonly<Record<string, string>>;

/** What one side makes of a mutant: what it proves, the fault and its values, or that this side itself fails. */
export type Verdict<Refusal> =
  | { readonly fate: "valid"; readonly proven: Proven }
  | { readonly fate: FaultName; readonly refusal: Refusal }
  | { readonly fate: "broken"; readonly how: string };

/** Of the TypeScript verifier. */
export type OffChain = Verdict<AttestationError>;

/** Of a contract: with the arguments of its error, the gas that the call took, and how many bytes its data had. */
export type OnChain = Verdict<Result> & { readonly gas: number; readonly length: number };

/** A verdict as one line. */
export function describeVerdict(verdict: OffChain | OnChain): string {
  if (verdict.fate === "valid") return `valid, ${textOf(Object.entries(verdict.proven).flat())}`;
  if (verdict.fate === "broken") return `broken: ${"how" in verdict ? verdict.how : ""}`;
  const { refusal } = verdict as Extract<OffChain | OnChain, { refusal: unknown }>;
  return `${verdict.fate}, ${refusal instanceof Error ? refusal.message : textOf(refusal.toArray())}`;
}

function textOf(values: readonly unknown[]): string {
  return values.map(String).join(" ");
}
