import { setTimeout as sleep } from "node:timers/promises";

import { isError, ZeroAddress, type BlockTag, type Wallet } from "ethers";

import { decodeRevert } from "@poco-marketplace/sdk/chain/errors.js";
import { readMemberships } from "@poco-marketplace/sdk/chain/matchingFacts.js";
import type { Sender } from "@poco-marketplace/sdk/chain/sender.js";
import { formatRlc } from "@poco-marketplace/sdk/protocol/amount.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { OrderKind, OrderOperation, type SignedWorkerpoolOrder } from "@poco-marketplace/sdk/protocol/order.js";
import { buildOrder } from "@poco-marketplace/sdk/protocol/orderForm.js";
import { signOrder } from "@poco-marketplace/sdk/protocol/signature.js";
import { poolStake } from "@poco-marketplace/sdk/protocol/stake.js";
import { parseTag } from "@poco-marketplace/sdk/protocol/tag.js";
import { hashOrder, type OrderDomain } from "@poco-marketplace/sdk/protocol/typedData.js";
import type { IPoco } from "@poco-marketplace/sdk/typechain.js";
import { GAS } from "../actions.js";
import type { Denials } from "../denials.js";
import type { Log } from "../../log.js";
import type { InspectApp } from "../stakeGuard.js";
import { admissionsOf, admitsPair, type Admission, type AdmissionRule } from "./admission.js";
import type { Workload } from "./capacity.js";
import { lookAgain, type Looking } from "./lookAgain.js";
import type { MarketClient } from "@poco-marketplace/sdk/client/market.js";
import { openNamedApps } from "./namedApps.js";
import type { BookedOffer, OfferBook } from "./offerBook.js";
import { planOffers, type StandingOffer, type WantedOffer } from "./planOffers.js";

/** What a pool offers. */
export interface OfferTerms {
  /** Of a task, in nRLC. */
  readonly price: bigint;
  /** Whose deals are taken. */
  readonly admits: AdmissionRule;
  /** The categories that are offered; all by default. */
  readonly categories?: readonly number[];
  /** The most of the owner's stake, in nRLC, that open offers and deals together may put at risk; all by default. */
  readonly maxStake?: bigint;
  /** So much stake, in nRLC, given up within a day, and nothing is offered: a tenth of what the owner has in escrow by default. */
  readonly maxLoss?: bigint;
}

/** What offers are kept with. */
export interface OfferParts {
  readonly hub: IPoco;
  readonly domain: OrderDomain;
  readonly workerpool: Address;
  /** Of the pool's owner. */
  readonly wallet: Wallet;
  readonly sender: Sender;
  readonly market: MarketClient;
  readonly book: OfferBook;
  readonly denials: Denials;
  readonly workload: () => Promise<Workload>;
  readonly inspectApp: InspectApp | undefined;
  /** Milliseconds between looks: 5,000 by default. */
  readonly everyMs: number | undefined;
  readonly log: Log;
}

/** Offers that are looked after. To stop closes those at a price on chain, since nobody would do their tasks. */
export type KeptOffers = Looking;

/** How often to look, in milliseconds. */
const EVERY = 5_000;
/** How long workers may be away before the orders that they cannot do are closed, in milliseconds. */
const SURPLUS_MS = 60_000;
/** How long closing orders may take when the pool stops, in milliseconds. */
const FAREWELL_MS = 5_000;
/** Enclaves of either kind, as clients ask for them. */
const TAG = parseTag(["tee", "tdx"]);

/**
 * Keeps orders of a pool on the market: as many tasks as its workers can do in time and its escrow covers, for those whom it
 * admits, and not for those whom it denied. Orders that do not fit any more are closed on chain. A market or a node that does
 * not answer is asked again.
 */
export function keepOffers(terms: OfferTerms, parts: OfferParts): KeptOffers {
  const { hub, domain, workerpool, wallet, sender, market, book, denials, inspectApp, everyMs = EVERY, log } = parts;
  const namedApps = inspectApp === undefined ? undefined : openNamedApps(inspectApp, log);
  let isStopped = false;
  let lastProblem = "";
  /** Since when there are orders for more than workers can do, on the clock of `performance.now()`. */
  let surplusSince: number | undefined;
  let isMarketKnown = false;
  /** Whether nothing is offered since too much was lost. */
  let isPaused = false;

  async function look(): Promise<void> {
    try {
      await keep();
      lastProblem = "";
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      if (problem !== lastProblem) log.warn({ problem }, "orders could not be looked after");
      lastProblem = problem;
    }
  }

  async function keep(): Promise<void> {
    const workload = await parts.workload();
    // Deals that are not counted yet may be of those orders: nothing is signed that could come on top of them.
    if (terms.price > 0n && workload.asOf === undefined) return;
    const standing = await readStanding(workload.asOf);
    const targets = await readTargets();
    const { misfits, surplus, wanted } = planOffers({ ...targets, workload, standing });
    for (const { hash, order } of misfits) await close(order, hash, "it is for what is not offered now");
    await closeSurplus(surplus);
    if (isStopped) return;
    for (const offer of wanted) await sign(offer);
    await publishAll();
    await closeUnknown();
  }

  /** The orders of the book of which something is left, by what the chain says. */
  async function readStanding(blockTag: BlockTag = "latest"): Promise<(StandingOffer & BookedOffer)[]> {
    const standing: (StandingOffer & BookedOffer)[] = [];
    for (const offer of await book.open(workerpool)) {
      const { hash, order } = offer;
      const consumed = await hub.viewConsumed(hash, { blockTag });
      if (consumed >= order.volume) {
        await book.over(hash);
        continue;
      }
      const { category, workerpoolprice: price, apprestrict: app, requesterrestrict: requester } = order;
      const remaining = order.volume - consumed;
      standing.push({ ...offer, category: Number(category), price, remaining, app, requester });
    }
    return standing;
  }

  async function readTargets() {
    const count = Number(await hub.countCategory());
    const ids = terms.categories ?? Array.from({ length: count }, (_, id) => id);
    const categories = await Promise.all(
      ids.filter((id) => id < count).map(async (id) => ({ id, clock: (await hub.viewCategory(id)).workClockTimeRef })),
    );
    const [admissions, covered] = await Promise.all([readAdmissions(), readCovered()]);
    return { price: terms.price, categories, admissions, covered };
  }

  /** Whom orders admit now: not an app or a requester that cost the pool its stake. */
  async function readAdmissions(): Promise<Admission[]> {
    const all = admissionsOf(terms.admits);
    if (terms.price === 0n) return all;
    if (await isTooMuchLost()) return [];
    const sound = await Promise.all(all.map(({ app }) => mayName(app)));
    const runnable = all.filter((_, place) => sound[place]);
    const denied = await denials.current();
    if (denied.length === 0) return runnable;
    const questions = runnable.flatMap(({ app, requester }) =>
      denied.flatMap((pair) => [
        { group: app, member: pair.app },
        { group: requester, member: pair.requester },
      ]),
    );
    const groups = questions.filter(({ group, member }) => group !== ZeroAddress && group !== member);
    const memberships = await readMemberships({ hub }, groups);
    return runnable.filter((admission) => !denied.some((pair) => admitsPair(admission, pair, memberships)));
  }

  /** Whether an order may name an app: all may that admit every app or a group of them. */
  async function mayName(app: Address): Promise<boolean> {
    if (namedApps === undefined || app === ZeroAddress) return true;
    const { owner } = await hub.viewApp(app).catch(orNobody);
    return owner === ZeroAddress || namedApps(app);
  }

  /** Whether so much was lost that somebody has to look into it, whoever it was. */
  async function isTooMuchLost(): Promise<boolean> {
    const { stake: lost, until } = await denials.losses();
    const { stake: free, locked } = await hub.viewAccount(wallet.address);
    const most = terms.maxLoss ?? (free + locked) / 10n;
    const isTooMuch = lost > 0n && lost >= most;
    if (isTooMuch && !isPaused) {
      log.error(
        { lost: `${lost}`, most: `${most}` },
        `Within a day ${formatRlc(lost)} RLC of the pool's stake were given up, and ${formatRlc(most)} may be (--max-loss): its orders ` +
          `are closed, and nothing is offered before ${until.toISOString()}.`,
      );
    }
    isPaused = isTooMuch;
    return isTooMuch;
  }

  /** How many tasks the owner's stake and coins are good for; nothing where there is no stake to lose. */
  async function readCovered(): Promise<bigint | undefined> {
    const stake = poolStake(terms.price);
    if (stake === 0n) return undefined;
    const provider = wallet.provider!;
    const [{ stake: free, locked }, coins, { maxFeePerGas, gasPrice }] = await Promise.all([
      hub.viewAccount(wallet.address),
      provider.getBalance(wallet.address),
      provider.getFeeData(),
    ]);
    const fee = maxFeePerGas ?? gasPrice ?? 0n;
    const byStake = least(free, terms.maxStake === undefined ? free : atLeastZero(terms.maxStake - locked)) / stake;
    return fee === 0n ? byStake : least(byStake, coins / (fee * GAS.initialize));
  }

  async function sign({ category, app, requester, volume }: WantedOffer): Promise<void> {
    const order = buildOrder(OrderKind.WORKERPOOL, {
      workerpool,
      workerpoolprice: terms.price,
      volume,
      tag: TAG,
      category: BigInt(category),
      apprestrict: app,
      requesterrestrict: requester,
    });
    const signed = await signOrder(wallet, { kind: OrderKind.WORKERPOOL, order, domain });
    await book.add(hashOrder(OrderKind.WORKERPOOL, order, domain), signed);
  }

  async function publishAll(): Promise<void> {
    for (const { hash, order, isPublished } of await book.open(workerpool)) {
      if (isPublished && isMarketKnown) continue;
      await market.publish(OrderKind.WORKERPOOL, order);
      await book.published(hash);
      if (isPublished) continue;
      const { category, volume } = order;
      const stake = poolStake(order.workerpoolprice) * volume;
      const facts = { order: hash, category: Number(category), volume: `${volume}` };
      log.info({ ...facts, stakeAtRisk: `${stake}` }, "an order was published");
    }
  }

  /** Closes unrestricted orders at a price that this scheduler knows nothing of: those of a version that capped none. */
  async function closeUnknown(): Promise<void> {
    if (isMarketKnown) return;
    const known = new Set((await book.open(workerpool)).map(({ hash }) => hash));
    for (const { hash, order, remaining } of await market.listed(workerpool)) {
      if (known.has(hash) || order.workerpoolprice === 0n) continue;
      const isRestricted = order.apprestrict !== ZeroAddress || order.requesterrestrict !== ZeroAddress;
      const risk = `${formatRlc(poolStake(order.workerpoolprice) * remaining)} RLC of stake`;
      if (!isRestricted) await close(order, hash, `it admits everybody, to ${risk}, and is not of this scheduler`);
      else
        log.warn(
          { order: hash },
          `Order ${hash} is not of this scheduler, and puts ${risk} at risk: close it if you do not mean it.`,
        );
    }
    isMarketKnown = true;
  }

  async function closeSurplus(surplus: readonly (StandingOffer & BookedOffer)[]): Promise<void> {
    if (surplus.length === 0) surplusSince = undefined;
    else surplusSince ??= performance.now();
    if (surplusSince === undefined || performance.now() - surplusSince < SURPLUS_MS) return;
    for (const { hash, order } of surplus) await close(order, hash, "the workers that are connected cannot do as much");
  }

  async function close(order: SignedWorkerpoolOrder, hash: BookedOffer["hash"], why: string): Promise<void> {
    const operation = { order, operation: OrderOperation.CLOSE, sign: "0x" };
    const data = hub.interface.encodeFunctionData("manageWorkerpoolOrder", [operation]);
    try {
      await sender.send({ to: await hub.getAddress(), data, gasLimit: GAS.other });
    } catch (error) {
      // A deal or the owner may have ended it in between.
      if (decodeRevert(error) === undefined || (await hub.viewConsumed(hash)) < order.volume) throw error;
    }
    await book.over(hash);
    log.info({ order: hash }, `an order was closed on chain: ${why}`);
  }

  async function closePriced(): Promise<void> {
    for (const { hash, order } of await book.open(workerpool)) {
      if (order.workerpoolprice > 0n) await close(order, hash, "the scheduler stops, and nobody would do its tasks");
    }
  }

  const looking = lookAgain(look, everyMs);
  return {
    looked: looking.looked,
    touch: () => looking.touch(),
    async stop() {
      isStopped = true;
      await looking.stop();
      try {
        await within(FAREWELL_MS, closePriced());
      } catch (error) {
        const sentence =
          "Orders at a price stay open while nobody does their tasks: start the scheduler again, or close them.";
        log.error({ reason: error instanceof Error ? error.message : String(error) }, sentence);
      }
    },
  };
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  const time = new AbortController();
  const late = async () => {
    await sleep(ms, undefined, { signal: time.signal });
    throw new Error(`${ms / 1000} s were not enough`);
  };
  try {
    await Promise.race([work, late()]);
  } finally {
    time.abort();
  }
}

/** What is no app has no owner. */
function orNobody(error: unknown): { owner: string } {
  if (decodeRevert(error) === undefined && !isError(error, "BAD_DATA")) throw error;
  return { owner: ZeroAddress };
}

function least(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}

function atLeastZero(amount: bigint): bigint {
  return amount > 0n ? amount : 0n;
}
