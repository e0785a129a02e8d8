import { table } from "@poco-marketplace/cli/table.js";
import { CLIENTS, type MarketFigures, type Times } from "./measure.js";

/** The 95th percentile of all answers, in milliseconds. */
export const MARKET_BAR_MS = 50;

/** The figures of a market as people read them. */
export function writeMarket({ orders, database, questions, all, answersPerSecond }: MarketFigures): string {
  return [
    `   ${orders} orders on ${database}; ${answersPerSecond.toFixed(0)} answers per second to ${CLIENTS} clients at once`,
    table(
      ["milliseconds", "median", "p95", "bar", "max", "processor"],
      [
        ...Object.entries(questions).map(([what, times]) => row(what, times)),
        row("all of them, as often each", all, `${MARKET_BAR_MS}`),
      ],
    ),
  ].join("\n");
}

function row(what: string, { medianMs, p95Ms, maxMs, processorMs }: Times, bar = ""): string[] {
  return [
    what,
    ...[medianMs, p95Ms].map((ms) => ms.toFixed(1)),
    bar,
    ...[maxMs, processorMs].map((ms) => ms.toFixed(1)),
  ];
}
