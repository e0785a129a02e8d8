import { assemble, type Assembled, type Base, type Part } from "./assemble.js";
import type { Stock } from "./stock.js";

/** A change of a part: `cut` bytes at byte `at` are replaced by those of `put`, in hex. */
export type Splice = { readonly part: Part; readonly at: number; readonly cut: number; readonly put: string };

/** A quote with some changes. It is the same on every machine: keys and signatures of the stock never change. */
export type Mutant = { readonly base: Base; readonly splices: readonly Splice[] };

/** Applies a change. Changes past the end have no effect. */
export function applySplice(bytes: Uint8Array, { at, cut, put }: Omit<Splice, "part">): Uint8Array {
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(put, "hex"), bytes.subarray(at + cut)]);
}

/** The number of unchanged bytes between two changes that makes them two splices. */
const APART = 8;

/** The splices that turn one text into another: none, one, or several in order. */
export function splicesOf(part: Part, before: Uint8Array, after: Uint8Array): Splice[] {
  const shorter = Math.min(before.length, after.length);
  let at = 0;
  while (at < shorter && before[at] === after[at]) at++;
  let same = 0;
  while (same < shorter - at && before.at(-1 - same) === after.at(-1 - same)) same++;
  const [end, newEnd] = [before.length - same, after.length - same];
  if (at === end && at === newEnd) return [];
  // A length field changes far before the bytes that it counts.
  const isSame = (place: number) => before[place] === after[place];
  for (let next = at + 1; next + APART < Math.min(end, newEnd); next++) {
    if (!Array.from({ length: APART }, (_, index) => next + index).every(isSame)) continue;
    const put = Buffer.from(after.subarray(at, next)).toString("hex");
    const rest = Buffer.concat([after.subarray(0, next), before.subarray(next)]);
    return [{ part, at, cut: next - at, put }, ...splicesOf(part, rest, after)];
  }
  return [{ part, at, cut: end - at, put: Buffer.from(after.subarray(at, newEnd)).toString("hex") }];
}

/** Assembles the quote, with new signatures wherever a signature covers a change. */
export function makeMutant(stock: Stock, { base, splices }: Mutant): Assembled {
  return assemble(stock, base, (part, bytes) =>
    splices.filter((splice) => splice.part === part).reduce(applySplice, bytes),
  );
}
