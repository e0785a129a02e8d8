import { assemble, type Assembled, type Base, type Part } from "./assemble.js";
import type { Stock } from "./stock.js";

/** A change of a part: at byte `at`, `cut` bytes go and those of `put`, in hex, come. */
export type Splice = { readonly part: Part; readonly at: number; readonly cut: number; readonly put: string };

/** A quote with some changes, which is the same for everybody: keys and signatures of the stock never change. */
export type Mutant = { readonly base: Base; readonly splices: readonly Splice[] };

/** Makes the change. What is past the end stays undone. */
export function applySplice(bytes: Uint8Array, { at, cut, put }: Omit<Splice, "part">): Uint8Array {
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(put, "hex"), bytes.subarray(at + cut)]);
}

/** So many bytes that stay the same between two changes make them two splices. */
const APART = 8;

/** What was changed: nothing, one splice, or several that follow each other. */
export function splicesOf(part: Part, before: Uint8Array, after: Uint8Array): Splice[] {
  const shorter = Math.min(before.length, after.length);
  let at = 0;
  while (at < shorter && before[at] === after[at]) at++;
  let same = 0;
  while (same < shorter - at && before.at(-1 - same) === after.at(-1 - same)) same++;
  const [end, newEnd] = [before.length - same, after.length - same];
  if (at === end && at === newEnd) return [];
  // Lengths change far before what they are the lengths of.
  const isSame = (place: number) => before[place] === after[place];
  for (let next = at + 1; next + APART < Math.min(end, newEnd); next++) {
    if (!Array.from({ length: APART }, (_, index) => next + index).every(isSame)) continue;
    const put = Buffer.from(after.subarray(at, next)).toString("hex");
    const rest = Buffer.concat([after.subarray(0, next), before.subarray(next)]);
    return [{ part, at, cut: next - at, put }, ...splicesOf(part, rest, after)];
  }
  return [{ part, at, cut: end - at, put: Buffer.from(after.subarray(at, newEnd)).toString("hex") }];
}

/** The quote, signed again wherever a signature covers a change. */
export function makeMutant(stock: Stock, { base, splices }: Mutant): Assembled {
  return assemble(stock, base, (part, bytes) =>
    splices.filter((splice) => splice.part === part).reduce(applySplice, bytes),
  );
}
