import { Wallet, ZeroAddress } from "ethers";

import { Requester } from "@poco-marketplace/cli/demo/actors/Requester.js";
import { taskId, type Address, type DealId, type Hex, type TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import {
  NULL_DATASET_ORDER,
  OrderKind,
  type OrderOf,
  type Signed,
  type SignedDealOrders,
} from "@poco-marketplace/sdk/protocol/order.js";
import { buildOrder, type OrderForm } from "@poco-marketplace/sdk/protocol/orderForm.js";
import { buildParams } from "@poco-marketplace/sdk/protocol/params.js";
import { signOrder } from "@poco-marketplace/sdk/protocol/signature.js";
import { parseTag } from "@poco-marketplace/sdk/protocol/tag.js";
import { hashOrder } from "@poco-marketplace/sdk/protocol/typedData.js";
import { MarketClient } from "@poco-marketplace/sdk/client/market.js";
import type { TaskTerms } from "../judge/money.js";
import type { World } from "./world.js";

/** A deal of a run. */
export interface Deal {
  readonly id: DealId;
  readonly tasks: readonly TaskId[];
  readonly terms: readonly TaskTerms[];
  readonly isTee: boolean;
}

/** An order that the market accepted. */
export interface Published {
  readonly kind: OrderKind;
  readonly hash: Hex;
  readonly volume: bigint;
}

/** The development category, with a clock of 6 seconds. */
const CATEGORY = 5n;
const TEE = parseTag(["tee", "tdx"]);
/** The prices of the assets, in nRLC. */
const PRICES = { app: 11n, dataset: 13n, pool: 1_000n } as const;
const PLENTY = 1_000_000n;

/** Makes deals, and publishes orders. */
export type DealMaker = Awaited<ReturnType<typeof openDealMaker>>;

/** Makes deals with orders that suffice for all runs and are on the market. */
export async function openDealMaker({ network, contracts, provider, assets }: World) {
  const { domain } = contracts;
  const walletOf = (role: string) =>
    new Wallet(network.accounts.find((account) => account.role === role)!.privateKey, provider);
  const [developer, owner] = [walletOf("app developer"), walletOf("data provider")];
  const [pool, requester] = [walletOf("workerpool owner"), walletOf("requester")];
  const buyer = new Requester(contracts, requester);
  const published: Published[] = [];
  let turn: Promise<unknown> = Promise.resolve();

  async function publish<Kind extends OrderKind>(kind: Kind, order: Signed<OrderOf[Kind]>, wallet: Wallet) {
    await new MarketClient(network.market, { chainId: network.chainId, signer: wallet }).publish(kind, order);
    published.push({ kind, hash: hashOrder(kind, order, domain), volume: order.volume });
  }
  const appOrder = (terms: Partial<OrderForm<"app">>) =>
    signOrder(developer, {
      kind: OrderKind.APP,
      order: buildOrder(OrderKind.APP, { app: assets.app, appprice: PRICES.app, ...terms }),
      domain,
    });

  const plainApp = await appOrder({ volume: PLENTY });
  const teeApp = await appOrder({ volume: PLENTY, tag: TEE });
  const dataset = await signOrder(owner, {
    kind: OrderKind.DATASET,
    order: buildOrder(OrderKind.DATASET, { dataset: assets.dataset, datasetprice: PRICES.dataset, volume: PLENTY }),
    domain,
  });
  const workerpool = await signOrder(pool, {
    kind: OrderKind.WORKERPOOL,
    order: buildOrder(OrderKind.WORKERPOOL, {
      workerpool: network.workerpool!,
      workerpoolprice: PRICES.pool,
      volume: PLENTY,
      tag: TEE,
      category: CATEGORY,
      trust: 3n,
    }),
    domain,
  });
  await publish(OrderKind.APP, plainApp, developer);
  await publish(OrderKind.APP, teeApp, developer);
  await publish(OrderKind.DATASET, dataset, owner);
  await publish(OrderKind.WORKERPOOL, workerpool, pool);

  async function make(wish: Partial<OrderForm<"request">>, volume: bigint): Promise<Deal> {
    const isTee = wish.tag === TEE;
    const request = await buyer.ask({
      app: assets.app,
      appmaxprice: PRICES.app,
      workerpoolmaxprice: PRICES.pool,
      category: CATEGORY,
      volume,
      ...wish,
      ...(isTee && { dataset: assets.dataset, datasetmaxprice: PRICES.dataset }),
    });
    await publish(OrderKind.REQUEST, request, requester);
    const orders: SignedDealOrders = isTee
      ? { app: teeApp, dataset, workerpool, request }
      : { app: plainApp, dataset: NULL_DATASET_ORDER, workerpool, request };
    const { dealId } = await buyer.match(orders);
    const tasks = Array.from({ length: Number(volume) }, (_, index) => taskId(dealId, BigInt(index)));
    const ofData = isTee ? [{ seller: owner.address as Address, price: PRICES.dataset }] : [];
    const sellers = [{ seller: developer.address as Address, price: PRICES.app }, ...ofData];
    const price = PRICES.pool + sellers.reduce((sum, each) => sum + each.price, 0n);
    const payer = requester.address as Address;
    return { id: dealId, tasks, isTee, terms: tasks.map((task) => ({ task, payer, price, sellers })) };
  }

  return {
    published,
    /** Makes tasks in enclaves, on data, with secrets, with a result that one account can decrypt. */
    makeSecretDeal(milliseconds: number, volume: bigint): Promise<Deal> {
      const { beneficiary, secretName } = assets;
      const params = buildParams({ args: `${milliseconds}`, secrets: { 1: secretName }, resultEncryption: true });
      return inTurn(() => make({ tag: TEE, params, beneficiary }, volume));
    },
    /** Makes a task that needs a consensus of several workers. */
    makeSharedDeal(milliseconds: number): Promise<Deal> {
      const params = buildParams({ args: `${milliseconds}` });
      return inTurn(() => make({ trust: 2n, params }, 1n));
    },
    /** Publishes another order, which no deal uses. Fails if the market refuses it. */
    async publishAppOrder(volume: bigint): Promise<void> {
      await publish(OrderKind.APP, await appOrder({ volume, appprice: 1_000_000n }), developer);
    },
    /** The consumed volume of an order, according to the hub. */
    consumed: (hash: Hex) => contracts.hub.viewConsumed(hash),
    /** Whether the hub has a deal. */
    isThere: async (id: DealId) => (await contracts.hub.viewDeal(id)).app.pointer !== ZeroAddress,
  };

  function inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const result = turn.then(act);
    turn = result.catch(() => undefined);
    return result;
  }
}
