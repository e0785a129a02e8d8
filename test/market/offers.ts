import { expect } from "chai";

import {
  hashOrder,
  type Address,
  type Hex,
  type OrderKind,
  type OrderOf,
  type Signed,
  type SignedDealOrders,
} from "@poco-marketplace/sdk/protocol/index.js";
import type { MarketPlace } from "./marketPlace.js";

/** Four orders that fit, for ever larger volumes from the request on, of whom the assets of a market place belong to. */
export function offersAt(place: MarketPlace) {
  const { assets, accounts } = place;
  const owners = {
    app: accounts.appProvider,
    dataset: accounts.datasetProvider,
    workerpool: accounts.scheduler,
    request: accounts.requester,
  };
  const { app, dataset, workerpool } = assets;
  const offer = {
    app: () => place.sign("app", owners.app, { app, appprice: 3, volume: 10 }),
    dataset: () => place.sign("dataset", owners.dataset, { dataset, volume: 9 }),
    workerpool: () => place.sign("workerpool", owners.workerpool, { workerpool, workerpoolprice: 1_000, volume: 8 }),
    request: () => {
      const requester = owners.request.address as Address;
      const terms = { app, dataset, appmaxprice: 3, workerpoolmaxprice: 1_000, requester, volume: 4 };
      return place.sign("request", owners.request, terms);
    },
  };

  /** One that is in the book. */
  async function published<Kind extends OrderKind>(kind: Kind): Promise<{ order: Signed<OrderOf[Kind]>; hash: Hex }> {
    const order = (await offer[kind]()) as unknown as Signed<OrderOf[Kind]>;
    const { status, body } = await place.publish(owners[kind], kind, order);
    expect(status, body.error).to.equal(200);
    return { order, hash: hashOrder(kind, order, place.contracts.domain) };
  }

  return {
    owners,
    offer,
    published,
    /** All four, in the book. */
    async fourOrders() {
      const four = {
        app: await published("app"),
        dataset: await published("dataset"),
        workerpool: await published("workerpool"),
        request: await published("request"),
      };
      const orders: SignedDealOrders = {
        app: four.app.order,
        dataset: four.dataset.order,
        workerpool: four.workerpool.order,
        request: four.request.order,
      };
      const hashes: Record<OrderKind, Hex> = {
        app: four.app.hash,
        dataset: four.dataset.hash,
        workerpool: four.workerpool.hash,
        request: four.request.hash,
      };
      return { orders, hashes };
    },
    match({ app: a, dataset: d, workerpool: w, request: r }: SignedDealOrders) {
      return place.poco.connect(accounts.anyone).matchOrders(a, d, w, r);
    },
  };
}
