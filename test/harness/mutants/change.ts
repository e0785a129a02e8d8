import { type Mutant } from "./mutant.js";

/** The change of a mutant on one line: for a long text, the one difference with some context. */
export function changeOf(mutant: Pick<Mutant, "original" | "mutated">): { original: string; mutated: string } {
  const [original, mutated] = difference(mutant);
  return { original: flat(original), mutated: flat(mutated) };
}

function difference({ original, mutated }: Pick<Mutant, "original" | "mutated">): [string, string] {
  if (original.length + mutated.length < 160) return [original, mutated];
  let from = 0;
  while (original[from] === mutated[from] && from < original.length) from += 1;
  let tail = 0;
  const shorter = Math.min(original.length, mutated.length) - from;
  while (tail < shorter && original.at(-1 - tail) === mutated.at(-1 - tail)) tail += 1;
  const start = Math.max(0, from - 24);
  const cut = (text: string): string => `…${text.slice(start, text.length - Math.max(0, tail - 24))}…`;
  return mutated === "" ? [original, ""] : [cut(original), cut(mutated)];
}

function flat(text: string): string {
  return text.replace(/\s+/g, " ").trim() || "(nothing)";
}
