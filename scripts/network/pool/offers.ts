import type { Wallet } from "ethers";

import type { Address } from "../../../src/protocol/ids.js";
import { OrderKind } from "../../../src/protocol/order.js";
import { buildOrder } from "../../../src/protocol/orderForm.js";
import { signOrder } from "../../../src/protocol/signature.js";
import { parseTag } from "../../../src/protocol/tag.js";
import { orderDomain } from "../../../src/protocol/typedData.js";
import { reasonOf } from "../networkError.js";
import type { Log } from "../service.js";
import type { MarketClient } from "./marketClient.js";

/** What a pool offers. */
export interface Offer {
  readonly chainId: number;
  readonly hub: Address;
  readonly workerpool: Address;
  /** How many categories there are: there is an order for each. */
  readonly categories: number;
  /** Of a task, in nRLC. */
  readonly price: bigint;
}

/** How many tasks an order offers. */
const VOLUME = 1_000;
/** How often to look whether they are used up, in milliseconds. */
const EVERY = 5_000;
/** Enclaves of either kind, as clients ask for them. */
const TAG = parseTag(["tee", "tdx"]);

/** Offers that are looked after. */
export interface KeptOffers {
  /** Settled when the market was asked once, and has what it lacked if it answered. */
  readonly looked: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Has an order on the market for each category, and another when half of it is used up, until it is stopped. A market that
 * does not answer is asked again.
 */
export function keepOffers(market: MarketClient, wallet: Wallet, offer: Offer, log: Log): KeptOffers {
  const { chainId, hub, workerpool, categories, price } = offer;
  const domain = orderDomain({ chainId: BigInt(chainId), hub });
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let lastProblem = "";

  async function look(): Promise<void> {
    try {
      for (let category = 0; category < categories; category++) {
        if ((await market.offered(workerpool, category)) >= VOLUME / 2) continue;
        const order = buildOrder(OrderKind.WORKERPOOL, {
          workerpool,
          workerpoolprice: price,
          volume: VOLUME,
          tag: TAG,
          category: BigInt(category),
        });
        const signed = await signOrder(wallet, { kind: OrderKind.WORKERPOOL, order, domain });
        await market.publish(OrderKind.WORKERPOOL, signed);
        tell({ level: 30, category, volume: VOLUME, msg: "an order was published" });
      }
      lastProblem = "";
    } catch (error) {
      const problem = reasonOf(error);
      if (problem !== lastProblem) tell({ level: 40, problem, msg: "orders could not be looked after" });
      lastProblem = problem;
    }
    if (!isStopped) timer = setTimeout(next, EVERY);
  }

  function tell(line: object): void {
    log.write(`${JSON.stringify({ time: Date.now(), ...line })}\n`);
  }

  const first = look();
  let looking = first;
  function next(): void {
    looking = look();
  }
  return {
    looked: first,
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await looking;
    },
  };
}
