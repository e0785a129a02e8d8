import { Counts } from "../counts.js";
import { gasBound } from "./gasBound.js";
import type { Outcome } from "./trial.js";

/** The counts of a run. Gas excludes the cost of the transaction. */
export type Tally = {
  readonly families: Counts<"mutants" | "valid" | "refused" | "allowed">;
  /** How often each verdict was the same on both sides. */
  readonly fates: Map<string, number>;
  /** The number of chains that the registry judged too. */
  chains: number;
  chainsValid: number;
  mostGas: { gas: number; length: number };
  /** The largest ratio of a call's gas to its bound. */
  mostOfBound: number;
  slowest: number;
};

/** The counts at the start. */
export function freshTally(): Tally {
  return {
    families: new Counts(["mutants", "valid", "refused", "allowed"]),
    fates: new Map(),
    chains: 0,
    chainsValid: 0,
    mostGas: { gas: 0, length: 0 },
    mostOfBound: 0,
    slowest: 0,
  };
}

/** Counts one trial. */
export function count(tally: Tally, family: string, outcome: Outcome): void {
  const { verifier, offChain, onChain, difference, allowed, milliseconds } = outcome;
  tally.slowest = Math.max(tally.slowest, milliseconds);
  tally.mostOfBound = Math.max(tally.mostOfBound, onChain.gas / gasBound(onChain.length));
  if (onChain.gas > tally.mostGas.gas) tally.mostGas = { gas: onChain.gas, length: onChain.length };
  if (difference !== undefined && allowed === undefined) return;
  const isValid = offChain.fate === "valid" && allowed === undefined;
  if (verifier === "chain") {
    tally.chains += 1;
    if (isValid) tally.chainsValid += 1;
    return;
  }
  tally.families.add(family, "mutants", allowed !== undefined ? "allowed" : isValid ? "valid" : "refused");
  if (allowed === undefined) tally.fates.set(offChain.fate, (tally.fates.get(offChain.fate) ?? 0) + 1);
}
