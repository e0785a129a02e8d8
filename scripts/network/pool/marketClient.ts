import { TypedDataEncoder, type TypedDataDomain, type TypedDataField, type Wallet } from "ethers";

import type { Address } from "../../../src/protocol/ids.js";
import type { OrderKind, OrderOf, Signed } from "../../../src/protocol/order.js";
import { orderToJson } from "../../../src/protocol/orderForm.js";
import { NetworkError } from "../networkError.js";

/** How long the market may take to answer, in milliseconds. */
const PATIENCE = 10_000;

/** What somebody who has orders does on a market. */
export interface MarketClient {
  /** How many tasks the pool's open orders of a category offer together. */
  offered(workerpool: Address, category: number): Promise<number>;
  publish<Kind extends OrderKind>(kind: Kind, order: Signed<OrderOf[Kind]>): Promise<void>;
}

/** A market in the hands of whoever has this wallet. */
export function openMarketClient(market: string, chainId: number, wallet: Wallet): MarketClient {
  async function ask<Answer>(path: string, query: Readonly<Record<string, string>>, init: RequestInit = {}) {
    const url = `${market}${path}?${new URLSearchParams({ chainId: `${chainId}`, ...query }).toString()}`;
    const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(PATIENCE) });
    const body = (await answer.json()) as Answer & { error?: string };
    if (!answer.ok) throw new NetworkError(`The market at ${market} says: ${body.error ?? answer.statusText}`);
    return body;
  }

  async function login(): Promise<string> {
    const { data } = await ask<{ data: Challenge }>("/challenge", { address: wallet.address });
    const { EIP712Domain: _, ...types } = data.types;
    const mutable = types as Record<string, TypedDataField[]>;
    const sign = await wallet.signTypedData(data.domain, mutable, data.message);
    return `${TypedDataEncoder.hash(data.domain, mutable, data.message)}_${sign}_${wallet.address}`;
  }

  return {
    async offered(workerpool, category) {
      const query = {
        workerpool,
        category: `${category}`,
        app: "any",
        dataset: "any",
        requester: "any",
        pageSize: "100",
      };
      const { orders } = await ask<{ orders: { remaining: number }[] }>("/workerpoolorders", query);
      return orders.reduce((sum, { remaining }) => sum + remaining, 0);
    },

    async publish(kind, order) {
      await ask(
        `/${kind}orders`,
        {},
        {
          method: "POST",
          headers: { "content-type": "application/json", authorization: await login() },
          body: JSON.stringify({ order: orderToJson(order) }),
        },
      );
    },
  };
}

interface Challenge {
  readonly domain: TypedDataDomain;
  readonly types: Readonly<Record<string, readonly TypedDataField[]>>;
  readonly message: Readonly<Record<string, unknown>>;
}
