import { ZeroAddress } from "ethers";

import type { Address } from "../protocol/ids.js";
import type { AssetKind } from "../protocol/mismatch.js";
import type { Contracts } from "./contracts.js";

/**
 * Reads the owner of a registered app, dataset or workerpool; undefined where the hub's registry does not have it.
 *
 * @param kind - The registry to ask.
 * @param asset - The address of the asset, which may be one of an older registry.
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
