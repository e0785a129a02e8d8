import type { NetworkConnection } from "hardhat/types/network";

import { compiledContract, type CompiledContract } from "./compiledCode.js";
import type { Step } from "./cost.js";
import type { IgnitionOptions } from "./ignition.js";
import type { Upgrade } from "./upgrade.js";
import { changedIn, missingIn, type UpgradePlan } from "./upgradePlan.js";

/** What a cut takes at most, for itself and for each function. Measured in test/deploy/upgradePlan.test.ts. */
const CUT_GAS = { base: 60_000n, adds: 60_000n, replaces: 12_000n, removes: 20_000n } as const;

/** What CreateX takes besides, for a contract of the largest size. */
const CREATE_X_GAS = 500_000n;

/** The transactions of an upgrade. The node says what creations take; a cut cannot be tried before. */
export async function stepsOf(
  { ethers: { provider } }: NetworkConnection,
  plan: UpgradePlan,
  { init }: Upgrade,
  { strategy, compiler = compiledContract }: IgnitionOptions,
  from: string,
): Promise<Step[]> {
  const creation = async ({ name, artifact }: CompiledContract): Promise<Step> => {
    const gas = await provider.estimateGas({ from, data: artifact.bytecode });
    return { name, gas: gas + (strategy === "create2" ? CREATE_X_GAS : 0n) };
  };
  const contracts = missingIn(plan).map(({ contract }) => contract);
  if (init !== undefined) contracts.push(await compiler(init.contract));
  const creations: Step[] = [];
  for (const contract of contracts) creations.push(await creation(contract));

  const changes = changedIn(plan).flatMap((facet) => facet.changes);
  const gas = changes.reduce<bigint>(
    (sum, { action, functions }) => sum + CUT_GAS[action] * BigInt(functions.length),
    CUT_GAS.base,
  );
  const name = init === undefined ? "diamondCut" : `diamondCut, without what ${init.contract} takes`;
  return [...creations, { name, gas }];
}
