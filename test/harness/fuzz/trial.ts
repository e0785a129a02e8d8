import { ALLOWANCES, type VerifierKind, type Judged } from "./allowed.js";
import type { Assembled } from "./assemble.js";
import { differenceOf } from "./compare.js";
import { makeMutant, type Mutant } from "./mutant.js";
import { judgeChainOffChain, judgeQuoteOffChain, type Debug } from "./offChain.js";
import type { Judges } from "./onChain.js";
import type { Stock } from "./stock.js";

/** A mutant, its verifier on chain, and whether enclaves that can be looked into are accepted. */
export type Trial = { readonly mutant: Mutant; readonly verifier: VerifierKind; readonly debug: Debug };

/** The outcome of a trial: equal verdicts, an allowed difference, or a finding. */
export type Outcome = Judged & {
  readonly difference?: string;
  readonly allowed?: string;
  /** The duration of the off-chain verification, in milliseconds. */
  readonly milliseconds: number;
};

/** Obtains both verdicts, and compares them. @param assembled - The mutant, if it was assembled before. */
export async function runTrial(
  { judges, stock }: { judges: Judges; stock: Stock },
  { mutant, verifier, debug }: Trial,
  assembled: Assembled = makeMutant(stock, mutant),
): Promise<Outcome> {
  const { quote, certificates } = assembled;
  const began = performance.now();
  const offChain =
    verifier === "quote" ? judgeQuoteOffChain(quote, stock, debug) : judgeChainOffChain(certificates, stock);
  const milliseconds = performance.now() - began;
  const onChain = await (verifier === "quote" ? judges.judgeQuote(quote, debug) : judges.judgeChain(certificates));
  const judged = { verifier, offChain, onChain };
  const difference = differenceOf(offChain, onChain);
  if (difference === undefined) return { ...judged, milliseconds };
  const allowed = ALLOWANCES.find(({ holds }) => holds(judged, assembled))?.name;
  return { ...judged, milliseconds, difference, ...(allowed !== undefined && { allowed }) };
}

/** The verifiers for a mutant: the registry reads the PCK and intermediate certificates unchanged. */
export function verifiersOf({ splices }: Mutant): readonly VerifierKind[] {
  return splices.some(({ part }) => /^(pck|intermediate) /.test(part)) ? ["quote", "chain"] : ["quote"];
}
