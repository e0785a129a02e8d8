import { randomOf } from "../random.js";
import { randomMutant } from "./randomMutant.js";
import { assemble } from "./assemble.js";
import { applySplice, makeMutant, type Mutant, type Splice } from "./mutant.js";
import { deployJudges, type Judges } from "./onChain.js";
import type { Options } from "./options.js";
import { shrink } from "./shrink.js";
import { createStock, type Stock } from "./stock.js";
import { count, freshTally, type Tally } from "./tally.js";
import { verifiersOf, runTrial, type Outcome, type Trial } from "./trial.js";

/** A difference that is not allowed, with the fewest changes that show it. */
export type Finding = {
  readonly index: number;
  readonly family: string;
  readonly trial: Trial;
  readonly outcome: Outcome;
  readonly quote: Uint8Array;
};

/** Hooks to observe a run, and to stop it early. */
export type Watch = { readonly isStopped?: () => boolean; readonly tried?: (mutants: number) => void };

/** The result of a run: the number of mutants, and the first difference of each kind. */
export type Report = { readonly mutants: number; readonly tally: Tally; readonly findings: readonly Finding[] };

/** The number of mutants after which a new chain is set up, since chains keep their calls in memory. */
const CHAIN_LIFE = 400;
/** The number of kinds of differences after which the run stops. */
const MOST_FINDINGS = 12;

/** Draws mutants and has both sides judge them. */
export async function fuzz(
  { seed, first, mutants }: Omit<Options, "json">,
  { isStopped = () => false, tried = () => undefined }: Watch = {},
): Promise<Report> {
  const stock = await createStock();
  const tally = freshTally();
  const findings = new Map<string, Finding>();
  let judges = await deployJudges(stock);
  let done = 0;
  try {
    for (; done < mutants && !isStopped() && findings.size < MOST_FINDINGS; done++) {
      if (done > 0 && done % CHAIN_LIFE === 0) {
        await judges.close();
        judges = await deployJudges(stock);
      }
      const random = randomOf(seed, first + done);
      const { family, mutant, ...assembled } = randomMutant(random, stock);
      const debug = random.percent(20) ? "accepted" : "refused";
      for (const verifier of verifiersOf(mutant)) {
        const trial: Trial = { mutant, verifier, debug };
        const outcome = await runTrial({ judges, stock }, trial, assembled);
        count(tally, family, outcome);
        const kind = kindOf(outcome);
        if (kind === undefined || findings.has(kind)) continue;
        const found = { index: first + done, family };
        findings.set(kind, { ...found, ...(await shortest({ judges, stock }, trial, kind)) });
      }
      tried(done + 1);
    }
  } finally {
    await judges.close();
  }
  return { mutants: done, tally, findings: [...findings.values()] };
}

/** The kind of a finding, by which equal ones are recognized. */
function kindOf({ verifier, difference, allowed, offChain, onChain }: Outcome): string | undefined {
  if (difference === undefined || allowed !== undefined) return undefined;
  return [verifier, difference, offChain.fate, onChain.fate].join(", ");
}

async function shortest(
  both: { judges: Judges; stock: Stock },
  trial: Trial,
  kind: string,
): Promise<Pick<Finding, "trial" | "outcome" | "quote">> {
  const differs = async (smaller: Trial) => kindOf(await runTrial(both, smaller)) === kind;
  const found = await shrink(trial, differs, (mutant, splice) => bytesAt(both.stock, mutant, splice));
  return { trial: found, outcome: await runTrial(both, found), quote: makeMutant(both.stock, found.mutant).quote };
}

/** The bytes that a splice replaces. */
function bytesAt(stock: Stock, { base, splices }: Mutant, wanted: Splice): Uint8Array {
  let found: Uint8Array = new Uint8Array();
  assemble(stock, base, (part, bytes) =>
    splices
      .filter((splice) => splice.part === part)
      .reduce((before, splice) => {
        if (splice === wanted) found = before.subarray(splice.at, splice.at + splice.cut);
        return applySplice(before, splice);
      }, bytes),
  );
  return found;
}
