import { styleText } from "node:util";

import { formatRlc } from "../../src/protocol/amount.js";
import { checkBooks, type Books } from "./books.js";
import type { Journal } from "./journal.js";

/** The report as one JSON value. Amounts are nRLC as strings of digits, gas as numbers. */
export function toJson(journal: Journal, before: Books, after: Books) {
  return {
    deals: journal.deals.map((deal) => ({ ...deal, volume: Number(deal.volume), trust: Number(deal.trust) })),
    tasks: journal.tasks,
    balances: { before: booksToJson(before), after: booksToJson(after) },
    laws: checkBooks(after),
    gas: journal.transactions.map(({ call, gas }) => ({ call, gas: Number(gas) })),
  };
}

/** The report as tables for people. */
export function toText(journal: Journal, before: Books, after: Books): string {
  const people = Object.entries(after.accounts).filter(([name, now]) => {
    const { free, frozen } = before.accounts[name]!;
    return free + frozen + now.free + now.frozen > 0n;
  });
  const accounts = people.map(([name, now]) => {
    const then = before.accounts[name]!;
    const change = now.free + now.frozen - then.free - then.frozen;
    const amounts = [then.free + then.frozen, change, now.free, now.frozen].map((amount) => formatRlc(amount));
    return [name, amounts[0]!, change > 0n ? `+${amounts[1]!}` : amounts[1]!, amounts[2]!, amounts[3]!, `${now.score}`];
  });
  const calls = Map.groupBy(journal.transactions, ({ call }) => call);
  const gas = [...calls].map(([call, sent]) => {
    const amounts = sent.map((transaction) => Number(transaction.gas));
    const mean = Math.round(amounts.reduce((sum, amount) => sum + amount, 0) / amounts.length);
    return [call, `${amounts.length}`, mean.toLocaleString("en"), Math.max(...amounts).toLocaleString("en")];
  });
  const laws = Object.entries(checkBooks(after)).map(([law, holds]) => `   ${holds ? "yes" : "NO "}  ${law}`);
  return [
    heading("Who paid, earned and lost, in RLC"),
    table(["account", "put in", "change", "has free", "has frozen", "score"], accounts),
    heading("Do the books balance?"),
    ...laws,
    heading("Gas of each call"),
    table(["call", "times", "mean", "most"], gas),
  ].join("\n");
}

function booksToJson({ accounts, supply, backing, frozen }: Books) {
  const holdings = Object.entries(accounts).map(([name, { free, frozen: locked, score }]) => {
    return [name, { free: `${free}`, frozen: `${locked}`, score: Number(score) }] as const;
  });
  return { accounts: Object.fromEntries(holdings), supply: `${supply}`, backing: `${backing}`, frozen: `${frozen}` };
}

function heading(title: string): string {
  return `\n${styleText("bold", title)}`;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  const line = (row: readonly string[]) =>
    `   ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  ")}`;
  return [styleText("dim", line(header)), ...rows.map(line)].join("\n");
}
