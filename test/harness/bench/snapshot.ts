import { readFile, writeFile } from "node:fs/promises";

/** Our figures as they were when somebody last looked at them, in gas, by scenario. */
export const SNAPSHOT = "gas.snapshot.json";

/** Gas by the name of its scenario. */
export type Figures = Readonly<Record<string, number>>;

/** What is not as it was. A scenario that is new has no `before`, one that is gone no `after`. */
export interface Change {
  readonly name: string;
  readonly before: number | undefined;
  readonly after: number | undefined;
}

/** Accepts figures. */
export async function writeSnapshot(figures: Figures): Promise<void> {
  await writeFile(SNAPSHOT, `${JSON.stringify(figures, null, 2)}\n`);
}

/** The figures that were accepted last. */
export async function readSnapshot(): Promise<Figures> {
  return JSON.parse(await readFile(SNAPSHOT, "utf8")) as Figures;
}

/** Every figure that differs, by as little as one. */
export function changesBetween(before: Figures, after: Figures): Change[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names
    .map((name) => ({ name, before: before[name], after: after[name] }))
    .filter((change) => change.before !== change.after);
}
