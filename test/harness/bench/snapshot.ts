import { readFile, writeFile } from "node:fs/promises";

/** The accepted figures of our gas, by scenario. */
export const SNAPSHOT = "gas.snapshot.json";

/** Gas by the name of its scenario. */
export type Figures = Readonly<Record<string, number>>;

/** A changed figure. A new scenario has no `before`, a removed one no `after`. */
export interface Change {
  readonly name: string;
  readonly before: number | undefined;
  readonly after: number | undefined;
}

/** Accepts figures by writing them. */
export async function writeSnapshot(figures: Figures): Promise<void> {
  await writeFile(SNAPSHOT, `${JSON.stringify(figures, null, 2)}\n`);
}

/** Reads the accepted figures. */
export async function readSnapshot(): Promise<Figures> {
  return JSON.parse(await readFile(SNAPSHOT, "utf8")) as Figures;
}

/** Lists all figures that differ, by as little as one. */
export function changesBetween(before: Figures, after: Figures): Change[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names
    .map((name) => ({ name, before: before[name], after: after[name] }))
    .filter((change) => change.before !== change.after);
}
