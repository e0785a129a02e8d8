import type { ObstacleReport, RejectedReport, MatchReport } from "@poco-marketplace/sdk/explain/report.js";
import { formatRlc } from "@poco-marketplace/sdk/protocol/format.js";

/** Formats a report as text for a terminal. */
export function formatMatchReport(report: MatchReport): string {
  const lines = report.matches ? matching(report) : ["No match: these orders do not match."];
  if (!report.matches && report.obstacles.length === 0) lines[0] = "No match: no open order satisfies this request.";
  for (const { sentence } of report.missing) lines.push(`- ${sentence}`);
  lines.push(...report.obstacles.flatMap(bullet));
  const common = commonTo(report.rejected);
  if (common.length > 0) lines.push("", "Obstacles of all orders:", ...common.flatMap(bullet));
  const printed = new Set(common.map(({ sentence }) => sentence));
  for (const { kind, asset, price, orderHash, obstacles } of report.rejected) {
    const own = obstacles.filter(({ sentence }) => !printed.has(sentence));
    const what = `The ${kind} order ${short(orderHash)} for ${asset}, ${rlc(price)} a task`;
    if (own.length === 0) lines.push("", `${what}, has no other obstacle.`);
    else lines.push("", `${what}, does not match:`, ...own.flatMap(bullet));
  }
  const { withheld = [] } = report;
  if (withheld.length > 0) {
    lines.push("", "Data of this bulk request that its tasks would not get:");
    lines.push(...withheld.map(({ slice, sentence }) => `- ${slice === null ? "" : `Task ${slice}: `}${sentence}`));
  }
  return lines.join("\n");
}

/** Returns the obstacles that several rejected orders have in common, which are printed once. */
function commonTo([first, ...others]: readonly RejectedReport[]): readonly ObstacleReport[] {
  if (first === undefined || others.length === 0) return [];
  return first.obstacles.filter((one) =>
    others.every(({ obstacles }) => obstacles.some(({ sentence }) => sentence === one.sentence)),
  );
}

function matching({ best, cost, gas }: MatchReport): string[] {
  const { volume, perTask, locked, poolStake } = cost!;
  return [
    `Match: ${volume} task${volume === "1" ? "" : "s"} at ${rlc(perTask)} each.`,
    ...best.map(({ kind, asset, price }) => `  ${kind.padEnd(10)} ${asset}  ${rlc(price)}`),
    `Matching locks ${rlc(locked)} of the payer's escrow, which is the most that the deal can cost: failed tasks are refunded.`,
    `The workerpool's owner stakes ${rlc(poolStake)}.`,
    gas === null
      ? "The gas of matchOrders can be estimated once the request is signed."
      : `matchOrders takes ${gas} gas.`,
  ];
}

function bullet({ sentence, remedy }: ObstacleReport): string[] {
  return [`- ${sentence}`, `  ${remedy}`];
}

function rlc(amount: string): string {
  return `${formatRlc(BigInt(amount))} RLC`;
}

function short(hash: string): string {
  return `${hash.slice(0, 10)}…`;
}
