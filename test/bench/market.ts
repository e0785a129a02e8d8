/**
 * How long the market takes to answer, with 100,000 orders in its book: `npm run bench:market`, on PGlite or, with
 * `DATABASE_URL`, on PostgreSQL. `-- --orders N --queries N` for other sizes, `--json` for the figures and nothing else.
 * Fails if the bar is missed.
 *
 * Orders are written straight into the database, without signatures. Answers are measured through HTTP routes and JSON, but
 * without a network in between. The chain that the market follows is in the same process, and nothing happens on it.
 */
import { parseArgs } from "node:util";

import { heading } from "@poco-marketplace/cli/table.js";
import { measureMarket } from "./market/measure.js";
import { MARKET_BAR_MS, writeMarket } from "./market/report.js";
import { openProgress } from "./progress.js";

const OPTIONS = {
  orders: { type: "string", default: "100000" },
  queries: { type: "string", default: "2000" },
  json: { type: "boolean", default: false },
} as const;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
  const sizes = { orders: Number(values.orders), queries: Number(values.queries) };
  const figures = await measureMarket(sizes, openProgress());
  if (values.json) console.log(JSON.stringify(figures, null, 2));
  else console.log(`${heading("The market")}\n${writeMarket(figures)}`);
  if (figures.all.p95Ms > MARKET_BAR_MS) process.exitCode = 1;
}

if (import.meta.main) await main();
