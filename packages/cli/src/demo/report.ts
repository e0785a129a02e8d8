import { formatRlc } from "@poco-marketplace/sdk/protocol/format.js";
import { HOLDERS, type Balances, type Holder } from "./balances.js";
import { checkBalances, sumOf, type Payment } from "./payments.js";
import type { GasEntry, Transcript } from "./transcript.js";
import { WORKERS } from "./scenario.js";
import { heading, table } from "../table.js";

/** The demo's transcript, payments, and balances before and after. */
export interface DemoReport {
  readonly transcript: Transcript;
  readonly before: Balances;
  readonly after: Balances;
  readonly payments: readonly Payment[];
}

/** Formats the report as tables. */
export function reportToText(report: DemoReport): string {
  const { transcript, before, after, payments } = report;
  const laws = Object.entries(checkBalances(before, after, payments));
  return [
    heading("Who paid, earned, lost and holds what, in RLC"),
    accountTable(report),
    heading("Deal by deal, in RLC"),
    dealTable(report),
    heading("Do the books balance?"),
    ...laws.map(([law, holds]) => `   ${holds ? "yes" : "NO "}  ${law}`),
    heading("Gas of each step"),
    gasTable(transcript.transactions),
  ].join("\n");
}

function accountTable({ before, after, payments }: DemoReport): string {
  const rows = HOLDERS.map((holder) => {
    const then = before.accounts[holder];
    const now = after.accounts[holder];
    const [paid, earned, lost] = (["paid", "earned", "lost"] as const).map((kind) => sumOf(payments, { holder, kind }));
    return [holder, then.free + then.frozen, paid!, earned!, lost!, now.free, now.frozen, now.score] as const;
  });
  const header = ["account", "put in", "paid", "earned", "lost", "holds free", "holds frozen", "score"];
  return table(
    header,
    rows
      .filter(([, ...amounts]) => amounts.some((amount) => amount > 0n))
      .map(([holder, putIn, paid, earned, lost, free, frozen, score]) => [
        holder,
        ...[putIn, paid, earned, lost, free, frozen].map(amountOf),
        WORKERS.includes(holder as (typeof WORKERS)[number]) ? `${score}` : "",
      ]),
  );
}

function dealTable({ transcript, payments }: DemoReport): string {
  const earners: readonly (readonly Holder[])[] = [
    ["app developer"],
    ["data provider"],
    ["scheduler"],
    WORKERS,
    ["kitty"],
  ];
  const rows = transcript.deals.map(({ name: deal, dealId, volume }) => {
    const completed = transcript.tasks.filter((task) => task.dealId === dealId && task.status === "COMPLETED").length;
    const earned = earners.map((holders) =>
      holders.reduce((sum, holder) => sum + sumOf(payments, { deal, holder, kind: "earned" }), 0n),
    );
    const taken = [sumOf(payments, { deal, kind: "paid" }), sumOf(payments, { deal, kind: "lost" })];
    return [deal, `${completed} of ${volume}`, ...[...taken, ...earned].map(amountOf)];
  });
  const header = ["deal", "tasks done", "paid", "stakes lost", "app", "data", "scheduler", "workers", "kitty"];
  return table(header, rows);
}

function gasTable(transactions: readonly GasEntry[]): string {
  const rows = [...Map.groupBy(transactions, ({ call }) => call)].map(([call, sent]) => {
    const amounts = sent.map(({ gas }) => Number(gas));
    const mean = Math.round(amounts.reduce((sum, amount) => sum + amount, 0) / amounts.length);
    return [call, `${amounts.length}`, mean.toLocaleString("en"), Math.max(...amounts).toLocaleString("en")];
  });
  return table(["call", "times", "mean", "most"], rows);
}

function amountOf(amount: bigint): string {
  return amount === 0n ? "" : formatRlc(amount);
}
