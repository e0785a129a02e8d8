import { existsSync } from "node:fs";

import { Interface } from "ethers";

import { DeployError } from "./DeployError.js";
import { FACET_NAMES, type FacetName } from "./modules/Facets.js";

/** An upgrade, as the files of `deploy/modules/upgrades/` have it: what it is to reach, not how. */
export interface Upgrade {
  /** The facets that are to have this source tree's code. What has it already is left alone. */
  readonly facets: readonly FacetName[];
  /** What runs once with the hub's storage, in the same transaction, when at least one facet changes. */
  readonly init?: UpgradeInit;
}

/** A call of a contract without constructor arguments, which is deployed for it. */
export interface UpgradeInit {
  readonly contract: string;
  /** As `run(uint256)`. */
  readonly function: string;
  readonly args: readonly unknown[];
}

/**
 * An upgrade by its name.
 *
 * @throws DeployError when there is none, or when it is of another kind.
 */
export async function loadUpgrade(ignition: string, name: string): Promise<Upgrade> {
  const file = `deploy/modules/upgrades/${name}.ts`;
  const path = `${ignition}/modules/upgrades/${name}.ts`;
  if (!/^\w+$/.test(name) || !existsSync(path)) throw new DeployError(`There is no upgrade ${file}.`);
  const { default: upgrade } = (await import(path)) as { default: unknown };
  return readUpgrade(file, upgrade);
}

function readUpgrade(file: string, value: unknown): Upgrade {
  const { facets, init } = Object(value) as Partial<Upgrade>;
  if (!Array.isArray(facets) || facets.length === 0) {
    throw new DeployError(
      `${file} should say which facets change, as in \`export default { facets: ["market"] }\`: ` +
        "an upgrade is no Ignition module any more, since those do nothing the second time.",
    );
  }
  const stranger = (facets as readonly FacetName[]).find((name) => !FACET_NAMES.includes(name));
  if (stranger !== undefined) {
    throw new DeployError(`${file} names a facet ${JSON.stringify(stranger)}: there are ${FACET_NAMES.join(", ")}.`);
  }
  return { facets, ...(init !== undefined && { init: readInit(file, init) }) };
}

function readInit(file: string, init: UpgradeInit): UpgradeInit {
  try {
    encodeInit(init);
    return init;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DeployError(`${file}: init cannot be called as ${JSON.stringify(init.function)}: ${reason}.`, {
      cause: error,
    });
  }
}

/** What `diamondCut` hands to the code of `init`. */
export function encodeInit({ function: signature, args }: UpgradeInit): string {
  const abi = new Interface([`function ${signature}`]);
  return abi.encodeFunctionData(abi.fragments[0]!.format(), args);
}
