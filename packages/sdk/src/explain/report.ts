import type { DealCost, MatchExplanation, Obstacle } from "./explainMatch.js";
import type { RequestToMatch, RequestExplanation } from "./explainRequest.js";
import type { AssetKind } from "../protocol/matching/mismatch.js";
import { hasDataset, type SignedDealOrders } from "../protocol/order.js";

/** A dataset of a bulk request that its task would not get, or a list of datasets that cannot be read. */
export interface WithheldData {
  /** The position of the slice, which is the index of its task; null for the list of slices. */
  readonly slice: number | null;
  /** The dataset's address; null for a list that cannot be read. */
  readonly dataset: string | null;
  /** The reason, and what to do. */
  readonly sentence: string;
}

/** The explanation of a match in plain values, with amounts in nRLC as strings. */
export interface MatchReport {
  readonly matches: boolean;
  /** The cost of the best orders. */
  readonly cost: CostReport | null;
  /** The gas that `matchOrders` needs; null if it cannot be estimated, as for a request that is not signed. */
  readonly gas: string | null;
  readonly best: readonly BestOrder[];
  /** The obstacles of these orders, if only four were checked. */
  readonly obstacles: readonly ObstacleReport[];
  readonly rejected: readonly RejectedReport[];
  readonly missing: readonly { readonly kind: AssetKind; readonly sentence: string }[];
  /** The data that the tasks of a bulk request would not get; undefined if no gateway was asked. */
  readonly withheld?: readonly WithheldData[];
}

export interface CostReport {
  readonly volume: string;
  readonly perTask: string;
  readonly locked: string;
  /** The maximum loss of the payer, which is the locked amount. Failed tasks are refunded. */
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

/** Makes the report on four given orders. */
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

/** Makes the report on a search for orders that match a request. */
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
