import { setTimeout as sleep } from "node:timers/promises";

import type { Provider } from "ethers";

import { formatRlc } from "@poco-marketplace/sdk/protocol/format.js";
import type { Address, DealId, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import { poolStake } from "@poco-marketplace/sdk/protocol/stake.js";
import type { IPoco } from "@poco-marketplace/sdk/typechain.js";
import type { PoolDeal } from "./chainTask.js";
import { dealCost } from "./dealCost.js";
import type { DenialRecords, Denials, Pair, PairDenial } from "./denials.js";
import type { BoostDealNotice } from "./poolEvents.js";
import type { Log } from "../log.js";

/** Why an app cannot be run, in a sentence without its end; nothing if it can, or if nobody can tell now. */
export type InspectApp = (app: Address) => Promise<string | undefined>;

/** What a stake guard works with. */
export interface StakeGuardOptions {
  readonly hub: IPoco;
  readonly provider: Provider;
  /** The account that runs the pool. */
  readonly scheduler: Address;
  readonly denials: Denials;
  /** Looks at apps before work is begun; by default workers find out. */
  readonly inspectApp: InspectApp | undefined;
  /** Called when an app and a requester were denied or stake was lost: orders may have to be closed. */
  readonly onLoss: () => void;
  readonly log: Log;
}

/** How long a task waits for its app to be inspected before it is begun all the same, in milliseconds. */
const INSPECTION_MS = 5_000;

/** Keeps the stake of a pool's owner from being lost to the same people again. */
export class StakeGuard {
  readonly #options: StakeGuardOptions;
  /** What inspections of the deals' apps found, or will. */
  readonly #inspections = new Map<DealId, Promise<string | undefined>>();

  constructor(options: StakeGuardOptions) {
    this.#options = options;
  }

  /** Why the tasks of a deal are not worked; nothing if they are. Deals without a price put nothing at stake, and always are. */
  async refusalOf(deal: PoolDeal): Promise<string | undefined> {
    if (deal.price === 0n) return undefined;
    const denial = await this.#options.denials.of(pairOf(deal));
    if (denial !== undefined) return `its app and requester are denied: ${denial.reason}`;
    // Whoever published the app may answer slowly: other deals do not wait for that.
    return Promise.race([this.#inspectionOf(deal), sleep(INSPECTION_MS, undefined, { ref: false })]);
  }

  /** Records that a task was given up after it was tried. Returns whether that is news. */
  async gaveUp(task: TaskId, deal: PoolDeal, cause: string): Promise<boolean> {
    const isPaid = deal.price > 0n;
    const added = await this.#addLoss(task, poolStake(deal.price), async (records) =>
      isPaid ? records.countFailure(pairOf(deal), cause) : undefined,
    );
    if (added === undefined) return false;
    this.#logLoss(task, deal, cause);
    if (added.denial !== undefined) this.#announceDenial(added.denial);
    else if (isPaid) this.#options.onLoss();
    return true;
  }

  /** Records that a task is not tried, since its deal is refused. Returns whether that is news. */
  async refused(task: TaskId, deal: PoolDeal, cause: string): Promise<boolean> {
    const isNews = await this.#options.denials.addLoss(task, poolStake(deal.price));
    if (isNews) this.#logLoss(task, deal, cause);
    return isNews;
  }

  async completed(deal: PoolDeal): Promise<void> {
    if (deal.price > 0n) await this.#options.denials.clear(pairOf(deal));
  }

  /** Records a boost deal that was made with the pool, which serves none. */
  async sawBoostDeal({ id, app }: BoostDealNotice): Promise<void> {
    const { hub, log } = this.#options;
    const { requester, workerpoolPrice, botSize, deadline } = await hub.viewDealBoost(id);
    // It may be gone with its block.
    if (botSize === 0n) return;
    const stake = poolStake(workerpoolPrice) * botSize;
    const pair = { app, requester: requester as Address };
    const added = await this.#addLoss(id, stake, async (records) =>
      workerpoolPrice > 0n ? records.deny(pair, `boost deal ${id}`) : undefined,
    );
    if (added === undefined) return;
    const claimed = new Date(Number(deadline) * 1000).toISOString();
    log.error(
      { deal: id, app, requester, tasks: `${botSize}`, stake: `${stake}` },
      `Boost deal ${id} has ${botSize} tasks for this pool, which does no boost deals. Whoever calls claimBoost from ${claimed} ` +
        `on gives its payer all money back, and ${formatRlc(stake)} RLC of the pool's stake to the kitty.`,
    );
    if (added.denial !== undefined) this.#announceDenial(added.denial);
  }

  /**
   * Records a loss together with the denial that follows from it, if one does: a loss counts once, so that nothing could
   * follow from it later.
   *
   * @returns Nothing if the loss was recorded before.
   */
  #addLoss(
    id: string,
    stake: bigint,
    follow: (records: DenialRecords) => Promise<PairDenial | undefined>,
  ): Promise<{ readonly denial: PairDenial | undefined } | undefined> {
    return this.#options.denials.together(async (records) =>
      (await records.addLoss(id, stake)) ? { denial: await follow(records) } : undefined,
    );
  }

  #logLoss(task: TaskId, deal: PoolDeal, cause: string): void {
    const stake = poolStake(deal.price);
    const claimed = new Date(Number(deal.finalDeadline) * 1000).toISOString();
    this.#options.log.error(
      { task, deal: deal.id, stake: `${stake}` },
      `Task ${task} is given up: ${cause}. It is claimed from ${claimed} on: its payer has all money back then, and ` +
        `${formatRlc(stake)} RLC of the pool's stake go to the kitty.`,
    );
  }

  /** What the inspection of a deal's app found, once for each deal. */
  async #inspectionOf(deal: PoolDeal): Promise<string | undefined> {
    const inspection = this.#inspections.get(deal.id) ?? this.#inspect(deal);
    this.#inspections.set(deal.id, inspection);
    try {
      return await inspection;
    } catch (error) {
      // The chain did not answer, or the database: it is tried again.
      this.#inspections.delete(deal.id);
      throw error;
    }
  }

  async #inspect(deal: PoolDeal): Promise<string | undefined> {
    await this.#logCost(deal);
    const problem = await this.#options.inspectApp?.(deal.app);
    if (problem === undefined) return undefined;
    this.#announceDenial(await this.#options.denials.deny(deal, problem));
    // From now on the denial says so, until the owner removes it.
    this.#inspections.delete(deal.id);
    return problem;
  }

  /** Logs what a deal can cost the pool, before anything is spent on it. */
  async #logCost(deal: PoolDeal): Promise<void> {
    const { hub, provider, scheduler, log } = this.#options;
    const [{ maxFeePerGas, gasPrice }, callbackGas, coins] = await Promise.all([
      provider.getFeeData(),
      hub.callbackgas(),
      provider.getBalance(scheduler),
    ]);
    const { stake, fees } = dealCost(deal, { callbackGas, feePerGas: maxFeePerGas ?? gasPrice ?? 0n });
    const facts = { deal: deal.id, stakeAtRisk: `${stake}`, feesAtMost: `${fees}` };
    if (coins >= fees) return log.info(facts, "deal cost estimated");
    log.error(
      facts,
      `The pool's owner ${scheduler} has ${coins} wei, and the transactions of deal ${deal.id} may take ${fees}: send it more, ` +
        `or tasks stay undone and up to ${formatRlc(stake)} RLC of its stake go to the kitty.`,
    );
  }

  #announceDenial({ app, requester, until, reason }: PairDenial): void {
    this.#options.log.error(
      { app, requester, until: until.toISOString() },
      `Deals of requester ${requester} for app ${app} are not taken until ${until.toISOString()}: ${reason}. Orders that admit ` +
        "them are closed; poco pool denials lists who is denied, and poco pool forgive admits them again.",
    );
    this.#options.onLoss();
  }
}

function pairOf({ app, requester }: PoolDeal): Pair {
  return { app, requester };
}
