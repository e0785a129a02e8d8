import type { Random } from "../../random.js";
import type { Base, Part } from "../assemble.js";
import type { Stock } from "../stock.js";

/** The facts besides the part itself that a change may use. */
export type Context = { readonly base: Base; readonly stock: Stock };

/** Changes a part, which need not be valid before or after. */
export type Change = (random: Random, bytes: Uint8Array, context: Context) => Uint8Array;

/** A group of similar changes to parts picked at random, with a frequency of `weight`. */
export type Family = {
  readonly name: string;
  readonly weight: number;
  readonly parts: readonly Part[];
  readonly change: Change;
};
