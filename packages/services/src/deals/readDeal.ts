import { ZeroAddress } from "ethers";

import { readClassicDeal, type ClassicDeal } from "@poco-marketplace/sdk/chain/deals.js";
import type { Address, DealId } from "@poco-marketplace/sdk/protocol/ids.js";
import type { IPoco } from "@poco-marketplace/sdk/typechain.js";
import type { BoostNotice } from "./boostNotice.js";

/** A deal that the hub announced and does not have: the node follows another fork now, or is behind. */
export class DealMissingError extends Error {
  override readonly name = "DealMissingError";

  constructor(dealId: DealId) {
    super(`The hub announced deal ${dealId}, but does not have it now: it is asked again.`);
  }
}

/**
 * Reads the hub's record of a deal, classic or boost, in the shape of a classic one.
 *
 * @param notice - The contents of its log, if it is a boost deal.
 * @throws {@link DealMissingError}
 */
export async function readDeal(hub: IPoco, id: DealId, notice?: BoostNotice): Promise<ClassicDeal> {
  const deal = await (notice === undefined ? readClassicDeal(hub, id) : readBoostDeal(hub, notice));
  if (deal === undefined) throw new DealMissingError(id);
  return deal;
}

/** Reads a boost deal. Its workers stake nothing, and its trust is 1. */
async function readBoostDeal(hub: IPoco, notice: BoostNotice): Promise<ClassicDeal | undefined> {
  const { dealId: id, app, dataset, workerpool, category, tag, params, beneficiary } = notice;
  const deal = await hub.viewDealBoost(id);
  if (deal.deadline === 0n) return undefined;
  const { workClockTimeRef } = await hub.viewCategory(category);
  const price = deal.workerpoolPrice;
  return {
    id,
    app: { address: app, owner: deal.appOwner as Address, price: deal.appPrice },
    dataset:
      dataset === ZeroAddress
        ? undefined
        : { address: dataset, owner: deal.datasetOwner as Address, price: deal.datasetPrice },
    workerpool: { address: workerpool, owner: deal.workerpoolOwner as Address, price },
    trust: 1n,
    category,
    tag,
    requester: deal.requester as Address,
    beneficiary,
    callback: deal.callback as Address,
    params,
    startTime: deal.deadline - 7n * workClockTimeRef,
    botFirst: deal.botFirst,
    botSize: deal.botSize,
    workerStake: 0n,
    // The reward was rounded down, so this may be 1 too much where the price is below 100 nRLC.
    schedulerRewardRatio: price === 0n ? 0n : ((price - deal.workerReward) * 100n) / price,
    sponsor: deal.sponsor as Address,
  };
}
