import { MOST_CANDIDATES, type Candidates, type Wish } from "../../src/explain/wish.js";
import type { AssetKind } from "../../src/protocol/mismatch.js";
import { NULL_DATASET_ORDER, OrderKind, hasDataset, type OrderOf, type Signed } from "../../src/protocol/order.js";
import { parseSignedOrder } from "../../src/protocol/orderForm.js";
import { UsageError } from "../places.js";

const ANY = "any";

/**
 * The market's open orders for a wish: those that are restricted to nothing else first, then others, so that it can be
 * said why not those; the cheapest of each, {@link MOST_CANDIDATES} of a kind.
 */
export async function openOrders(market: string, chainId: bigint, wish: Wish): Promise<Candidates> {
  const { app, dataset, requester, category } = wish;
  const workerpool = wish.workerpool === NULL_DATASET_ORDER.dataset ? ANY : wish.workerpool;
  const ask = async <Kind extends AssetKind>(kind: Kind, close: Query, far: Query) => {
    const [closest, all] = await Promise.all([
      fetchOrders(market, kind, { chainId: String(chainId), ...close }),
      fetchOrders(market, kind, { chainId: String(chainId), ...far }),
    ]);
    const known = new Map([...closest, ...all].map(({ orderHash, order }) => [orderHash, order]));
    return [...known.values()].slice(0, MOST_CANDIDATES);
  };
  const [apps, datasets, workerpools] = await Promise.all([
    ask(
      OrderKind.APP,
      { app, dataset, workerpool: ANY, requester },
      { app, dataset: ANY, workerpool: ANY, requester: ANY },
    ),
    hasDataset(wish)
      ? ask(
          OrderKind.DATASET,
          { dataset, app, workerpool: ANY, requester },
          { dataset, app: ANY, workerpool: ANY, requester: ANY },
        )
      : [],
    ask(
      OrderKind.WORKERPOOL,
      { workerpool, app, dataset, requester, category: String(category) },
      { workerpool, app: ANY, dataset: ANY, requester: ANY },
    ),
  ]);
  return { app: apps, dataset: datasets, workerpool: workerpools };
}

type Query = Readonly<Record<string, string>>;

interface Entry<Kind extends AssetKind> {
  readonly orderHash: string;
  readonly order: Signed<OrderOf[Kind]>;
}

async function fetchOrders<Kind extends AssetKind>(market: string, kind: Kind, query: Query): Promise<Entry<Kind>[]> {
  const url = new URL(`/${kind}orders`, market);
  // Half of them near, half far: the market gives the cheapest first.
  url.search = new URLSearchParams({ ...query, pageSize: String(MOST_CANDIDATES / 2) }).toString();
  const answer = await request(url);
  const { orders } = answer as { orders: readonly { orderHash: string; order: unknown }[] };
  return orders.map(({ orderHash, order }) => ({ orderHash, order: parseSignedOrder(kind, order) }));
}

async function request(url: URL): Promise<unknown> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) }).catch((cause: unknown) => {
    throw new UsageError(`The order market at ${url.origin} does not answer: check that it runs.`, { cause });
  });
  if (!answer.ok) {
    throw new UsageError(`The order market at ${url.origin} answered ${answer.status}: ${await answer.text()}`);
  }
  return answer.json();
}
