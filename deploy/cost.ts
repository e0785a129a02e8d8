import { formatEther, formatUnits } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { DeployError } from "./DeployError.js";

/** A transaction that is to be sent, and the gas that it is expected to take. */
export interface Step {
  readonly name: string;
  readonly gas: bigint;
}

/** What steps cost at the present gas price, in wei. */
export interface Cost {
  readonly gas: bigint;
  readonly gasPrice: bigint;
  /** What the steps take if nothing changes. */
  readonly expected: bigint;
  /** What the sender should have: a quarter more, and enough for the fee that each transaction offers at most. */
  readonly needed: bigint;
}

/** What steps cost when they are sent now, one after the other. */
export async function costOf({ ethers: { provider } }: NetworkConnection, steps: readonly Step[]): Promise<Cost> {
  const { gasPrice, maxFeePerGas } = await provider.getFeeData();
  const price = gasPrice ?? maxFeePerGas ?? 0n;
  const offered = maxFeePerGas ?? price;
  let gas = 0n;
  let offer = 0n;
  for (const step of steps) {
    const before = gas * price;
    if (before + step.gas * offered > offer) offer = before + step.gas * offered;
    gas += step.gas;
  }
  const expected = gas * price;
  const withMargin = (expected * 5n) / 4n;
  return { gas, gasPrice: price, expected, needed: withMargin > offer ? withMargin : offer };
}

/** Steps and their cost, for people. */
export function describeCost(steps: readonly Step[], cost: Cost): string[] {
  if (steps.length === 0) return [];
  const width = Math.max(...steps.map(({ name }) => name.length));
  return [
    ...steps.map(
      ({ name, gas }, index) => `  ${`${index + 1}`.padStart(2)}. ${name.padEnd(width)}  ${countOf(gas)} gas`,
    ),
    `${steps.length} transaction${steps.length === 1 ? "" : "s"}, ${countOf(cost.gas)} gas at ${formatUnits(cost.gasPrice, "gwei")} gwei: ` +
      `about ${formatEther(cost.expected)} coins; to have ${formatEther(cost.needed)} is enough for higher fees too.`,
  ];
}

/**
 * Whether an account can pay for what is to be sent.
 *
 * @throws DeployError otherwise.
 */
export async function assertMeans(
  { ethers: { provider }, networkName }: NetworkConnection,
  account: Address,
  { needed, gas, gasPrice }: Cost,
): Promise<void> {
  const balance = await provider.getBalance(account);
  if (balance >= needed) return;
  throw new DeployError(
    `${account} has ${formatEther(balance)} coins on "${networkName}", but what is to be sent takes up to ` +
      `${formatEther(needed)} (${countOf(gas)} gas at ${formatUnits(gasPrice, "gwei")} gwei, and a margin): ` +
      `send it ${formatEther(needed - balance)} more first.`,
  );
}

function countOf(number: bigint): string {
  return number.toLocaleString("en-US");
}
