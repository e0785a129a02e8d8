import { ZeroAddress } from "ethers";

import type { IPoco } from "../../../../typechain-types/index.js";
import type { Address, DealId } from "../protocol/ids.js";
import type { Tag } from "../protocol/tag.js";
import { readChainText } from "./chainText.js";

/** An asset of a deal: its owner when the deal was made, and its price in nRLC per task. */
export interface DealAsset {
  readonly address: Address;
  readonly owner: Address;
  readonly price: bigint;
}

/** A classic deal as the hub recorded it. */
export interface ClassicDeal {
  readonly id: DealId;
  readonly app: DealAsset;
  /** Undefined for a deal without a dataset. */
  readonly dataset: DealAsset | undefined;
  readonly workerpool: DealAsset;
  readonly trust: bigint;
  readonly category: bigint;
  readonly tag: Tag;
  readonly requester: Address;
  readonly beneficiary: Address;
  /** The contract that gets the results; the zero address for none. */
  readonly callback: Address;
  /** The requester's params; undefined where their bytes are not UTF-8, so that nobody takes them for none. */
  readonly params: string | undefined;
  /** Unix seconds. */
  readonly startTime: bigint;
  /** The index of the first task. */
  readonly botFirst: bigint;
  /** The number of tasks. */
  readonly botSize: bigint;
  /** The stake of each worker per task, in nRLC. */
  readonly workerStake: bigint;
  /** The scheduler's share of the workerpool's price, in percent. */
  readonly schedulerRewardRatio: bigint;
  /** The account that paid for the deal. */
  readonly sponsor: Address;
}

/**
 * Reads a classic deal at the latest block; undefined where the hub has none with that id.
 *
 * @param id - The id of the deal. Boost deals have their own view, `viewDealBoost`.
 * @example
 * ```ts
 * const id = dealId(hashOrder("request", orders.request, contracts.domain), 0n);
 * await readClassicDeal(contracts.hub, id); // → undefined
 * await sendAndWait(contracts.hub.matchOrders(orders.app, orders.dataset, orders.workerpool, orders.request));
 * const deal = await readClassicDeal(contracts.hub, id);
 * deal?.app.address === orders.app.app; // → true
 * ```
 */
export async function readClassicDeal(hub: IPoco, id: DealId): Promise<ClassicDeal | undefined> {
  const deal = await hub.viewDeal(id);
  if (deal.app.pointer === ZeroAddress) return undefined;
  return {
    id,
    app: assetOf(deal.app),
    dataset: deal.dataset.pointer === ZeroAddress ? undefined : assetOf(deal.dataset),
    workerpool: assetOf(deal.workerpool),
    trust: deal.trust,
    category: deal.category,
    tag: deal.tag as Tag,
    requester: deal.requester as Address,
    beneficiary: deal.beneficiary as Address,
    callback: deal.callback as Address,
    params: readChainText(() => deal.params),
    startTime: deal.startTime,
    botFirst: deal.botFirst,
    botSize: deal.botSize,
    workerStake: deal.workerStake,
    schedulerRewardRatio: deal.schedulerRewardRatio,
    sponsor: deal.sponsor as Address,
  };
}

function assetOf({ pointer, owner, price }: { pointer: string; owner: string; price: bigint }): DealAsset {
  return { address: pointer as Address, owner: owner as Address, price };
}
