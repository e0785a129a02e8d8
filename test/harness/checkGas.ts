/**
 * Checks that every call costs what it cost when its figure was last accepted, to the unit: the embedded chain is the
 * same in every run. This needs neither the peer nor a network.
 */
import { tasks } from "hardhat";

import { withBench } from "./bench/measure.js";
import { figuresOf } from "./bench/results.js";
import { type Change, changesBetween, readSnapshot } from "./bench/snapshot.js";
import { table } from "@poco-marketplace/cli/table.js";

/** The sentence about a change, with what to do. */
export function reportOf(changes: readonly Change[]): string {
  const rows = changes.map(({ name, before, after }) => [name, cell(before), cell(after), differenceOf(before, after)]);
  return [
    `gas: ${changes.length} figures changed`,
    table(["", "accepted", "now", "change"], rows),
    "If that is meant, accept it: npm run bench:gas -- --update",
  ].join("\n");
}

function cell(gas: number | undefined): string {
  return gas?.toLocaleString("en") ?? "–";
}

function differenceOf(before: number | undefined, after: number | undefined): string {
  if (before === undefined) return "new";
  if (after === undefined) return "gone";
  return `${after > before ? "+" : ""}${(after - before).toLocaleString("en")}`;
}

if (import.meta.main) {
  await tasks.getTask("build").run({ noTests: true, quiet: true });
  const figures = figuresOf(await withBench(({ measureOurs }) => measureOurs()));
  const changes = changesBetween(await readSnapshot(), figures);
  if (changes.length === 0) {
    console.log(`gas: all ${Object.keys(figures).length} calls cost what they did`);
  } else {
    console.error(reportOf(changes));
    process.exitCode = 1;
  }
}
