import { toBeHex } from "ethers";

import { AppRegistry__factory, IPoco__factory } from "@poco-marketplace/sdk/typechain.js";
import type { FollowedLog } from "../follower/chainSource.js";
import type { DealId } from "@poco-marketplace/sdk/protocol/ids.js";
import { readBoostNotice, type BoostNotice } from "../deals/boostNotice.js";

/** An event on chain that changes the book. Hashes and addresses are in lower case. */
export type MarketEvent = { readonly log: number } & (
  | {
      readonly what: "matched";
      readonly dealId: DealId;
      /** The hashes of the app order, dataset order (zero for none), workerpool order and request order. */
      readonly hashes: readonly [string, string, string, string];
      readonly volume: bigint;
    }
  | { readonly what: "boosted"; readonly notice: BoostNotice }
  | { readonly what: "closed" | "presigned"; readonly hash: string }
  | { readonly what: "sold"; readonly asset: string; readonly owner: string }
  | { readonly what: "paid"; readonly from: string; readonly to: string; readonly amount: bigint }
);

const HUB = IPoco__factory.createInterface();
const REGISTRY = AppRegistry__factory.createInterface();

/** Decodes the logs of the hub and, from any other address, of registries. Other logs are left out. */
export function readMarketEvents(hub: string, logs: readonly FollowedLog[]): MarketEvent[] {
  return logs
    .map((log) => (log.address.toLowerCase() === hub.toLowerCase() ? hubEvent(log) : registryEvent(log)))
    .filter((event) => event !== undefined);
}

function hubEvent(log: FollowedLog): MarketEvent | undefined {
  const parsed = HUB.parseLog({ topics: [...log.topics], data: log.data });
  if (parsed === null) return undefined;
  const { args } = parsed;
  const at = { log: log.index };
  switch (parsed.name) {
    case "OrdersMatched": {
      const hashes = [args["appHash"], args["datasetHash"], args["workerpoolHash"], args["requestHash"]];
      return {
        ...at,
        what: "matched",
        dealId: args["dealid"] as DealId,
        hashes: hashes as [string, string, string, string],
        volume: args["volume"] as bigint,
      };
    }
    case "SchedulerNoticeBoost":
      return { ...at, what: "boosted", notice: readBoostNotice(parsed.args) };
    case "ClosedAppOrder":
    case "ClosedDatasetOrder":
    case "ClosedWorkerpoolOrder":
    case "ClosedRequestOrder":
      return { ...at, what: "closed", hash: String(args[0]) };
    case "SignedAppOrder":
    case "SignedDatasetOrder":
    case "SignedWorkerpoolOrder":
    case "SignedRequestOrder":
      return { ...at, what: "presigned", hash: String(args[0]) };
    case "Transfer": {
      const [from, to] = [String(args["from"]).toLowerCase(), String(args["to"]).toLowerCase()];
      return { ...at, what: "paid", from, to, amount: args["value"] as bigint };
    }
    default:
      return undefined;
  }
}

function registryEvent(log: FollowedLog): MarketEvent | undefined {
  const parsed = REGISTRY.parseLog({ topics: [...log.topics], data: log.data });
  if (parsed?.name !== "Transfer") return undefined;
  const args = parsed.args.toObject() as { to: string; tokenId: bigint };
  const asset = toBeHex(args.tokenId, 20);
  return { log: log.index, what: "sold", asset: asset.toLowerCase(), owner: args.to.toLowerCase() };
}
