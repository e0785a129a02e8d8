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

/** What was changed, from the first byte that is another to the last; nothing if all are the same. */
export function spliceOf(part: Part, before: Uint8Array, after: Uint8Array): Splice | undefined {
  const shorter = Math.min(before.length, after.length);
  let at = 0;
  while (at < shorter && before[at] === after[at]) at++;
  let same = 0;
  while (same < shorter - at && before.at(-1 - same) === after.at(-1 - same)) same++;
  const cut = before.length - same - at;
  const put = Buffer.from(after.subarray(at, after.length - same)).toString("hex");
  return cut === 0 && put === "" ? undefined : { part, at, cut, put };
}

/** The quote, signed again wherever a signature covers a change. */
export function makeMutant(stock: Stock, { base, splices }: Mutant): Assembled {
  return assemble(stock, base, (part, bytes) =>
    splices.filter((splice) => splice.part === part).reduce(applySplice, bytes),
  );
}
