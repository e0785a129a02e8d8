/**
 * An iApp that trains a model on protected data: which class a row belongs to, told by its numbers. Whoever buys the
 * model never sees a row.
 *
 * A first argument names the column to predict (by default that of few different words), a second one the file within
 * the protected data. The result is `model.json`: enough to use the model anywhere, and how good it is on rows that it
 * was not trained on.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { confusionOf, train } from "./model.mjs";
import { readRows, splitColumns } from "./rows.mjs";
import { unzip } from "./unzip.mjs";

const { IEXEC_IN, IEXEC_OUT, IEXEC_DATASET_FILENAME } = process.env;
const [chosenTarget, chosenFile] = process.argv.slice(2);
/** Of fewer rows, weights would tell too much about each. */
const LEAST_ROWS = 50;
/** Every fifth row is kept for the test. */
const TEST_EVERY = 5;

try {
  if (/^0x0+$/.test(IEXEC_DATASET_FILENAME))
    fail("This iApp trains on protected data: name a dataset in the request order.");
  const rows = readRows(fileIn(unzip(await readFile(join(IEXEC_IN, IEXEC_DATASET_FILENAME)))));
  const { target, features, samples, dropped } = splitColumns(rows, chosenTarget);
  if (samples.length < LEAST_ROWS) {
    fail(`${samples.length} complete rows are too few to train on without giving them away: have ${LEAST_ROWS}.`);
  }
  const tested = samples.filter((_, index) => index % TEST_EVERY === 0);
  const trained = samples.filter((_, index) => index % TEST_EVERY !== 0);

  const model = train(trained);
  const confusion = confusionOf(model, tested);
  const right = tested.filter(({ label }, index) => confusion.predicted[index] === label).length;
  console.log(`trained on ${trained.length} rows, ${right} of ${tested.length} others predicted`);

  const result = join(IEXEC_OUT, "model.json");
  const about = { target, features, rows: { trained: trained.length, tested: tested.length, dropped } };
  const quality = { accuracy: rounded(right / tested.length), confusion: confusion.counts };
  await writeFile(result, `${JSON.stringify({ ...about, ...quality, ...model }, null, 2)}\n`);
  await writeFile(join(IEXEC_OUT, "computed.json"), JSON.stringify({ "deterministic-output-path": result }));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

/** The table among the protected files: the one asked for, else the largest. */
function fileIn(files) {
  const names = [...files.keys()];
  const name = chosenFile ?? names.toSorted((a, b) => files.get(b).length - files.get(a).length)[0];
  if (!files.has(name)) fail(`There is no "${name}" in the protected data: it has ${names.join(", ") || "no file"}.`);
  return files.get(name);
}

function rounded(number) {
  return Number(number.toFixed(4));
}

function fail(message) {
  throw new Error(message);
}
