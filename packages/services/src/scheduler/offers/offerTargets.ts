import { isError, ZeroAddress, type Wallet } from "ethers";

import { decodeRevert } from "@poco-marketplace/sdk/chain/errors/decodeRevert.js";
import { readMemberships } from "@poco-marketplace/sdk/chain/matchingFacts.js";
import { formatRlc } from "@poco-marketplace/sdk/protocol/format.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { poolStake } from "@poco-marketplace/sdk/protocol/stake.js";
import type { IPoco } from "@poco-marketplace/sdk/typechain.js";
import type { Log } from "../../log.js";
import { GAS } from "../actions.js";
import type { Denials } from "../denials.js";
import type { InspectApp } from "../stakeGuard.js";
import { admissionsOf, admitsPair, type Admission, type AdmissionRule } from "./admission.js";
import { openNamedApps } from "./namedApps.js";
import type { OfferSituation, StandingOffer } from "./planOffers.js";

/** What a pool offers. */
export interface OfferTerms {
  /** The price of a task, in nRLC. */
  readonly price: bigint;
  /** The apps and requesters whose deals are accepted. */
  readonly admits: AdmissionRule;
  /** The categories that are offered; all by default. */
  readonly categories?: readonly number[];
  /** The most of the owner's stake, in nRLC, that open offers and deals together may put at risk; all by default. */
  readonly maxStake?: bigint;
  /** Stake in nRLC which, when given up within a day, ends all offers: a tenth of what the owner has in escrow by default. */
  readonly maxLoss?: bigint;
}

/** What the targets of offers are read from. */
export interface OfferTargetsOptions {
  readonly hub: IPoco;
  /** Of the pool's owner. */
  readonly wallet: Wallet;
  readonly denials: Denials;
  readonly inspectApp: InspectApp | undefined;
  readonly log: Log;
}

/** What a pool may offer now: to whom, and how much of it the owner's means cover. */
export class OfferTargets {
  readonly #terms: OfferTerms;
  readonly #options: OfferTargetsOptions;
  readonly #namedApps: ((app: Address) => Promise<boolean>) | undefined;
  /** Whether nothing is offered since too much was lost. */
  #isPaused = false;

  constructor(terms: OfferTerms, options: OfferTargetsOptions) {
    this.#terms = terms;
    this.#options = options;
    const { inspectApp, log } = options;
    this.#namedApps = inspectApp === undefined ? undefined : openNamedApps(inspectApp, log);
  }

  async read(): Promise<Pick<OfferSituation<StandingOffer>, "price" | "categories" | "admissions" | "covered">> {
    const { hub } = this.#options;
    const { price } = this.#terms;
    const count = Number(await hub.countCategory());
    const ids = this.#terms.categories ?? Array.from({ length: count }, (_, id) => id);
    const categories = await Promise.all(
      ids.filter((id) => id < count).map(async (id) => ({ id, clock: (await hub.viewCategory(id)).workClockTimeRef })),
    );
    const [admissions, covered] = await Promise.all([this.#readAdmissions(), this.#readCovered()]);
    return { price, categories, admissions, covered };
  }

  /** Whom orders admit now: not an app or a requester that cost the pool its stake. */
  async #readAdmissions(): Promise<Admission[]> {
    const all = admissionsOf(this.#terms.admits);
    if (this.#terms.price === 0n) return all;
    if (await this.#isTooMuchLost()) return [];
    const mayBeNamed = await Promise.all(all.map(({ app }) => this.#mayBeNamed(app)));
    return this.#withoutDenied(all.filter((_, place) => mayBeNamed[place]));
  }

  async #withoutDenied(admissions: readonly Admission[]): Promise<Admission[]> {
    const { hub, denials } = this.#options;
    const denied = await denials.current();
    if (denied.length === 0) return [...admissions];
    const questions = admissions.flatMap(({ app, requester }) =>
      denied.flatMap((pair) => [
        { group: app, member: pair.app },
        { group: requester, member: pair.requester },
      ]),
    );
    const groups = questions.filter(({ group, member }) => group !== ZeroAddress && group !== member);
    const memberships = await readMemberships({ hub }, groups);
    return admissions.filter((admission) => !denied.some((pair) => admitsPair(admission, pair, memberships)));
  }

  /** Whether an order may name an app: all may that admit every app or a group of them. */
  async #mayBeNamed(app: Address): Promise<boolean> {
    if (this.#namedApps === undefined || app === ZeroAddress) return true;
    const { owner } = await this.#options.hub.viewApp(app).catch(orNoOwner);
    return owner === ZeroAddress || this.#namedApps(app);
  }

  /** Whether so much stake was lost, to whomever, that the operator has to look into it. */
  async #isTooMuchLost(): Promise<boolean> {
    const { hub, wallet, denials, log } = this.#options;
    const { stake: lost, until } = await denials.losses();
    const { stake: free, locked } = await hub.viewAccount(wallet.address);
    const most = this.#terms.maxLoss ?? (free + locked) / 10n;
    const isTooMuch = lost > 0n && lost >= most;
    if (isTooMuch && !this.#isPaused) {
      log.error(
        { lost: `${lost}`, most: `${most}` },
        `Within a day ${formatRlc(lost)} RLC of the pool's stake were given up, and ${formatRlc(most)} may be (--max-loss): its orders ` +
          `are closed, and nothing is offered before ${until.toISOString()}.`,
      );
    }
    this.#isPaused = isTooMuch;
    return isTooMuch;
  }

  /** How many tasks the owner's stake and coins cover; nothing where there is no stake to lose. */
  async #readCovered(): Promise<bigint | undefined> {
    const stake = poolStake(this.#terms.price);
    if (stake === 0n) return undefined;
    const { hub, wallet } = this.#options;
    const provider = wallet.provider!;
    const [{ stake: free, locked }, coins, { maxFeePerGas, gasPrice }] = await Promise.all([
      hub.viewAccount(wallet.address),
      provider.getBalance(wallet.address),
      provider.getFeeData(),
    ]);
    const fee = maxFeePerGas ?? gasPrice ?? 0n;
    const { maxStake } = this.#terms;
    const byStake = least(free, maxStake === undefined ? free : atLeastZero(maxStake - locked)) / stake;
    return fee === 0n ? byStake : least(byStake, coins / (fee * GAS.initialize));
  }
}

/** An address that is no app has no owner. */
function orNoOwner(error: unknown): { owner: string } {
  if (decodeRevert(error) === undefined && !isError(error, "BAD_DATA")) throw error;
  return { owner: ZeroAddress };
}

function least(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}

function atLeastZero(amount: bigint): bigint {
  return amount > 0n ? amount : 0n;
}
