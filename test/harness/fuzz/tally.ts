import { gasBound } from "./gasBound.js";
import type { Outcome } from "./trial.js";

/** What became of the mutants of one family. */
export type FamilyTally = { mutants: number; valid: number; refused: number; allowed: number };

/** What a run saw. Gas without what the transaction itself costs. */
export type Tally = {
  readonly families: Map<string, FamilyTally>;
  /** How often each verdict was the same on both sides. */
  readonly fates: Map<string, number>;
  /** How many chains were given to the registry too. */
  chains: number;
  chainsValid: number;
  mostGas: { gas: number; length: number };
  /** The largest share of its bound that a call took. */
  mostOfBound: number;
  slowest: number;
};

/** Nothing seen yet. */
export function freshTally(): Tally {
  return {
    families: new Map(),
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
  const { court, offChain, onChain, difference, allowed, milliseconds } = outcome;
  tally.slowest = Math.max(tally.slowest, milliseconds);
  tally.mostOfBound = Math.max(tally.mostOfBound, onChain.gas / gasBound(onChain.length));
  if (onChain.gas > tally.mostGas.gas) tally.mostGas = { gas: onChain.gas, length: onChain.length };
  if (difference !== undefined && allowed === undefined) return;
  const isValid = offChain.fate === "valid" && allowed === undefined;
  if (court === "chain") {
    tally.chains += 1;
    if (isValid) tally.chainsValid += 1;
    return;
  }
  const counted = tally.families.get(family) ?? { mutants: 0, valid: 0, refused: 0, allowed: 0 };
  counted.mutants += 1;
  counted[allowed !== undefined ? "allowed" : isValid ? "valid" : "refused"] += 1;
  tally.families.set(family, counted);
  if (allowed === undefined) tally.fates.set(offChain.fate, (tally.fates.get(offChain.fate) ?? 0) + 1);
}

/** All families together. */
export function totalOf({ families }: Tally): FamilyTally {
  const total = { mutants: 0, valid: 0, refused: 0, allowed: 0 };
  for (const { mutants, valid, refused, allowed } of families.values()) {
    total.mutants += mutants;
    total.valid += valid;
    total.refused += refused;
    total.allowed += allowed;
  }
  return total;
}
