import { createHash } from "node:crypto";

import { GAS_BOUND } from "./gasBound.js";
import type { Options } from "./options.js";
import type { Finding, Report } from "./run.js";
import { describeVerdict } from "./verdict.js";

/** The first digits of a quote's hash, which identify it. */
export function digestOf(quote: Uint8Array): string {
  return createHash("sha256").update(quote).digest("hex").slice(0, 16);
}

/** Writes a finding as an entry of test/regression/quotes.ts, with the off-chain verdict as the expected one. */
export function entryOf({ index, family, trial, outcome, quote }: Finding): string {
  const { mutant, verifier, debug } = trial;
  const splices = mutant.splices.map((splice) => `      ${JSON.stringify(splice)},\n`).join("");
  return (
    `  {\n    name: "${family}, mutant ${index}",\n    verifier: "${verifier}",\n    debug: "${debug}",\n` +
    `    base: ${JSON.stringify(mutant.base)},\n    splices: [\n${splices}    ],\n` +
    `    digest: "${digestOf(quote)}",\n    fate: "${outcome.offChain.fate}",\n  },`
  );
}

/** The report of a run as text. */
export function describeRun({ seed }: Options, { mutants, tally, findings }: Report, seconds: number): string {
  const fates = [...tally.fates].toSorted(([, a], [, b]) => b - a).map(([fate, times]) => `${fate} ${times}`);
  const { gas, length } = tally.mostGas;
  return [
    ...tally.families.describe("family"),
    "",
    `The same verdict on both sides: ${fates.join(", ")}.`,
    `${tally.chains} chains given to the registry too, ${tally.chainsValid} of them valid.`,
    `Most gas: ${gas}, of a call with ${length} bytes. Most of its bound (${GAS_BOUND}): ` +
      `${(100 * tally.mostOfBound).toFixed(1)} %. Slowest off chain: ${tally.slowest.toFixed(1)} ms.`,
    ...findings.map(describeFinding),
    `${mutants} mutants, seed ${seed}: ${findings.length === 0 ? "no" : findings.length} unexplained ` +
      `${findings.length === 1 ? "difference" : "differences"} (${Math.round(seconds)} s).`,
  ].join("\n");
}

function describeFinding(finding: Finding): string {
  const { index, outcome, trial } = finding;
  return (
    `\nMutant ${index}, judged as a ${trial.verifier}: both sides differ in ${outcome.difference}.\n` +
    `  off chain: ${describeVerdict(outcome.offChain)}\n  on chain:  ${describeVerdict(outcome.onChain)}\n` +
    `For test/regression/quotes.ts:\n\n${entryOf(finding)}\n`
  );
}

/** The report of a run as JSON. */
export function jsonOfRun({ seed, first }: Options, { mutants, tally, findings }: Report, seconds: number): string {
  const report = {
    seed,
    first,
    mutants,
    seconds,
    total: tally.families.total(),
    families: tally.families,
    fates: Object.fromEntries(tally.fates),
    chains: tally.chains,
    chainsValid: tally.chainsValid,
    gasBound: GAS_BOUND,
    mostGas: tally.mostGas,
    mostOfBound: tally.mostOfBound,
    slowestMilliseconds: tally.slowest,
    findings: findings.map((finding) => ({
      index: finding.index,
      family: finding.family,
      difference: finding.outcome.difference,
      offChain: describeVerdict(finding.outcome.offChain),
      onChain: describeVerdict(finding.outcome.onChain),
      ...finding.trial,
      digest: digestOf(finding.quote),
    })),
  };
  return JSON.stringify(report, null, 2);
}
