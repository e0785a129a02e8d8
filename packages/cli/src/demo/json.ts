import { HOLDERS, type Balances, type Holding } from "./balances.js";
import { checkBalances, sumOf, type Payment } from "./payments.js";
import type { DealEntry, Transcript } from "./transcript.js";
import type { DemoReport } from "./report.js";
import type { Refund } from "./deals/refund.js";

/** Converts the report to one JSON value. Amounts are nRLC as strings of digits; gas and counts are numbers. */
export function reportToJson({ transcript, before, after, payments }: DemoReport) {
  return {
    deals: transcript.deals.map((deal) => ({ ...dealToJson(deal), ...moneyOf(payments, deal.name) })),
    tasks: tasksToJson(transcript),
    attestation: attestationToJson(transcript),
    balances: { before: balancesToJson(before), after: balancesToJson(after) },
    laws: checkBalances(before, after, payments),
    gas: gasToJson(transcript),
  };
}

/** Converts the state of a demo that failed to JSON, without the reason. */
export function failureToJson(transcript: Transcript, { claimed, ...holding }: Refund) {
  return {
    requester: { claimed, ...holdingToJson(holding) },
    deals: transcript.deals.map(dealToJson),
    tasks: tasksToJson(transcript),
    gas: gasToJson(transcript),
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

function tasksToJson({ tasks }: Transcript) {
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

/** Converts the registered platforms and accepted quotes to JSON. The enclaves' isolation is simulated, not proven. */
function attestationToJson({ platforms, quotes }: Transcript) {
  return {
    isolation: "simulated",
    root: "simulated",
    platforms: platforms.map(({ gas, ...platform }) => ({ ...platform, gas: Number(gas) })),
    quotes: quotes.map(({ gas, ...quote }) => ({ ...quote, verdict: "accepted", gas: Number(gas) })),
  };
}

function gasToJson({ transactions }: Transcript) {
  return transactions.map(({ step, call, gas }) => ({ step, call, gas: Number(gas) }));
}

/** Converts balances to JSON, in nRLC. */
export function balancesToJson({ accounts, supply, backing, frozen }: Balances) {
  const holdings = Object.entries(accounts).map(([name, holding]) => [name, holdingToJson(holding)] as const);
  return { accounts: Object.fromEntries(holdings), supply: `${supply}`, backing: `${backing}`, frozen: `${frozen}` };
}

function holdingToJson({ wallet, free, frozen, score }: Holding) {
  return { wallet: `${wallet}`, free: `${free}`, frozen: `${frozen}`, score: Number(score) };
}
