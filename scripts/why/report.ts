import type { ObstacleReport, Report } from "../../src/explain/report.js";
import { formatRlc } from "../../src/protocol/amount.js";

/** For people. */
export function writeReport(report: Report): string {
  const lines = report.matches ? matching(report) : ["No: these orders do not match."];
  if (!report.matches && report.obstacles.length === 0) lines[0] = "No: nothing that is offered serves this wish.";
  for (const { sentence } of report.missing) lines.push(`- ${sentence}`);
  lines.push(...report.obstacles.flatMap(bullet));
  for (const { kind, asset, price, orderHash, obstacles } of report.rejected) {
    lines.push("", `The ${kind} order ${short(orderHash)} for ${asset}, ${rlc(price)} a task, is not for this wish:`);
    lines.push(...obstacles.flatMap(bullet));
  }
  return lines.join("\n");
}

function matching({ best, cost, gas }: Report): string[] {
  const { volume, perTask, locked, poolStake } = cost!;
  return [
    `Yes: ${volume} task${volume === "1" ? "" : "s"} at ${rlc(perTask)} each.`,
    ...best.map(({ kind, asset, price }) => `  ${kind.padEnd(10)} ${asset}  ${rlc(price)}`),
    `Matching locks ${rlc(locked)} of the payer's escrow: the most that this can cost, since tasks that fail are paid back.`,
    `The workerpool's owner stakes ${rlc(poolStake)}.`,
    gas === null ? "The gas of matchOrders is known once the request is signed." : `matchOrders takes ${gas} gas.`,
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
