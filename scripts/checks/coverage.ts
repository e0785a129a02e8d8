/**
 * Every line of `contracts/` is run by a test, or stands below with the reason why none can. Reads what
 * `hardhat test --coverage` left behind; `npm run coverage` does both. Which tests count: `coverage.config.ts`.
 */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

import { analyze, solidityFiles, walk, type AstNode } from "../../deploy/solidity.js";
import { verdict } from "./verdict.js";

const REPORT = "coverage/lcov.info";

/** A line that no test can run: its file, its text without indentation, and why. */
export type Unreachable = { readonly file: string; readonly text: string; readonly reason: string };

/** None so far. */
const UNREACHABLE: readonly Unreachable[] = [];

/** Of a file: how often each of its lines was run. Lines without code are not in it. */
type Hits = ReadonlyMap<number, number>;

/** What an lcov report says of each file. */
export function readReport(lcov: string): ReadonlyMap<string, Hits> {
  const report = new Map<string, Hits>();
  for (const section of lcov.split("end_of_record")) {
    const [, file] = /^SF:(.+)$/m.exec(section) ?? [];
    const lines = [...section.matchAll(/^DA:(\d+),(\d+)/gm)];
    const hits = new Map(lines.map(([, line, count]) => [Number(line), Number(count)]));
    if (file !== undefined) report.set(file.split(path.sep).join("/"), hits);
  }
  return report;
}

/** The files of `contracts/` whose functions have something to run. */
export function filesWithCode(root: string): string[] {
  const files = solidityFiles(root);
  const { sources } = analyze(root, files);
  return files.filter((file) => {
    let hasCode = false;
    walk(sources[file]!.ast, (node) => {
      const { statements = [] } = (node.body ?? {}) as { readonly statements?: readonly AstNode[] };
      hasCode ||= node.nodeType === "FunctionDefinition" && statements.length > 0;
    });
    return hasCode;
  });
}

/** What is missing from `report` on `files` under `root`, and which reasons for that are out of date. */
export function gaps(
  root: string,
  files: readonly string[],
  report: ReadonlyMap<string, Hits>,
  unreachable: readonly Unreachable[],
): string[] {
  const missing = files.filter((file) => !report.has(file)).map((file) => `${file} was not measured`);
  const excused = new Set<Unreachable>();
  const notRun = files.flatMap((file) => {
    const text = readFileSync(path.join(root, file), "utf8").split("\n");
    return [...(report.get(file) ?? [])].flatMap(([number, hits]) => {
      const line = (text[number - 1] ?? "").trim();
      if (hits > 0) return [];
      const excuse = unreachable.find((one) => one.file === file && one.text === line);
      if (excuse !== undefined) excused.add(excuse);
      return excuse === undefined ? [`${file}:${number} is not run by any test: ${line}`] : [];
    });
  });
  const outdated = unreachable
    .filter((one) => !excused.has(one))
    .map(({ file, text }) => `${file} has no line that is not run and reads "${text}": take its reason away`);
  return [...missing, ...notRun, ...outdated];
}

function main(root: string): void {
  const place = path.join(root, REPORT);
  if (!existsSync(place)) {
    verdict("coverage", [`${REPORT} is not there: \`npm run coverage\` measures, then comes here`], "");
    return;
  }
  const report = readReport(readFileSync(place, "utf8"));
  const files = filesWithCode(root);
  const lines = files.flatMap((file) => [...(report.get(file) ?? new Map<number, number>()).values()]);
  const run = lines.filter((hits) => hits > 0).length;
  const figure = `${run} of ${lines.length} lines in ${files.length} files of contracts/ are run by tests`;
  verdict("coverage", gaps(root, files, report, UNREACHABLE), `${figure}; ${UNREACHABLE.length} cannot be`);
}

if (import.meta.main) main(process.cwd());
