import type { ObstacleReport, RejectedReport, Report } from "@poco-marketplace/sdk/explain/report.js";
import { formatRlc } from "@poco-marketplace/sdk/protocol/amount.js";

/** For people. */
export function writeReport(report: Report): string {
  const lines = report.matches ? matching(report) : ["No: these orders do not match."];
  if (!report.matches && report.obstacles.length === 0) lines[0] = "No: no open order serves this request.";
  for (const { sentence } of report.missing) lines.push(`- ${sentence}`);
  lines.push(...report.obstacles.flatMap(bullet));
  const common = commonTo(report.rejected);
  if (common.length > 0) lines.push("", "None of them serves this request, because:", ...common.flatMap(bullet));
  const said = new Set(common.map(({ sentence }) => sentence));
  for (const { kind, asset, price, orderHash, obstacles } of report.rejected) {
    const own = obstacles.filter(({ sentence }) => !said.has(sentence));
    const what = `The ${kind} order ${short(orderHash)} for ${asset}, ${rlc(price)} a task`;
    if (own.length === 0) lines.push("", `${what}, would serve this request otherwise.`);
    else lines.push("", `${what}, does not serve this request:`, ...own.flatMap(bullet));
  }
  const { withheld = [] } = report;
  if (withheld.length > 0) {
    lines.push("", "Data of this bulk request that its tasks would not get:");
    lines.push(...withheld.map(({ slice, sentence }) => `- ${slice === null ? "" : `Task ${slice}: `}${sentence}`));
  }
  return lines.join("\n");
}

/** What is in the way of every order that was rejected, where there are several: it is said once. */
function commonTo([first, ...others]: readonly RejectedReport[]): readonly ObstacleReport[] {
  if (first === undefined || others.length === 0) return [];
  return first.obstacles.filter((one) =>
    others.every(({ obstacles }) => obstacles.some(({ sentence }) => sentence === one.sentence)),
  );
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
