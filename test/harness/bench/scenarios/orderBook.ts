import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";

import {
  type Hex,
  ORDER_TYPE_NAMES,
  OrderKind,
  OrderOperation,
  signOrderOperation,
  type SignedDealOrders,
} from "@poco-marketplace/sdk/protocol/index.js";
import type { Call } from "../chain.js";
import type { Market } from "../market.js";
import { added, changed, type Scenario } from "../scenario.js";

const OWNERS = { app: "appOwner", dataset: "datasetOwner", workerpool: "scheduler", request: "requester" } as const;

interface Managed {
  readonly operation: OrderOperation;
  readonly sender: HardhatEthersSigner;
  readonly sign?: Hex;
}

/** Sends an operation on one of the four orders to its function. */
function manage(market: Market, kind: OrderKind, orders: SignedDealOrders, managed: Managed): Promise<Call> {
  const { operation, sender, sign = "0x" } = managed;
  const hub = market.hub.connect(sender);
  switch (kind) {
    case "app":
      return market.call(hub.manageAppOrder({ order: orders.app, operation, sign }));
    case "dataset":
      return market.call(hub.manageDatasetOrder({ order: orders.dataset, operation, sign }));
    case "workerpool":
      return market.call(hub.manageWorkerpoolOrder({ order: orders.workerpool, operation, sign }));
    case "request":
      return market.call(hub.manageRequestOrder({ order: orders.request, operation, sign }));
  }
}

const BY_KIND = Object.values(OrderKind).flatMap((kind): Scenario[] => {
  const name = `manage${ORDER_TYPE_NAMES[kind]}`;
  const sender = ({ accounts }: Market) => accounts[OWNERS[kind]];
  return [
    {
      name: `${name} SIGN`,
      setting: "by its owner; the order was never used",
      needs: { writes: [added("the presigner")] },
      play: async ({ market }) =>
        manage(market, kind, await market.ordersOf({ tee: true }), {
          operation: OrderOperation.SIGN,
          sender: sender(market),
        }),
    },
    {
      name: `${name} CLOSE`,
      setting: "by its owner; the order was never used",
      needs: { writes: [added("the consumption")] },
      play: async ({ market }) =>
        manage(market, kind, await market.ordersOf({ tee: true }), {
          operation: OrderOperation.CLOSE,
          sender: sender(market),
        }),
    },
  ];
});

/** Orders on chain. */
export const ORDER_BOOK: readonly Scenario[] = [
  ...BY_KIND,
  {
    name: "manageAppOrder CLOSE, used",
    setting: "by its owner; the order was presigned and matched before",
    needs: { writes: [changed("the consumption")] },
    play: async ({ market }) => {
      const orders = await market.ordersOf({ tee: true });
      const sender = market.accounts.appOwner;
      await manage(market, "app", orders, { operation: OrderOperation.SIGN, sender });
      await market.match(orders);
      return manage(market, "app", orders, { operation: OrderOperation.CLOSE, sender });
    },
  },
  {
    name: "manageAppOrder SIGN, by somebody else",
    setting: "sent by a stranger with the owner's signature; the order was never used",
    needs: { signatures: 1, writes: [added("the presigner")] },
    play: async ({ market }) => {
      const orders = await market.ordersOf({ tee: true });
      const operation = OrderOperation.SIGN;
      const { accounts, system } = market;
      const what = { kind: "app", order: orders.app, operation, domain: system.domain } as const;
      const sign = await signOrderOperation(accounts.appOwner, what);
      return manage(market, "app", orders, { operation, sender: accounts.stranger, sign });
    },
  },
  {
    name: "broadcastRequestOrder",
    setting: "the usual state",
    needs: {},
    play: async ({ market }) => {
      const { request } = await market.ordersOf({ tee: true });
      return market.call(market.hub.connect(market.accounts.requester).broadcastRequestOrder(request));
    },
  },
];
