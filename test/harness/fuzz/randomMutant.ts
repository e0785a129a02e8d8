import type { Random } from "../random.js";
import { assemble, type Assembled, type Base } from "./assemble.js";
import { CERTIFICATE_FAMILIES } from "./families/certificates.js";
import { DER_LENGTH_FAMILIES } from "./families/derLengths.js";
import { EXTENSION_FAMILIES } from "./families/extensions.js";
import type { Family } from "./families/family.js";
import { LAYOUT_FAMILIES } from "./families/layout.js";
import { NUMBER_FAMILIES } from "./families/numbers.js";
import { PEM_FAMILIES } from "./families/pem.js";
import { REPORT_FAMILIES } from "./families/reports.js";
import { splicesOf, type Mutant, type Splice } from "./mutant.js";
import { LAYOUTS, type Stock } from "./stock.js";

/** All kinds of changes. */
export const FAMILIES: readonly Family[] = [
  ...LAYOUT_FAMILIES,
  ...REPORT_FAMILIES,
  ...NUMBER_FAMILIES,
  ...PEM_FAMILIES,
  ...CERTIFICATE_FAMILIES,
  ...DER_LENGTH_FAMILIES,
  ...EXTENSION_FAMILIES,
];

/** A quote with random changes, signed again wherever a signature covers one. */
export type RandomMutant = Assembled & {
  /** The family of the change, or of the first one. */
  readonly family: string;
  readonly mutant: Mutant;
};

const BASE_LAYOUTS = Object.keys(LAYOUTS) as readonly Base["layout"][];

/** Draws a mutant. Most have one change, so that one fault does not hide another. */
export function randomMutant(random: Random, stock: Stock): RandomMutant {
  const base: Base = {
    layout: random.pick(["v3", ...BASE_LAYOUTS] as const),
    ca: random.percent(75) ? "Platform" : "Processor",
  };
  const changes = random.weighted([
    [80, 1],
    [17, 2],
    [3, 3],
  ] as const);
  const planned = Array.from({ length: changes }, () => {
    const family = random.weighted(FAMILIES.map((candidate) => [candidate.weight, candidate] as const));
    return { family, part: random.pick(family.parts) };
  });
  const splices: Splice[] = [];
  const assembled = assemble(stock, base, (part, bytes) =>
    planned
      .filter((change) => change.part === part)
      .reduce((before, { family }) => {
        const after = family.change(random, before, { base, stock });
        splices.push(...splicesOf(part, before, after));
        return after;
      }, bytes),
  );
  return { ...assembled, family: planned[0]!.family.name, mutant: { base, splices } };
}
