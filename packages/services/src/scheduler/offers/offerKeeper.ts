import { setTimeout as sleep } from "node:timers/promises";

import { ZeroAddress, type BlockTag } from "ethers";

import { decodeRevert } from "@poco-marketplace/sdk/chain/errors/decodeRevert.js";
import type { TransactionSender } from "@poco-marketplace/sdk/chain/nonceManagedSender.js";
import type { MarketClient } from "@poco-marketplace/sdk/client/market.js";
import { formatRlc } from "@poco-marketplace/sdk/protocol/format.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { OrderKind, OrderOperation, type SignedWorkerpoolOrder } from "@poco-marketplace/sdk/protocol/order.js";
import { buildOrder } from "@poco-marketplace/sdk/protocol/orderForm.js";
import { signOrder } from "@poco-marketplace/sdk/protocol/signature.js";
import { poolStake } from "@poco-marketplace/sdk/protocol/stake.js";
import { parseTag } from "@poco-marketplace/sdk/protocol/tag.js";
import { hashOrder, type OrderDomain } from "@poco-marketplace/sdk/protocol/typedData.js";
import { GAS } from "../actions.js";
import type { Workload } from "./capacity.js";
import type { BookedOffer, OfferBook } from "./offerBook.js";
import { OfferTargets, type OfferTargetsOptions, type OfferTerms } from "./offerTargets.js";
import { planOffers, type StandingOffer, type WantedOffer } from "./planOffers.js";
import { Poller } from "./poller.js";

/** What an offer keeper works with. */
export interface OfferKeeperOptions extends OfferTargetsOptions {
  readonly domain: OrderDomain;
  readonly workerpool: Address;
  readonly sender: TransactionSender;
  readonly market: Pick<MarketClient, "openOrders" | "publish">;
  readonly book: OfferBook;
  readonly workload: () => Promise<Workload>;
  /** Milliseconds between updates: 5,000 by default. */
  readonly everyMs: number | undefined;
}

/** An order of the pool's own of which something is left. */
type OpenOffer = StandingOffer & BookedOffer;

/** Milliseconds between updates. */
const EVERY_MS = 5_000;
/** How long workers may be away before the orders that they cannot do are closed, in milliseconds. */
const SURPLUS_MS = 60_000;
/** How long closing orders may take when the pool stops, in milliseconds. */
const CLOSING_MS = 5_000;
/** Enclaves of either kind, as clients ask for them. */
const TAG = parseTag(["tee", "tdx"]);

/**
 * Keeps orders of a pool on the market: as many tasks as its workers can do in time and its escrow covers, for those whom it
 * admits, and not for those whom it denied. Orders that do not fit any more are closed on chain. A market or a node that does
 * not answer is asked again.
 */
export class OfferKeeper {
  readonly #terms: OfferTerms;
  readonly #options: OfferKeeperOptions;
  readonly #targets: OfferTargets;
  readonly #poller: Poller;
  #isStopped = false;
  /** What went wrong at the last update; it is logged once. */
  #lastProblem = "";
  /** Since when there are orders for more than workers can do, on the clock of `performance.now()`. */
  #surplusSince: number | undefined;
  /** Whether the market was seen to have the pool's orders, and none that the pool does not know. */
  #isMarketChecked = false;

  constructor(terms: OfferTerms, options: OfferKeeperOptions) {
    this.#terms = terms;
    this.#options = options;
    this.#targets = new OfferTargets(terms, options);
    this.#poller = new Poller(() => this.#tryUpdate(), options.everyMs ?? EVERY_MS);
  }

  /** Settled when the first update has ended. */
  get firstUpdate(): Promise<void> {
    return this.#poller.firstRun;
  }

  /** Updates the orders now: what may be offered has changed. */
  update(): void {
    this.#poller.trigger();
  }

  /** Stops, and closes the orders at a price on chain, since nobody would do their tasks. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#poller.stop();
    try {
      await within(CLOSING_MS, this.#closePriced());
    } catch (error) {
      this.#options.log.error(
        { reason: error instanceof Error ? error.message : String(error) },
        "Orders at a price stay open while nobody does their tasks: start the scheduler again, or close them.",
      );
    }
  }

  async #tryUpdate(): Promise<void> {
    try {
      await this.#update();
      this.#lastProblem = "";
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      if (problem !== this.#lastProblem) this.#options.log.warn({ problem }, "order update failed; retrying");
      this.#lastProblem = problem;
    }
  }

  async #update(): Promise<void> {
    const workload = await this.#options.workload();
    // Deals that are not counted yet may be of those orders: nothing is signed that could come on top of them.
    if (this.#terms.price > 0n && workload.asOf === undefined) return;
    const standing = await this.#readStanding(workload.asOf);
    const targets = await this.#targets.read();
    const { misfits, surplus, wanted } = planOffers({ ...targets, workload, standing });
    for (const { hash, order } of misfits) await this.#close(order, hash, "it is for what is not offered now");
    await this.#closeSurplus(surplus);
    if (this.#isStopped) return;
    for (const offer of wanted) await this.#sign(offer);
    await this.#publishAll();
    await this.#closeUnknown();
  }

  /** The orders of the book of which something is left on chain. */
  async #readStanding(blockTag: BlockTag = "latest"): Promise<OpenOffer[]> {
    const { hub, book, workerpool } = this.#options;
    const standing: OpenOffer[] = [];
    for (const offer of await book.open(workerpool)) {
      const { hash, order } = offer;
      const consumed = await hub.viewConsumed(hash, { blockTag });
      if (consumed >= order.volume) {
        await book.markClosed(hash);
        continue;
      }
      const { category, workerpoolprice: price, apprestrict: app, requesterrestrict: requester } = order;
      const remaining = order.volume - consumed;
      standing.push({ ...offer, category: Number(category), price, remaining, app, requester });
    }
    return standing;
  }

  async #sign({ category, app, requester, volume }: WantedOffer): Promise<void> {
    const { wallet, domain, workerpool, book } = this.#options;
    const order = buildOrder(OrderKind.WORKERPOOL, {
      workerpool,
      workerpoolprice: this.#terms.price,
      volume,
      tag: TAG,
      category: BigInt(category),
      apprestrict: app,
      requesterrestrict: requester,
    });
    const signed = await signOrder(wallet, { kind: OrderKind.WORKERPOOL, order, domain });
    await book.add(hashOrder(OrderKind.WORKERPOOL, order, domain), signed);
  }

  async #publishAll(): Promise<void> {
    const { market, book, workerpool, log } = this.#options;
    for (const { hash, order, isPublished } of await book.open(workerpool)) {
      if (isPublished && this.#isMarketChecked) continue;
      await market.publish(OrderKind.WORKERPOOL, order);
      await book.markPublished(hash);
      if (isPublished) continue;
      const { category, volume } = order;
      const stake = poolStake(order.workerpoolprice) * volume;
      const facts = { order: hash, category: Number(category), volume: `${volume}` };
      log.info({ ...facts, stakeAtRisk: `${stake}` }, "order published");
    }
  }

  /** Closes unrestricted orders at a price that are not in the book: those of a version that capped none. */
  async #closeUnknown(): Promise<void> {
    if (this.#isMarketChecked) return;
    const { market, book, workerpool, log } = this.#options;
    const known = new Set((await book.open(workerpool)).map(({ hash }) => hash));
    for (const { hash, order, remaining } of await market.openOrders(OrderKind.WORKERPOOL, {
      workerpool,
      app: "any",
      dataset: "any",
      requester: "any",
    })) {
      if (known.has(hash) || order.workerpoolprice === 0n) continue;
      const isRestricted = order.apprestrict !== ZeroAddress || order.requesterrestrict !== ZeroAddress;
      const risk = `${formatRlc(poolStake(order.workerpoolprice) * remaining)} RLC of stake`;
      if (!isRestricted)
        await this.#close(order, hash, `it admits everybody, to ${risk}, and is not of this scheduler`);
      else
        log.warn(
          { order: hash },
          `Order ${hash} is not of this scheduler, and puts ${risk} at risk: close it if you do not mean it.`,
        );
    }
    this.#isMarketChecked = true;
  }

  async #closeSurplus(surplus: readonly OpenOffer[]): Promise<void> {
    if (surplus.length === 0) this.#surplusSince = undefined;
    else this.#surplusSince ??= performance.now();
    if (this.#surplusSince === undefined || performance.now() - this.#surplusSince < SURPLUS_MS) return;
    for (const { hash, order } of surplus)
      await this.#close(order, hash, "the workers that are connected cannot do as much");
  }

  async #closePriced(): Promise<void> {
    for (const { hash, order } of await this.#options.book.open(this.#options.workerpool)) {
      if (order.workerpoolprice > 0n)
        await this.#close(order, hash, "the scheduler stops, and nobody would do its tasks");
    }
  }

  async #close(order: SignedWorkerpoolOrder, hash: BookedOffer["hash"], why: string): Promise<void> {
    const { hub, sender, book, log } = this.#options;
    const operation = { order, operation: OrderOperation.CLOSE, sign: "0x" };
    const data = hub.interface.encodeFunctionData("manageWorkerpoolOrder", [operation]);
    try {
      await sender.send({ to: await hub.getAddress(), data, gasLimit: GAS.other });
    } catch (error) {
      // A deal or the owner may have ended it in between.
      if (decodeRevert(error) === undefined || (await hub.viewConsumed(hash)) < order.volume) throw error;
    }
    await book.markClosed(hash);
    log.info({ order: hash }, `order closed on chain: ${why}`);
  }
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  const timer = new AbortController();
  const expire = async () => {
    await sleep(ms, undefined, { signal: timer.signal });
    throw new Error(`${ms / 1000} s were not enough`);
  };
  try {
    await Promise.race([work, expire()]);
  } finally {
    timer.abort();
  }
}
