import { HOLDERS, type Books, type Holding } from "./books.js";
import { checkBooks, sumOf, type Payment } from "./earnings.js";
import type { DealEntry, Journal } from "./journal.js";
import type { Account } from "./report.js";
import type { Refund } from "./story/moneyBack.js";

/** The report as one JSON value. Amounts are nRLC as strings of digits, gas and counts are numbers. */
export function toJson({ journal, before, after, payments }: Account) {
  return {
    deals: journal.deals.map((deal) => ({ ...dealToJson(deal), ...moneyOf(payments, deal.name) })),
    tasks: tasksToJson(journal),
    attestation: attestationToJson(journal),
    balances: { before: booksToJson(before), after: booksToJson(after) },
    laws: checkBooks(before, after, payments),
    gas: gasToJson(journal),
  };
}

/** What to report of a story that broke off, besides why. */
export function failureToJson(journal: Journal, { claimed, ...holding }: Refund) {
  return {
    requester: { claimed, ...holdingToJson(holding) },
    deals: journal.deals.map(dealToJson),
    tasks: tasksToJson(journal),
    gas: gasToJson(journal),
  };
}

function dealToJson({ dealId, name, volume, trust }: DealEntry) {
  return { dealId, name, volume: Number(volume), trust: Number(trust) };
}

function moneyOf(payments: readonly Payment[], deal: string) {
  const earned = HOLDERS.map((holder) => [holder, sumOf(payments, { deal, holder, kind: "earned" })] as const)
    .filter(([, amount]) => amount > 0n)
    .map(([holder, amount]) => [holder, `${amount}`]);
  return {
    paid: `${sumOf(payments, { deal, kind: "paid" })}`,
    stakesLost: `${sumOf(payments, { deal, kind: "lost" })}`,
    earned: Object.fromEntries(earned) as Record<string, string>,
  };
}

function tasksToJson({ tasks }: Journal) {
  return tasks.map(({ taskId, dealId, index, status, answer }) => ({
    taskId,
    dealId,
    index: Number(index),
    status,
    ...(answer !== undefined && {
      result: answer.text,
      resultFile: answer.file,
      resultSha256: answer.sha256,
      digest: answer.digest,
    }),
  }));
}

/** What was proven, and what was not: the enclaves' isolation. */
function attestationToJson({ platforms, quotes }: Journal) {
  return {
    isolation: "simulated",
    root: "simulated",
    platforms: platforms.map(({ gas, ...platform }) => ({ ...platform, gas: Number(gas) })),
    quotes: quotes.map(({ gas, ...quote }) => ({ ...quote, verdict: "believed", gas: Number(gas) })),
  };
}

function gasToJson({ transactions }: Journal) {
  return transactions.map(({ step, call, gas }) => ({ step, call, gas: Number(gas) }));
}

/** Who has what, in nRLC. */
export function booksToJson({ accounts, supply, backing, frozen }: Books) {
  const holdings = Object.entries(accounts).map(([name, holding]) => [name, holdingToJson(holding)] as const);
  return { accounts: Object.fromEntries(holdings), supply: `${supply}`, backing: `${backing}`, frozen: `${frozen}` };
}

function holdingToJson({ wallet, free, frozen, score }: Holding) {
  return { wallet: `${wallet}`, free: `${free}`, frozen: `${frozen}`, score: Number(score) };
}
