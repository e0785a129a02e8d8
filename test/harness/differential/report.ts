/** Formats the result of a run, in words or as JSON. */
import type { Options } from "./options.js";
import type { Difference } from "./run.js";
import { boundariesOf, describeTally, type Tally } from "./tally.js";

/** A run that found nothing, as `--json` prints it. */
export function jsonOfRun({ seed, first, sequences, calls }: Options, counted: Tally, seconds: number): string {
  const report = {
    seed,
    first,
    sequences,
    calls,
    seconds,
    total: counted.functions.total(),
    boundaries: boundariesOf(counted),
    functions: counted.functions,
    allowed: Object.fromEntries(counted.allowed),
  };
  return JSON.stringify(report, null, 2);
}

/** The same as text. */
export function describeRun({ seed, sequences, calls }: Options, counted: Tally, seconds: number): string {
  const { accepted, refused, allowed } = counted.functions.total();
  return (
    `${describeTally(counted)}\n\n` +
    `${sequences} sequences of ${calls} calls, seed ${seed}: ${accepted} calls accepted by both, ${refused} ` +
    `refused by both, ${allowed} different as allowed, none otherwise (${Math.round(seconds)} s).`
  );
}

/** A difference, as `--json` prints it. @param sequence - Its index. @param test - For `test/regression/`. */
export function jsonOfDifference({ seed }: Options, sequence: number, difference: Difference, test: string): string {
  return JSON.stringify({ seed, sequence, difference, test }, null, 2);
}

/** A difference as text. */
export function describeDifference({ what, peer, ours }: Difference, test: string): string {
  return `Peer and ours differ in ${what}.\n\nPeer:\n${peer}\n\nOurs:\n${ours}\n\nFor test/regression/:\n\n${test}`;
}
