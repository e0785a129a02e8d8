import { ZeroAddress } from "ethers";

import type { AssetKind } from "../protocol/matching/mismatch.js";
import { OrderKind, hasDataset, type OrderOf, type Signed } from "../protocol/order.js";
import type { AddressOrAny, OrderFilter, PageFilter } from "../wire/market.js";
import { MAX_CANDIDATES, type Candidates, type RequestToMatch } from "./explainRequest.js";

/** An order of a market, with its hash. */
export interface OpenOrder<Kind extends AssetKind> {
  readonly hash: string;
  readonly order: Signed<OrderOf[Kind]>;
}

/** Searches a market's open orders of a kind, cheapest first. */
export type SearchOrders = <Kind extends AssetKind>(
  kind: Kind,
  filter: OrderFilter & PageFilter,
) => Promise<readonly OpenOrder<Kind>[]>;

const ANY = "any";

/**
 * Finds a market's open orders for a request, {@link MAX_CANDIDATES} of a kind at most, the cheapest first. Half of them
 * are orders whose restrictions admit the request; the rest are any, so that the explanation covers what is excluded.
 */
export async function findCandidates(search: SearchOrders, request: RequestToMatch): Promise<Candidates> {
  const { app, dataset, requester, category } = request;
  const workerpool: AddressOrAny = request.workerpool === ZeroAddress ? ANY : request.workerpool;
  const find = async <Kind extends AssetKind>(kind: Kind, near: OrderFilter, far: OrderFilter) => {
    const pageSize = MAX_CANDIDATES / 2;
    const found = await Promise.all([search(kind, { ...near, pageSize }), search(kind, { ...far, pageSize })]);
    return [...new Map(found.flat().map(({ hash, order }) => [hash, order])).values()];
  };
  const everybody = { app: ANY, dataset: ANY, workerpool: ANY, requester: ANY } as const;
  const [apps, datasets, workerpools] = await Promise.all([
    find(OrderKind.APP, { ...everybody, app, dataset, requester }, { ...everybody, app }),
    hasDataset(request)
      ? find(OrderKind.DATASET, { ...everybody, dataset, app, requester }, { ...everybody, dataset })
      : [],
    find(OrderKind.WORKERPOOL, { workerpool, app, dataset, requester, category }, { ...everybody, workerpool }),
  ]);
  return { app: apps, dataset: datasets, workerpool: workerpools };
}
