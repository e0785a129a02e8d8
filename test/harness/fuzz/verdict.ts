import type { Result } from "ethers";

import type { AttestationError, FaultName } from "@poco-marketplace/enclave/attestation/fault.js";

/** The facts that a quote or a chain proves, each as text that is the same on both sides. */
export type Proven = Readonly<Record<string, string>>;

/** A verdict on a mutant: the proven facts, the fault and its values, or an unexpected failure of the verifier. */
export type Verdict<Refusal> =
  | { readonly fate: "valid"; readonly proven: Proven }
  | { readonly fate: FaultName; readonly refusal: Refusal }
  | { readonly fate: "broken"; readonly how: string };

/** The verdict of the TypeScript verifier. */
export type OffChain = Verdict<AttestationError>;

/** The verdict of a contract, with the arguments of its error, the gas of the call, and the length of its data. */
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
