import { type Mutant } from "./mutant.js";

/** A change that no test can notice, and why. */
export type Equivalent = Pick<Mutant, "file" | "within" | "original" | "mutated"> & {
  /** Which one, where the same change of the same function is killed in other places. */
  readonly lineText?: string;
  readonly reason: string;
};

/** Survivors that are explained. One that is killed after all has to leave. */
export const EQUIVALENTS: readonly Equivalent[] = [
  {
    file: "contracts/core/Callback.sol",
    within: "notify",
    original: "address(0)",
    mutated: "address(1)",
    reason: "Saves gas: zero, and 1 as well, has no code, so that the other half of the condition ends the function.",
  },
  {
    file: "contracts/core/Restriction.sol",
    within: "admits",
    original: "return false;",
    mutated: "",
    reason:
      "Saves gas: an account without code answers nothing, which is no yes. Precompiles answer this question with " +
      "nothing, a failure or a word that is not 1.",
  },
  {
    file: "contracts/registries/DatasetCodec.sol",
    within: "decode",
    original: "2",
    mutated: "3",
    lineText: "uint256 nameEnd = HEADER_SIZE + uint16(bytes2(fields.slice(0, 2)));",
    reason: "The slice is cast to two bytes, which drops the third.",
  },
];

export function explanationOf(mutant: Mutant, known: readonly Equivalent[] = EQUIVALENTS): Equivalent | undefined {
  return known.find(
    ({ file, within, original, mutated, lineText = mutant.lineText }) =>
      file === mutant.file &&
      within === mutant.within &&
      original === mutant.original &&
      mutated === mutant.mutated &&
      lineText === mutant.lineText,
  );
}
