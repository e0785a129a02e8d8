import { ZeroAddress } from "ethers";

import type { Address } from "../protocol/ids.js";
import type { AssetKind } from "../protocol/mismatch.js";
import { OrderKind, hasDataset, type OrderOf, type Signed } from "../protocol/order.js";
import { MOST_CANDIDATES, type Candidates, type Wish } from "./wish.js";

/** An order of a market, and its hash. */
export interface OpenOrder<Kind extends AssetKind> {
  readonly hash: string;
  readonly order: Signed<OrderOf[Kind]>;
}

/** What a market is asked for, in the words of its query: addresses, or `any`. */
export type MarketQuery = Readonly<Record<string, string>>;

/** Asks a market for its open orders of a kind, the cheapest first. */
export type SearchOrders = <Kind extends AssetKind>(
  kind: Kind,
  query: MarketQuery,
) => Promise<readonly OpenOrder<Kind>[]>;

const ANY = "any";

/**
 * The market's open orders for a wish: half of them such as are restricted to nothing else, the rest any, so that it can be
 * said why not those. The cheapest of each, {@link MOST_CANDIDATES} of a kind at most.
 */
export async function findCandidates(search: SearchOrders, wish: Wish): Promise<Candidates> {
  const { app, dataset, requester, category } = wish;
  const workerpool = wish.workerpool === (ZeroAddress as Address) ? ANY : wish.workerpool;
  const find = async <Kind extends AssetKind>(kind: Kind, near: MarketQuery, far: MarketQuery) => {
    const pageSize = String(MOST_CANDIDATES / 2);
    const found = await Promise.all([search(kind, { ...near, pageSize }), search(kind, { ...far, pageSize })]);
    return [...new Map(found.flat().map(({ hash, order }) => [hash, order])).values()];
  };
  const everybody = { app: ANY, dataset: ANY, workerpool: ANY, requester: ANY };
  const [apps, datasets, workerpools] = await Promise.all([
    find(OrderKind.APP, { ...everybody, app, dataset, requester }, { ...everybody, app }),
    hasDataset(wish)
      ? find(OrderKind.DATASET, { ...everybody, dataset, app, requester }, { ...everybody, dataset })
      : [],
    find(
      OrderKind.WORKERPOOL,
      { workerpool, app, dataset, requester, category: String(category) },
      { ...everybody, workerpool },
    ),
  ]);
  return { app: apps, dataset: datasets, workerpool: workerpools };
}
