import type { SearchOrders } from "@poco-marketplace/sdk/explain/findCandidates.js";
import { parseSignedOrder } from "@poco-marketplace/sdk/protocol/orderForm.js";
import { UsageError } from "../commandLine.js";

/** Asks the market at a URL. */
export function searchMarket(market: string, chainId: bigint): SearchOrders {
  return async (kind, query) => {
    const url = new URL(`/${kind}orders`, market);
    url.search = new URLSearchParams({ chainId: String(chainId), ...query }).toString();
    const { orders } = (await request(url)) as { orders: readonly { orderHash: string; order: unknown }[] };
    return orders.map(({ orderHash, order }) => ({ hash: orderHash, order: parseSignedOrder(kind, order) }));
  };
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
