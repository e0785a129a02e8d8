import { type Mutant } from "./mutant.js";

/** A change that no test can notice, and why. */
export type Equivalent = Pick<Mutant, "file" | "within" | "original" | "mutated"> & { readonly reason: string };

/** Survivors that are explained. One that is killed after all has to leave. */
export const EQUIVALENTS: readonly Equivalent[] = [
  {
    file: "contracts/core/Matching.sol",
    within: "_consume",
    original: "used.request > 0 || volume < requestVolume",
    mutated: "volume < requestVolume",
    reason:
      "`volume` is at most what is left of the request, so that it is below the request's volume as soon as some was used.",
  },
];

export function explanationOf(mutant: Mutant, known: readonly Equivalent[] = EQUIVALENTS): Equivalent | undefined {
  return known.find(
    ({ file, within, original, mutated }) =>
      file === mutant.file && within === mutant.within && original === mutant.original && mutated === mutant.mutated,
  );
}
