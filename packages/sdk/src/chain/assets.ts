import { ZeroAddress } from "ethers";

import type { Address } from "../protocol/ids.js";
import type { AssetKind } from "../protocol/matching/mismatch.js";
import type { Contracts } from "./contracts.js";

/**
 * Reads the owner of a registered app, dataset or workerpool; undefined where the hub's registry does not have it.
 *
 * @param kind - The registry to ask.
 * @param asset - The address of the asset, which may be one of an older registry.
 * @example
 * ```ts
 * const owner = await readAssetOwner(contracts, "app", orders.app.app);
 * owner === (await readAssetFacts(contracts, "app", orders.app)).signer; // → true
 * await readAssetOwner(contracts, "app", hubAddress); // → undefined
 * ```
 */
export async function readAssetOwner(
  { apps, datasets, workerpools }: Pick<Contracts, "apps" | "datasets" | "workerpools">,
  kind: AssetKind,
  asset: Address,
): Promise<Address | undefined> {
  const registry = { app: apps, dataset: datasets, workerpool: workerpools }[kind];
  const owner = (await registry.ownerOfAsset(asset)) as Address;
  return owner === ZeroAddress ? undefined : owner;
}
