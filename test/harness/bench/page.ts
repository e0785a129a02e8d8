import { BenchError } from "../peer/BenchError.js";
import type { Share } from "./explain.js";
import { cellsOf, HEADER } from "./report.js";
import { DEPLOYMENT, type Results, type Row } from "./results.js";
import { CHAPTERS } from "./scenarios.js";

const BEGIN = "<!-- Written by `npm run bench:gas -- --update`. -->";
const END = "<!-- End of what is written. -->";

/** One of our calls, and the breakdown of its gas. */
export interface Explained {
  readonly name: string;
  readonly gas: bigint;
  readonly shares: readonly Share[];
}

/** The page with new tables. */
export function pageWith(page: string, results: Results, explained: readonly Explained[]): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin === -1 || end < begin) throw new BenchError(`The page lacks "${BEGIN}" or, after it, "${END}".`);
  return `${page.slice(0, begin)}${BEGIN}\n\n${tablesOf(results)}\n\n${whereItGoes(explained)}\n\n${page.slice(end)}`;
}

function tablesOf({ scenarios, lives }: Results): string {
  const rowOf = new Map(scenarios.map((row) => [row.name, row]));
  const chapters = Object.entries(CHAPTERS).map(([title, told]) => {
    const rows = told.map(({ name, setting }) => cellsWith(rowOf.get(name)!, setting));
    return `### ${title}\n\n${tableOf(["", ...HEADER.slice(1), "setting"], rows)}`;
  });
  const deployed = rowOf.get(DEPLOYMENT)!;
  return [
    `### Whole tasks\n\n${tableOf(HEADER, lives.map(cellsOf))}`,
    `### Deployment\n\n${tableOf(HEADER, [cellsOf(deployed)])}`,
    ...chapters,
  ].join("\n\n");
}

/** A table with a line for each kind of instruction, the most expensive first, and a column for each call. */
function whereItGoes(explained: readonly Explained[]): string {
  const gasOf = (kind: string) =>
    explained.map(({ shares }) => shares.find(({ what }) => what === kind)?.gas).map((gas) => gas ?? 0n);
  const sumOf = (kind: string) => gasOf(kind).reduce((sum, gas) => sum + gas, 0n);
  const kinds = [...new Set(explained.flatMap(({ shares }) => shares.map(({ what }) => what)))];
  const rows = kinds
    .toSorted((a, b) => Number(sumOf(b) - sumOf(a)))
    .map((kind) => [kind, ...gasOf(kind).map((gas) => (gas === 0n ? "–" : gas.toLocaleString("en")))]);
  const total = ["**ours**", ...explained.map(({ gas }) => `**${gas.toLocaleString("en")}**`)];
  return `### By instruction\n\n${tableOf(["", ...explained.map(({ name }) => name)], [...rows, total])}`;
}

function cellsWith(row: Row, setting: string): string[] {
  return [...cellsOf(row), setting];
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function tableOf(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = header.map((_, i) => (i >= 1 && i <= 5 ? "---:" : "---"));
  return [line(header), line(rule), ...rows.map(line)].join("\n");
}
