import { existsSync } from "node:fs";
import { open, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { formatRlc, ONE_RLC, parseRlc } from "@poco-marketplace/sdk/protocol/format.js";
import { taskPrice } from "@poco-marketplace/sdk/protocol/stake.js";
import { ATTACK_NAMES, type AttackName } from "./attack/names.js";
import { UsageError, wholeNumber } from "../commandLine.js";
import type { DemoValues } from "../commands/demo.js";
import { DemoError } from "./demoError.js";

/** The program and data of the demo, and its amounts. */
export interface DemoOptions {
  readonly data: string;
  readonly app: string;
  readonly args: string | undefined;
  /** The number of tasks in the first deal's bag. */
  readonly tasks: bigint;
  /** The amount that the requester deposits in escrow, in nRLC. */
  readonly deposit: bigint;
  /** The time limit of the program for one task. */
  readonly timeoutMs: number;
}

/** The demo's output, and the attacks to run. */
export interface OutputOptions {
  readonly json: boolean;
  readonly verbose: boolean;
  /** The attacks to run instead of the three deals. */
  readonly attacks: readonly AttackName[];
}

/** The prices of one task, in nRLC. */
export const PRICES = { app: ONE_RLC / 10n, dataset: (ONE_RLC * 3n) / 10n, workerpool: ONE_RLC };
/** The number of tasks in the second deal. */
export const REPLICATED_TASKS = 2n;
/** The number of tasks in the third deal. */
export const ABANDONED_TASKS = 1n;

const ROOT = new URL("../../../../", import.meta.url);
const TABLE = "gapminder-health-income.csv";
const DEFAULT_APP = fileURLToPath(new URL("examples/describe-table/app/app.mjs", ROOT));
/** In the repository, the table is in a package that only the demo and tests need; in a package of this command, it is beside the app. */
const DEFAULT_DATA = [`node_modules/vega-datasets/data/${TABLE}`, `examples/describe-table/${TABLE}`]
  .map((file) => fileURLToPath(new URL(file, ROOT)))
  .find((file) => existsSync(file))!;
const USUAL_DEPOSIT = 20n * ONE_RLC;

/** Returns the price of all three deals for the requester, in nRLC. */
export function demoCost({ tasks }: Pick<DemoOptions, "tasks">): bigint {
  return (tasks + REPLICATED_TASKS + ABANDONED_TASKS) * taskPrice(PRICES);
}

/**
 * Reads the options of `poco demo`.
 *
 * @throws {@link UsageError}
 */
export function readOptions(values: DemoValues): { options: DemoOptions; output: OutputOptions } {
  const tasks = BigInt(wholeNumber("--tasks", values.tasks ?? "4", 1, 20));
  const cost = demoCost({ tasks });
  const options: DemoOptions = {
    data: values.data ?? DEFAULT_DATA,
    app: values.app ?? DEFAULT_APP,
    args: values.args,
    tasks,
    deposit: readDeposit(values.deposit ?? formatRlc(cost > USUAL_DEPOSIT ? cost : USUAL_DEPOSIT)),
    timeoutMs: 1000 * wholeNumber("--timeout", values.timeout ?? "60", 1, 300),
  };
  const attacks = values.attack === undefined ? [] : readAttacks(values.attack);
  return { options, output: { json: values.json === true, verbose: values.verbose === true, attacks } };
}

/**
 * Asserts that the file to protect and the program are readable, before any account spends money.
 *
 * @throws DemoError
 */
export async function checkFiles({ data, app }: Pick<DemoOptions, "data" | "app">): Promise<void> {
  await checkFile("--data", data);
  await checkFile("--app", app);
}

async function checkFile(option: string, path: string): Promise<void> {
  const problem = await problemOf(path);
  if (problem !== undefined) throw new DemoError(`${option} is ${path}, ${problem} Nothing was spent.`);
}

async function problemOf(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return "which is a folder: name a file in it.";
    if (!found.isFile()) return "which is not a regular file: name one.";
    if (found.size === 0) return "which is empty: name a file with something in it.";
    const file = await open(path);
    await file.close();
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return "and there is no such file: check the path.";
    return `which cannot be read (${code}): check the path and its permissions.`;
  }
}

function readAttacks(name: string): readonly AttackName[] {
  const known = ATTACK_NAMES.filter((each) => each === name || name === "all");
  if (known.length > 0) return known;
  throw new UsageError(`--attack is ${name}: give all, or one of ${ATTACK_NAMES.join(", ")}.`);
}

function readDeposit(text: string): bigint {
  try {
    const amount = parseRlc(text);
    if (amount <= 1000n * ONE_RLC) return amount;
  } catch {
    // The error is thrown below.
  }
  throw new UsageError(`--deposit is ${text}: give an amount of RLC from 0 to 1000, such as 20 or 0.5.`);
}
