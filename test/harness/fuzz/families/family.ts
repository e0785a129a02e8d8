import type { Random } from "../../random.js";
import type { Base, Part } from "../assemble.js";
import type { Stock } from "../stock.js";

/** What a change may look at besides the part that it changes. */
export type Context = { readonly base: Base; readonly stock: Stock };

/** The same part, changed; it need not make sense before or after. */
export type Change = (random: Random, bytes: Uint8Array, context: Context) => Uint8Array;

/** Changes that are alike: to parts that are picked at random, as often as `weight` says. */
export type Family = {
  readonly name: string;
  readonly weight: number;
  readonly parts: readonly Part[];
  readonly change: Change;
};
