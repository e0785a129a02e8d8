import { type Mutant } from "./mutant.js";

/** A change that no test can notice, and why. */
export type Equivalent = Pick<Mutant, "file" | "within" | "original" | "mutated"> & { readonly reason: string };

/** Survivors that are explained; none so far. One that is killed after all has to leave. */
export const EQUIVALENTS: readonly Equivalent[] = [];

export function explanationOf(mutant: Mutant, known: readonly Equivalent[] = EQUIVALENTS): Equivalent | undefined {
  return known.find(
    ({ file, within, original, mutated }) =>
      file === mutant.file && within === mutant.within && original === mutant.original && mutated === mutant.mutated,
  );
}
