import { ZeroAddress } from "ethers";

import { poolStake } from "@poco-marketplace/sdk/protocol/stake.js";
import { GAS } from "./actions.js";
import type { PoolDeal } from "./chainTask.js";

/** What a deal can cost a pool. */
export interface PoolDealCost {
  /** What its owner loses to the kitty if no task is completed, in nRLC. */
  readonly stake: bigint;
  /** What the scheduler's transactions cost at most, in the smallest unit of the chain's coin. */
  readonly fees: bigint;
}

/**
 * What a deal can cost a pool. Above trust 1 the scheduler finalizes, and pays for the callback; else the worker does.
 *
 * @param feePerGas - What gas costs now, in the smallest unit of the chain's coin.
 */
export function dealCost(
  { price, size, trust, callback }: Pick<PoolDeal, "price" | "size" | "trust" | "callback">,
  { callbackGas, feePerGas }: { callbackGas: bigint; feePerGas: bigint },
): PoolDealCost {
  const finalize = trust > 1n ? GAS.finalize + (callback === ZeroAddress ? 0n : callbackGas) : 0n;
  return { stake: poolStake(price) * size, fees: (GAS.initialize + finalize) * size * feePerGas };
}
