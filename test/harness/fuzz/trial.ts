import { ALLOWANCES, type Court, type Judged } from "./allowed.js";
import type { Assembled } from "./assemble.js";
import { differenceOf } from "./compare.js";
import { makeMutant, type Mutant } from "./mutant.js";
import { judgeChainOffChain, judgeQuoteOffChain, type Debug } from "./offChain.js";
import type { Judges } from "./onChain.js";
import type { Stock } from "./stock.js";

/** A mutant, who judges it, and whether enclaves that can be looked into are taken. */
export type Trial = { readonly mutant: Mutant; readonly court: Court; readonly debug: Debug };

/** How a trial ended: nothing is different, or something that is allowed, or something that is a finding. */
export type Outcome = Judged & {
  readonly difference?: string;
  readonly allowed?: string;
  /** How long the off-chain verifier took, in milliseconds. */
  readonly milliseconds: number;
};

/** Asks both sides, and compares. @param assembled - The mutant, if it was made already. */
export async function hold(
  { judges, stock }: { judges: Judges; stock: Stock },
  { mutant, court, debug }: Trial,
  assembled: Assembled = makeMutant(stock, mutant),
): Promise<Outcome> {
  const { quote, certificates } = assembled;
  const began = performance.now();
  const offChain =
    court === "quote" ? judgeQuoteOffChain(quote, stock, debug) : judgeChainOffChain(certificates, stock);
  const milliseconds = performance.now() - began;
  const onChain = await (court === "quote" ? judges.judgeQuote(quote, debug) : judges.judgeChain(certificates));
  const judged = { court, offChain, onChain };
  const difference = differenceOf(offChain, onChain);
  if (difference === undefined) return { ...judged, milliseconds };
  const allowed = ALLOWANCES.find(({ holds }) => holds(judged, assembled))?.name;
  return { ...judged, milliseconds, difference, ...(allowed !== undefined && { allowed }) };
}

/** Who can be asked about a mutant: the registry reads PCK and intermediate certificate as they are. */
export function courtsOf({ splices }: Mutant): readonly Court[] {
  return splices.some(({ part }) => /^(pck|intermediate) /.test(part)) ? ["quote", "chain"] : ["quote"];
}
