import { ZeroAddress } from "ethers";
import type { Insertable } from "kysely";

import type { Contracts } from "@poco-marketplace/sdk/chain/contracts.js";
import type { FollowedBlock } from "../follower/chainSource.js";
import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import type { BoostNotice, MarketEvent } from "./marketEvents.js";
import { readableText } from "./readableText.js";
import type { MarketTables } from "./tables.js";
import { wireNumber } from "./wireNumber.js";

/** An asset in a deal, with its price in nRLC per task. */
interface DealPart {
  readonly pointer: string;
  readonly owner: string;
  readonly price: bigint;
}

/** The hub's record of a deal, in the names of the wire. */
export interface DealFacts {
  readonly app: DealPart;
  readonly dataset: DealPart;
  readonly workerpool: DealPart;
  readonly trust: bigint;
  readonly category: bigint;
  readonly tag: string;
  readonly requester: string;
  readonly beneficiary: string;
  readonly callback: string;
  /** Empty where the requester wrote bytes that are not UTF-8. */
  readonly params: string;
  /** In unix seconds. */
  readonly startTime: bigint;
  readonly botFirst: bigint;
  readonly botSize: bigint;
  /** In nRLC. */
  readonly workerStake: bigint;
  /** In percent. */
  readonly schedulerRewardRatio: bigint;
  readonly sponsor: string;
}

/** A deal that the hub announced and does not know: the node follows another fork now, or is behind. */
export class DealMissingError extends Error {
  override readonly name = "DealMissingError";

  constructor(dealId: Hex) {
    super(`The hub announced deal ${dealId}, but does not know of it now: it is asked again.`);
  }
}

/**
 * Reads the hub's record of a deal, classic or boost.
 *
 * @param notice - The contents of its log, if it is a boost deal.
 * @throws {@link DealMissingError}
 */
export async function readDealFacts(hub: Contracts["hub"], dealId: Hex, notice?: BoostNotice): Promise<DealFacts> {
  if (notice !== undefined) return readBoostDeal(hub, notice);
  const deal = await hub.viewDeal(dealId);
  if (deal.app.pointer === ZeroAddress) throw new DealMissingError(dealId);
  return {
    app: deal.app,
    dataset: deal.dataset,
    workerpool: deal.workerpool,
    trust: deal.trust,
    category: deal.category,
    tag: deal.tag,
    requester: deal.requester,
    beneficiary: deal.beneficiary,
    callback: deal.callback,
    params: readableText(() => deal.params),
    startTime: deal.startTime,
    botFirst: deal.botFirst,
    botSize: deal.botSize,
    workerStake: deal.workerStake,
    schedulerRewardRatio: deal.schedulerRewardRatio,
    sponsor: deal.sponsor,
  };
}

/** Reads a boost deal in the shape of a classic one. Its workers stake nothing, and its trust is 1. */
async function readBoostDeal(hub: Contracts["hub"], notice: BoostNotice): Promise<DealFacts> {
  const deal = await hub.viewDealBoost(notice.dealId);
  if (deal.deadline === 0n) throw new DealMissingError(notice.dealId);
  const { workClockTimeRef } = await hub.viewCategory(notice.category);
  const price = deal.workerpoolPrice;
  return {
    app: { pointer: notice.app, owner: deal.appOwner, price: deal.appPrice },
    dataset: { pointer: notice.dataset, owner: deal.datasetOwner, price: deal.datasetPrice },
    workerpool: { pointer: notice.workerpool, owner: deal.workerpoolOwner, price },
    trust: 1n,
    category: notice.category,
    tag: notice.tag,
    requester: deal.requester,
    beneficiary: notice.beneficiary,
    callback: deal.callback,
    params: notice.params,
    startTime: deal.deadline - 7n * workClockTimeRef,
    botFirst: deal.botFirst,
    botSize: deal.botSize,
    workerStake: 0n,
    // The reward was rounded down, so this may be 1 too much where the price is below 100 nRLC.
    schedulerRewardRatio: price === 0n ? 0n : ((price - deal.workerReward) * 100n) / price,
    sponsor: deal.sponsor,
  };
}

/** Converts a deal to the market's row. */
export function toDealRow(
  { dealId, hashes, volume, log }: Extract<MarketEvent, { what: "matched" }>,
  deal: DealFacts,
  block: FollowedBlock,
): Insertable<MarketTables["deal"]> {
  const [appHash, datasetHash, workerpoolHash, requestHash] = hashes;
  const details = {
    dealid: dealId,
    app: wireResource(deal.app),
    dataset: wireResource(deal.dataset),
    workerpool: wireResource(deal.workerpool),
    appHash,
    datasetHash,
    workerpoolHash,
    requestHash,
    trust: wireNumber(deal.trust),
    category: wireNumber(deal.category),
    tag: deal.tag,
    requester: deal.requester,
    beneficiary: deal.beneficiary,
    callback: deal.callback,
    params: deal.params,
    startTime: wireNumber(deal.startTime),
    botFirst: wireNumber(deal.botFirst),
    botSize: wireNumber(deal.botSize),
    workerStake: wireNumber(deal.workerStake),
    schedulerRewardRatio: wireNumber(deal.schedulerRewardRatio),
    sponsor: deal.sponsor,
    volume: wireNumber(volume),
    blockNumber: block.number,
  };
  return {
    id: dealId,
    block: block.number,
    log,
    app: deal.app.pointer.toLowerCase(),
    dataset: deal.dataset.pointer.toLowerCase(),
    workerpool: deal.workerpool.pointer.toLowerCase(),
    requester: deal.requester.toLowerCase(),
    app_owner: deal.app.owner.toLowerCase(),
    dataset_owner: deal.dataset.owner.toLowerCase(),
    workerpool_owner: deal.workerpool.owner.toLowerCase(),
    app_hash: appHash,
    dataset_hash: datasetHash,
    workerpool_hash: workerpoolHash,
    request_hash: requestHash,
    volume,
    category: deal.category,
    workerpool_price: deal.workerpool.price,
    started_at: Number(deal.startTime),
    details: JSON.stringify(details),
  };
}

function wireResource({ pointer, owner, price }: DealPart) {
  return { pointer, owner, price: wireNumber(price) };
}
