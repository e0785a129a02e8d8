import type { DealCost, MatchExplanation, Obstacle } from "./explainMatch.js";
import type { RequestToMatch, RequestExplanation } from "./explainRequest.js";
import type { AssetKind } from "../protocol/matching/mismatch.js";
import { hasDataset, type SignedDealOrders } from "../protocol/order.js";

/** Data of a bulk request that its tasks would not get, or a list of it that cannot be read. */
export interface WithheldData {
  /** The place of the slice, which is the index of its task; null where it is the list of slices. */
  readonly slice: number | null;
  /** The dataset's address; null where a list cannot be read. */
  readonly dataset: string | null;
  /** Why, and what to do. */
  readonly sentence: string;
}

/** An explanation in plain values, amounts in nRLC as strings. */
export interface MatchReport {
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
  /** Of a bulk request, the data that its tasks would not get; nothing where no gateway was asked. */
  readonly withheld?: readonly WithheldData[];
}

export interface CostReport {
  readonly volume: string;
  readonly perTask: string;
  readonly locked: string;
  /** The most that the payer can lose: what it locks. Tasks that fail are paid back. */
  readonly worstCase: string;
  readonly poolStake: string;
}

export interface BestOrder {
  readonly kind: AssetKind;
  readonly asset: string;
  readonly price: string;
}

export interface ObstacleReport {
  readonly reason: string;
  readonly sentence: string;
  readonly remedy: string;
}

export interface RejectedReport extends BestOrder {
  readonly orderHash: string;
  readonly obstacles: readonly ObstacleReport[];
}

/** The report on four given orders. */
export function reportOfMatch({ matches, obstacles, cost }: MatchExplanation, gas: bigint | undefined): MatchReport {
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

/** The report on a search for orders that match a request. */
export function reportOfRequest(
  { best, rejected, missing }: RequestExplanation,
  { request, gas }: { request: RequestToMatch; gas: bigint | undefined },
): MatchReport {
  return {
    matches: best !== undefined,
    cost: best === undefined ? null : costReport(best.cost),
    gas: gas?.toString() ?? null,
    best: best === undefined ? [] : bestOrders(best.orders, request),
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

function bestOrders({ app, dataset, workerpool }: SignedDealOrders, request: RequestToMatch): BestOrder[] {
  return [
    { kind: "app", asset: app.app, price: app.appprice.toString() },
    ...(hasDataset(request)
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
