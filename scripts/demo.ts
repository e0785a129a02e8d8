/**
 * One deal, from four signatures to five payouts, and two more that go wrong.
 *
 * `npm run demo -- --help` lists the options.
 */
import { access, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { parseRlc } from "../src/protocol/amount.js";
import { readBooks, checkBooks } from "./demo/books.js";
import { DemoError, reasonOf } from "./demo/demoError.js";
import { openJournal } from "./demo/journal.js";
import { toJson, toText } from "./demo/report.js";
import { setStage } from "./demo/stage.js";
import { abandonedDeal, deposit, enclaveDeal, publish, replicatedDeal, type Wish } from "./demo/story.js";

const DEFAULT_DATA = fileURLToPath(
  new URL("../node_modules/vega-datasets/data/gapminder-health-income.csv", import.meta.url),
);
const DEFAULT_APP = fileURLToPath(new URL("../examples/describe-table/app.mjs", import.meta.url));

const HELP = `npm run demo -- [options]

  --data FILE      the file to protect (default: life expectancy and income by country, from vega-datasets)
  --app PATH       the program to run on it: .js, .mjs, .ts, .py or any executable (default: examples/describe-table)
  --args TEXT      arguments for the program
  --tasks N        how many tasks the bag of the first deal has, 1 to 20 (default: 4)
  --deposit RLC    what the requester puts into escrow, up to 1000 RLC (default: 20)
  --json           print one JSON object instead of the story
  --help           print this

Exit code 0: all went as told, and the books balance. 1: something went wrong, with a sentence that says what to do.
2: the options make no sense.`;

/** Options that make no sense. */
class UsageError extends Error {
  override readonly name = "UsageError";
}

async function readWish(args: string[]) {
  const { values } = parseOptions(args);
  const tasks = Number(values.tasks ?? "4");
  if (!Number.isInteger(tasks) || tasks < 1 || tasks > 20) {
    throw new UsageError(`--tasks is ${values.tasks}: give a whole number from 1 to 20.`);
  }
  const data = values.data ?? DEFAULT_DATA;
  const app = values.app ?? DEFAULT_APP;
  await mustExist("--data", data);
  await mustExist("--app", app);
  const wish: Wish = {
    data,
    app,
    args: values.args,
    tasks: BigInt(tasks),
    deposit: readDeposit(values.deposit ?? "20"),
  };
  return { wish, json: values.json === true, help: values.help === true };
}

function parseOptions(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        data: { type: "string" },
        app: { type: "string" },
        args: { type: "string" },
        tasks: { type: "string" },
        deposit: { type: "string" },
        json: { type: "boolean" },
        help: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new UsageError(reasonOf(error), { cause: error });
  }
}

function readDeposit(text: string): bigint {
  try {
    const amount = parseRlc(text);
    if (amount <= parseRlc("1000")) return amount;
  } catch {
    // Said below.
  }
  throw new UsageError(`--deposit is ${text}: give an amount of RLC from 0 to 1000, such as 20 or 0.5.`);
}

async function mustExist(option: string, path: string): Promise<void> {
  try {
    await access(path);
  } catch {
    throw new UsageError(`${option} is ${path}, and there is no such file: check the path.`);
  }
}

async function main(): Promise<void> {
  const { wish, json, help } = await readWish(process.argv.slice(2));
  if (help) return console.log(HELP);

  const journal = openJournal(json ? () => {} : (line) => console.log(line));
  journal.step("An embedded chain, and the contracts on it");
  const stage = await setStage({ app: wish.app, log: journal.tell });
  try {
    await deposit(stage, journal, wish);
    const before = await readBooks(stage);
    const offer = await publish(stage, journal, wish);
    await enclaveDeal(stage, journal, wish, offer);
    await replicatedDeal(stage, journal, wish, offer);
    await abandonedDeal(stage, journal, wish, offer);
    const after = await readBooks(stage);

    console.log(json ? JSON.stringify(toJson(journal, before, after), null, 2) : toText(journal, before, after));
    if (!Object.values(checkBooks(after)).every(Boolean))
      throw new DemoError("The books do not balance: this is a bug.");
  } finally {
    await rm(stage.folder, { recursive: true, force: true });
    await stage.connection.close();
  }
}

try {
  await main();
} catch (error) {
  console.error(`\n${reasonOf(error)}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
