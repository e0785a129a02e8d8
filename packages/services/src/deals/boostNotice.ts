import type { Result } from "ethers";

import { readChainText } from "@poco-marketplace/sdk/chain/chainText.js";
import type { Address, DealId } from "@poco-marketplace/sdk/protocol/ids.js";
import type { Tag } from "@poco-marketplace/sdk/protocol/tag.js";

/** The facts about a boost deal that only its log has. */
export interface BoostNotice {
  readonly dealId: DealId;
  readonly workerpool: Address;
  readonly app: Address;
  /** The zero address for none. */
  readonly dataset: Address;
  readonly category: bigint;
  readonly tag: Tag;
  /** The requester's params; undefined where their bytes are not UTF-8. */
  readonly params: string | undefined;
  readonly beneficiary: Address;
}

/** Reads the arguments of an event `SchedulerNoticeBoost`. */
export function readBoostNotice(args: Result): BoostNotice {
  return {
    dealId: args["dealId"] as DealId,
    workerpool: args["workerpool"] as Address,
    app: args["app"] as Address,
    dataset: args["dataset"] as Address,
    category: args["category"] as bigint,
    tag: args["tag"] as Tag,
    params: readChainText(() => args["params"] as string),
    beneficiary: args["beneficiary"] as Address,
  };
}
