import { setTimeout as sleep } from "node:timers/promises";

import type { Provider } from "ethers";

import { formatRlc } from "@poco-marketplace/sdk/protocol/amount.js";
import type { Address, DealId, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import { poolStake } from "@poco-marketplace/sdk/protocol/stake.js";
import type { IPoco } from "@poco-marketplace/sdk/typechain.js";
import type { PoolDeal } from "./chainTask.js";
import { dealCost } from "./dealCost.js";
import type { Denial, Denials, Pair } from "./denials.js";
import type { Log } from "../log.js";

/** Why an app cannot be run, in a sentence without its end; nothing if it can, or if nobody can tell now. */
export type InspectApp = (app: Address) => Promise<string | undefined>;

/** What a guard works with. */
export interface GuardParts {
  readonly hub: IPoco;
  readonly provider: Provider;
  /** The account that runs the pool. */
  readonly scheduler: Address;
  readonly denials: Denials;
  /** Looks at apps before work is begun; by default workers find out. */
  readonly inspectApp: InspectApp | undefined;
  /** Somebody was denied, or stake was lost: orders may have to go. */
  readonly onLoss: () => void;
  readonly log: Log;
}

/** How long a task waits for its app to be looked at before it is begun all the same, in milliseconds. */
const INSPECTION_MS = 5_000;

/** Sees to it that a pool's stake is not lost to the same people again. */
export interface StakeGuard {
  /** Why the tasks of a deal are not worked; nothing if they are. Deals without a price put nothing at stake, and always are. */
  refusalOf(deal: PoolDeal): Promise<string | undefined>;
  /** Notes that a task was given up. Returns whether that is news. */
  gaveUp(task: TaskId, deal: PoolDeal, why: { cause: string; isRefused: "yes" | "no" }): Promise<boolean>;
  completed(deal: PoolDeal): Promise<void>;
  /** A boost deal was made with the pool, which serves none. */
  sawBoostDeal(notice: { id: DealId; app: Address }): Promise<void>;
}

/** A guard of the stake of a pool's owner. */
export function openStakeGuard(parts: GuardParts): StakeGuard {
  const { hub, provider, scheduler, denials, inspectApp, onLoss, log } = parts;
  const inspected = new Map<DealId, Promise<string | undefined>>();

  async function inspect(deal: PoolDeal): Promise<string | undefined> {
    await announce(deal);
    const problem = await inspectApp?.(deal.app);
    if (problem === undefined) return undefined;
    tellDenied(await denials.deny(deal, problem));
    // From now on the denial says so, until the owner forgives it.
    inspected.delete(deal.id);
    return problem;
  }

  /** What the inspection of a deal's app found, once for each deal. */
  async function inspectionOf(deal: PoolDeal): Promise<string | undefined> {
    const inspection = inspected.get(deal.id) ?? inspect(deal);
    inspected.set(deal.id, inspection);
    try {
      return await inspection;
    } catch (error) {
      // The chain did not answer, or the database: it is tried again.
      inspected.delete(deal.id);
      throw error;
    }
  }

  /** What a deal can cost the pool, before anything is spent on it. */
  async function announce(deal: PoolDeal): Promise<void> {
    const [{ maxFeePerGas, gasPrice }, callbackGas, coins] = await Promise.all([
      provider.getFeeData(),
      hub.callbackgas(),
      provider.getBalance(scheduler),
    ]);
    const { stake, fees } = dealCost(deal, { callbackGas, feePerGas: maxFeePerGas ?? gasPrice ?? 0n });
    const facts = { deal: deal.id, stakeAtRisk: `${stake}`, feesAtMost: `${fees}` };
    if (coins >= fees) return log.info(facts, "what a deal can cost");
    log.error(
      facts,
      `The pool's owner ${scheduler} has ${coins} wei, and the transactions of deal ${deal.id} may take ${fees}: send it more, ` +
        `or tasks stay undone and up to ${formatRlc(stake)} RLC of its stake go to the kitty.`,
    );
  }

  function tellDenied({ app, requester, until, reason }: Denial): void {
    log.error(
      { app, requester, until: until.toISOString() },
      `Deals of requester ${requester} for app ${app} are not taken until ${until.toISOString()}: ${reason}. Orders that admit ` +
        "them are closed; npm run pool -- denials lists who is denied, and lets them in again.",
    );
    onLoss();
  }

  return {
    async refusalOf(deal) {
      if (deal.price === 0n) return undefined;
      const denial = await denials.of(pairOf(deal));
      if (denial !== undefined) return `its app and requester are denied: ${denial.reason}`;
      // Whoever published the app may answer slowly: other deals do not wait for that.
      return Promise.race([inspectionOf(deal), sleep(INSPECTION_MS, undefined, { ref: false })]);
    },

    async gaveUp(task, deal, { cause, isRefused }) {
      const stake = poolStake(deal.price);
      if (!(await denials.note(task, stake))) return false;
      const claimed = new Date(Number(deal.finalDeadline) * 1000).toISOString();
      log.error(
        { task, deal: deal.id, stake: `${stake}` },
        `Task ${task} is given up: ${cause}. It is claimed from ${claimed} on: its payer has all money back then, and ` +
          `${formatRlc(stake)} RLC of the pool's stake go to the kitty.`,
      );
      if (deal.price === 0n || isRefused === "yes") return true;
      const denial = await denials.countFailure(pairOf(deal), cause);
      if (denial !== undefined) tellDenied(denial);
      else onLoss();
      return true;
    },

    async completed(deal) {
      if (deal.price > 0n) await denials.clear(pairOf(deal));
    },

    async sawBoostDeal({ id, app }) {
      const { requester, workerpoolPrice, botSize, deadline } = await hub.viewDealBoost(id);
      const stake = poolStake(workerpoolPrice) * botSize;
      // It may be gone with its block.
      if (botSize === 0n || !(await denials.note(id, stake))) return;
      const claimed = new Date(Number(deadline) * 1000).toISOString();
      log.error(
        { deal: id, app, requester, tasks: `${botSize}`, stake: `${stake}` },
        `Boost deal ${id} has ${botSize} tasks for this pool, which does no boost deals. Whoever calls claimBoost from ${claimed} ` +
          `on gives its payer all money back, and ${formatRlc(stake)} RLC of the pool's stake to the kitty.`,
      );
      if (workerpoolPrice === 0n) return;
      tellDenied(await denials.deny({ app, requester: requester as Address }, `boost deal ${id}`));
    },
  };
}

function pairOf({ app, requester }: PoolDeal): Pair {
  return { app, requester };
}
