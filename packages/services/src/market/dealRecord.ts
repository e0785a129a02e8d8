import { ZeroAddress } from "ethers";
import type { Insertable } from "kysely";

import type { ClassicDeal, DealAsset } from "@poco-marketplace/sdk/chain/deals.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import type { FollowedBlock } from "../follower/chainSource.js";
import type { MarketEvent } from "./marketEvents.js";
import type { MarketTables } from "./tables.js";
import { wireNumber } from "./wireNumber.js";

/** The dataset of a deal without one, as the market writes it. */
const NO_DATASET: DealAsset = { address: ZeroAddress as Address, owner: ZeroAddress as Address, price: 0n };

/** Converts a deal to the market's row. */
export function toDealRow(
  { dealId, hashes, volume, log }: Extract<MarketEvent, { what: "matched" }>,
  deal: ClassicDeal,
  block: FollowedBlock,
): Insertable<MarketTables["deal"]> {
  const [appHash, datasetHash, workerpoolHash, requestHash] = hashes;
  const { dataset = NO_DATASET } = deal;
  const details = {
    dealid: dealId,
    app: wireAsset(deal.app),
    dataset: wireAsset(dataset),
    workerpool: wireAsset(deal.workerpool),
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
    params: deal.params ?? "",
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
    app: deal.app.address.toLowerCase(),
    dataset: dataset.address.toLowerCase(),
    workerpool: deal.workerpool.address.toLowerCase(),
    requester: deal.requester.toLowerCase(),
    app_owner: deal.app.owner.toLowerCase(),
    dataset_owner: dataset.owner.toLowerCase(),
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

function wireAsset({ address, owner, price }: DealAsset) {
  return { pointer: address, owner, price: wireNumber(price) };
}
