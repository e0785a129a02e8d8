import type { IgnitionModule, IgnitionModuleResult } from "@nomicfoundation/ignition-core";
import type { NetworkConnection } from "hardhat/types/network";

import { compareLayouts, type Layouts } from "../scripts/checks/storage.js";
import type { Manifest } from "../src/config/manifest.js";
import { IPoco__factory } from "../typechain-types/index.js";
import { DeployError } from "./DeployError.js";
import { runModule, type IgnitionOptions } from "./ignition.js";

/** A module of `deploy/modules/upgrades/`: takes the hub as its parameter `poco`, and returns the facets it plugs in. */
export type Upgrade = IgnitionModule<string, string, IgnitionModuleResult<string>>;

/**
 * Whether facets that store like `next` may work on what facets that store like `current` have written.
 *
 * @throws DeployError when something would not be where it was.
 */
export function checkLayouts(current: Layouts, next: Layouts): void {
  const { broken, added } = compareLayouts(current, next);
  if (broken.length > 0) throw new DeployError(`This would lose what the hub has stored: ${broken.join("; ")}.`);
  if (added.length > 0) {
    throw new DeployError(
      `Record what is stored anew with \`npm run check:storage -- --update\`: ${added.join("; ")}.`,
    );
  }
}

/** Runs an upgrade as the hub's owner, and answers with the manifest as it is from then on. */
export async function upgradeHub(
  connection: NetworkConnection,
  manifest: Manifest,
  upgrade: Upgrade,
  options: IgnitionOptions,
): Promise<Manifest> {
  const [sender] = await connection.ethers.getSigners();
  const owner = await IPoco__factory.connect(manifest.poco, connection.ethers.provider).owner();
  if (owner !== sender!.address) {
    throw new DeployError(`The hub belongs to ${owner}, and ${sender!.address} may not upgrade it: send as the owner.`);
  }
  const facets = await runModule(connection, upgrade, { [upgrade.id]: { poco: manifest.poco } }, options);
  return { ...manifest, facets: { ...manifest.facets, ...facets } };
}
