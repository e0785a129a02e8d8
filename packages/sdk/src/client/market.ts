import type { Wallet } from "ethers";

import { answerChallenge } from "../login/answerChallenge.js";
import type { Challenge } from "../login/challenge.js";
import type { Address, Hex } from "../protocol/ids.js";
import { OrderKind, type OrderOf, type Signed, type SignedWorkerpoolOrder } from "../protocol/order.js";
import { orderToJson, parseSignedOrder } from "../protocol/orderForm.js";

/** How long the market may take to answer, in milliseconds. */
const PATIENCE = 10_000;
const PAGE = 1_000;

/** A market that does not do what it was asked. */
export class MarketRefusal extends Error {
  override readonly name = "MarketRefusal";

  constructor(market: string, said: string) {
    super(`The market at ${market} says: ${said}`);
  }
}

/** An order that is in the market's book. */
export interface ListedOffer {
  readonly hash: Hex;
  readonly order: SignedWorkerpoolOrder;
  /** Tasks that are left of it. */
  readonly remaining: bigint;
}

/** What somebody who has orders does on a market. */
export interface MarketClient {
  /** The pool's open orders, whoever they admit. */
  listed(workerpool: Address): Promise<ListedOffer[]>;
  /** Publishes an order; one that is published already stays as it is. */
  publish<Kind extends OrderKind>(kind: Kind, order: Signed<OrderOf[Kind]>): Promise<void>;
}

/** A market in the hands of whoever has this wallet. */
export function openMarketClient(market: string, chainId: number, wallet: Wallet): MarketClient {
  async function ask<Answer>(path: string, query: Readonly<Record<string, string>>, init: RequestInit = {}) {
    const url = `${market}${path}?${new URLSearchParams({ chainId: `${chainId}`, ...query }).toString()}`;
    const answer = await fetch(url, { ...init, signal: AbortSignal.timeout(PATIENCE) });
    const body = (await answer.json()) as Answer & { error?: string };
    if (!answer.ok) throw new MarketRefusal(market, body.error ?? answer.statusText);
    return body;
  }

  async function login(): Promise<string> {
    const { data } = await ask<{ data: Challenge }>("/challenge", { address: wallet.address });
    return answerChallenge(wallet, data);
  }

  return {
    async listed(workerpool) {
      const query = { workerpool, app: "any", dataset: "any", requester: "any", pageSize: `${PAGE}` };
      const found: ListedOffer[] = [];
      for (let page = 0; ; page++) {
        const { orders, nextPage } = await ask<Listed>("/workerpoolorders", { ...query, pageIndex: `${page}` });
        for (const { orderHash: hash, order, remaining } of orders)
          found.push({ hash, order: parseSignedOrder(OrderKind.WORKERPOOL, order), remaining: BigInt(remaining) });
        if (nextPage === undefined) return found;
      }
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

interface Listed {
  readonly orders: readonly { readonly orderHash: Hex; readonly order: unknown; readonly remaining: number }[];
  readonly nextPage?: number;
}
