import type { Contracts } from "@poco-marketplace/sdk/chain/contracts.js";
import type { Step } from "../bench/chain.js";

/** Whose contracts they are. */
export type SystemName = "peer" | "ours";

/** One of the two systems, deployed and set up. Both speak the same wire, so the same handles serve for both. */
export interface System extends Contracts {
  readonly name: SystemName;
  /** All transactions that it took to deploy it and to set it up. */
  readonly deployment: readonly Step[];
}
