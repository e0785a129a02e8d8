/**
 * An iApp that says what is worth knowing of a protected table, without showing a row more than needed.
 *
 * Task i of a deal does part i: overview, correlations, groups, extremes, and over again. A first argument picks one by
 * name instead, a second one the file within the protected data.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { ANALYSES } from "./analyses.mjs";
import { readTable } from "./table.mjs";
import { unzip } from "./unzip.mjs";

const { IEXEC_IN, IEXEC_OUT, IEXEC_DATASET_FILENAME, IEXEC_TASK_INDEX } = process.env;
const [chosenAnalysis, chosenFile] = process.argv.slice(2);

try {
  const name = chosenAnalysis ?? Object.keys(ANALYSES)[Number(IEXEC_TASK_INDEX) % Object.keys(ANALYSES).length];
  const analyze = ANALYSES[name];
  if (analyze === undefined) fail(`There is no analysis "${name}": ask for ${Object.keys(ANALYSES).join(", ")}.`);
  if (/^0x0+$/.test(IEXEC_DATASET_FILENAME))
    fail("This iApp describes a protected table: name a dataset in the request order.");

  const columns = readTable(fileIn(unzip(await readFile(join(IEXEC_IN, IEXEC_DATASET_FILENAME)))));
  const { headline, ...numbers } = analyze(columns);

  const result = join(IEXEC_OUT, "result.json");
  await writeFile(result, `${JSON.stringify({ headline, analysis: name, ...numbers }, null, 2)}\n`);
  await writeFile(join(IEXEC_OUT, "computed.json"), JSON.stringify({ "deterministic-output-path": result }));
  console.log(`${name}: done`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

/** The table among the protected files: the one asked for, else the largest. */
function fileIn(files) {
  if (chosenFile !== undefined && !files.has(chosenFile)) {
    fail(`There is no "${chosenFile}" in the protected data: it has ${[...files.keys()].join(", ")}.`);
  }
  const file =
    chosenFile === undefined ? [...files.values()].toSorted((a, b) => b.length - a.length)[0] : files.get(chosenFile);
  if (file === undefined) fail("The protected data has no file in it.");
  // Text that was protected as a string, not as a file, starts with its length.
  const isText = file.length >= 4 && file.readUInt32LE(0) === file.length - 4;
  return isText ? file.subarray(4) : file;
}

function fail(message) {
  throw new Error(message);
}
