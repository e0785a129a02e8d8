import { formatRlc } from "@poco-marketplace/sdk/protocol/amount.js";
import { HOLDERS, type Books, type Holder } from "./books.js";
import { checkBooks, sumOf, type Payment } from "./earnings.js";
import type { GasEntry, Journal } from "./journal.js";
import { WORKERS } from "./stage.js";
import { heading, table } from "../table.js";

/** All that there is to report once the story is told. */
export interface Account {
  readonly journal: Journal;
  readonly before: Books;
  readonly after: Books;
  readonly payments: readonly Payment[];
}

/** The report as tables for people. */
export function toText(account: Account): string {
  const { journal, before, after, payments } = account;
  const laws = Object.entries(checkBooks(before, after, payments));
  return [
    heading("Who paid, earned, lost and holds what, in RLC"),
    accountTable(account),
    heading("Deal by deal, in RLC"),
    dealTable(account),
    heading("Do the books balance?"),
    ...laws.map(([law, holds]) => `   ${holds ? "yes" : "NO "}  ${law}`),
    heading("Gas of each step"),
    gasTable(journal.transactions),
  ].join("\n");
}

function accountTable({ before, after, payments }: Account): string {
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

function dealTable({ journal, payments }: Account): string {
  const earners: readonly (readonly Holder[])[] = [
    ["app developer"],
    ["data provider"],
    ["scheduler"],
    WORKERS,
    ["kitty"],
  ];
  const rows = journal.deals.map(({ name: deal, dealId, volume }) => {
    const completed = journal.tasks.filter((task) => task.dealId === dealId && task.status === "COMPLETED").length;
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
