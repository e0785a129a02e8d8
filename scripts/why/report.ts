import type { DealCost, MatchExplanation, Obstacle } from "../../src/explain/match.js";
import type { Wish, WishExplanation } from "../../src/explain/wish.js";
import { formatRlc } from "../../src/protocol/amount.js";
import type { AssetKind } from "../../src/protocol/mismatch.js";
import { hasDataset, type SignedDealOrders } from "../../src/protocol/order.js";

/** An explanation in plain values, amounts in nRLC as strings. */
export interface Report {
  readonly matches: boolean;
  /** Of the best orders. */
  readonly cost: CostReport | null;
  /** What `matchOrders` takes, if it can be asked: of a request that is signed. */
  readonly gas: string | null;
  readonly best: readonly BestOrder[];
  /** Why these orders do not match, where only four were looked at. */
  readonly obstacles: readonly ObstacleReport[];
  readonly rejected: readonly RejectedReport[];
  readonly missing: readonly { readonly kind: AssetKind; readonly sentence: string }[];
}

interface CostReport {
  readonly volume: string;
  readonly perTask: string;
  readonly locked: string;
  /** The most that the payer can lose: what it locks. Tasks that fail are paid back. */
  readonly worstCase: string;
  readonly poolStake: string;
}

interface BestOrder {
  readonly kind: AssetKind;
  readonly asset: string;
  readonly price: string;
}

interface ObstacleReport {
  readonly reason: string;
  readonly sentence: string;
  readonly remedy: string;
}

interface RejectedReport extends BestOrder {
  readonly orderHash: string;
  readonly obstacles: readonly ObstacleReport[];
}

/** What there is to say about four orders. */
export function reportOfMatch({ matches, obstacles, cost }: MatchExplanation, gas: bigint | undefined): Report {
  return {
    matches,
    cost: costReport(cost),
    gas: gas?.toString() ?? null,
    best: [],
    obstacles: obstacles.map(obstacleReport),
    rejected: [],
    missing: [],
  };
}

/** What there is to say about a wish. */
export function reportOfWish(
  { best, rejected, missing }: WishExplanation,
  { wish, gas }: { wish: Wish; gas: bigint | undefined },
): Report {
  return {
    matches: best !== undefined,
    cost: best === undefined ? null : costReport(best.cost),
    gas: gas?.toString() ?? null,
    best: best === undefined ? [] : bestOrders(best.orders, wish),
    obstacles: [],
    rejected: rejected.map(({ kind, hash, asset, price, obstacles }) => ({
      kind,
      asset,
      price: price.toString(),
      orderHash: hash,
      obstacles: obstacles.map(obstacleReport),
    })),
    missing,
  };
}

function bestOrders({ app, dataset, workerpool }: SignedDealOrders, wish: Wish): BestOrder[] {
  return [
    { kind: "app", asset: app.app, price: app.appprice.toString() },
    ...(hasDataset(wish)
      ? [{ kind: "dataset" as const, asset: dataset.dataset, price: dataset.datasetprice.toString() }]
      : []),
    { kind: "workerpool", asset: workerpool.workerpool, price: workerpool.workerpoolprice.toString() },
  ];
}

function costReport({ volume, perTask, locked, poolStake }: DealCost): CostReport {
  return {
    volume: volume.toString(),
    perTask: perTask.toString(),
    locked: locked.toString(),
    worstCase: locked.toString(),
    poolStake: poolStake.toString(),
  };
}

function obstacleReport({ mismatch, sentence, remedy }: Obstacle): ObstacleReport {
  return { reason: mismatch.reason, sentence, remedy };
}

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
