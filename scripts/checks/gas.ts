/**
 * Every call costs what it cost when its figure was last accepted, to the unit: the embedded chain is the same every
 * time. Needs neither the peer nor a network.
 */
import { tasks } from "hardhat";

import { withBench } from "../bench/measure.js";
import { figuresOf } from "../bench/results.js";
import { type Change, changesBetween, readSnapshot } from "../bench/snapshot.js";
import { table } from "../demo/table.js";

/** What changed, as a table. */
function tableOfChanges(changes: readonly Change[]): string {
  const cell = (gas: number | undefined) => gas?.toLocaleString("en") ?? "–";
  const rows = changes.map(({ name, before, after }) => {
    const difference = before === undefined || after === undefined ? "" : (after - before).toLocaleString("en");
    return [name, cell(before), cell(after), after! > before! ? `+${difference}` : difference];
  });
  return table(["", "accepted", "now", "change"], rows);
}

await tasks.getTask("build").run({ noTests: true, quiet: true });
const figures = figuresOf(await withBench(({ measureOurs }) => measureOurs()));
const changes = changesBetween(await readSnapshot(), figures);
if (changes.length === 0) {
  console.log(`gas: all ${Object.keys(figures).length} calls cost what they did`);
} else {
  console.error(`gas: ${changes.length} figures changed`);
  console.error(tableOfChanges(changes));
  console.error("If that is meant, accept it: npm run bench:gas -- --update");
  process.exitCode = 1;
}
