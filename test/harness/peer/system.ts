import type { Contracts } from "@poco-marketplace/sdk/chain/contracts.js";
import type { Step } from "../bench/chain.js";

/** The owner of the contracts: the peer or this repository. */
export type SystemName = "peer" | "ours";

/** One of the two systems, deployed and set up. Both have the same interface, so the same handles serve for both. */
export interface System extends Contracts {
  readonly name: SystemName;
  /** All transactions of its deployment and setup. */
  readonly deployment: readonly Step[];
}
