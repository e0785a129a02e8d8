import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";
import { ZeroAddress } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import { compareLayouts, type Layouts } from "./storageLayout.js";
import type { Manifest } from "@poco-marketplace/sdk/manifest.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { IDiamondCut__factory, IPoco__factory } from "../typechain-types/index.js";
import { compiledContract, versionOf, type CompiledContract } from "./compiledCode.js";
import { DeployError } from "./DeployError.js";
import { doneIn, runModule, type IgnitionOptions } from "./ignition.js";
import { sendStep, type Call } from "./sendStep.js";
import { treeFacets } from "./treeRoutes.js";
import { encodeInit, type Upgrade } from "./upgrade.js";
import { changedIn, cutOf, missingIn, planUpgrade, type UpgradePlan } from "./upgradePlan.js";

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

/**
 * Runs an upgrade as the hub's owner, and answers with the manifest as it is from then on. Sends nothing if the hub has
 * this tree's code.
 *
 * @throws DeployError when the hub belongs to somebody else.
 */
export async function upgradeHub(
  connection: NetworkConnection,
  manifest: Manifest,
  upgrade: Upgrade,
  options: IgnitionOptions,
): Promise<Manifest> {
  const plan = await planOf(connection, manifest, upgrade, options);
  if (changedIn(plan).length === 0) return manifest;
  await assertOwner(connection, manifest.poco);
  const { call, facets } = await prepareCut(connection, manifest, upgrade, plan, options);
  await sendStep(connection, call, options);
  return { ...manifest, facets: { ...manifest.facets, ...facets } };
}

/** What an upgrade of some facets would do to the hub as it is now. */
export async function planOf(
  connection: NetworkConnection,
  manifest: Manifest,
  { facets: names }: Pick<Upgrade, "facets">,
  { journal, compiler = compiledContract }: IgnitionOptions,
): Promise<UpgradePlan> {
  const tree = await treeFacets(manifest.native, compiler);
  const deployed = [...(await doneIn(journal)).contracts.values()];
  return planUpgrade(connection, manifest, { tree, names, deployed });
}

/**
 * Deploys what a plan lacks, and answers with the call that its owner is to make.
 *
 * @throws DeployError when the hub changed since the plan was made.
 */
export async function prepareCut(
  connection: NetworkConnection,
  manifest: Manifest,
  upgrade: Upgrade,
  plan: UpgradePlan,
  options: IgnitionOptions,
): Promise<{ readonly call: Call; readonly facets: Readonly<Record<string, Address>> }> {
  const { compiler = compiledContract } = options;
  const changed = changedIn(plan);
  const contracts = missingIn(plan).map(({ contract }) => contract);
  if (upgrade.init !== undefined) contracts.push(await compiler(upgrade.init.contract));
  const deployed: Readonly<Record<string, Address>> =
    contracts.length === 0 ? {} : await runModule(connection, byCode(contracts), {}, options);

  const places = changed.map(({ name, contract, deployed: known, current }) => {
    return [name, deployed[contract.name] ?? known ?? current[0]!] as const;
  });
  const facets: Readonly<Record<string, Address>> = Object.fromEntries(places);
  const tree = await treeFacets(manifest.native, compiler);
  const names = changed.map(({ name }) => name);
  const now = await planUpgrade(connection, manifest, { tree, names, deployed: Object.values(facets) });
  const [wrong] = missingIn(now);
  if (wrong !== undefined) {
    throw new DeployError(
      `What is at ${facets[wrong.name]} is not this tree's ${wrong.contract.name}: nothing was cut in.`,
    );
  }
  const cut = cutOf(now, facets);
  if (JSON.stringify(cut) !== JSON.stringify(cutOf(changed, facets))) {
    throw new DeployError("The hub was changed while its new facets were deployed: run the same command again.");
  }
  const [init, call] =
    upgrade.init === undefined ? [ZeroAddress, "0x"] : [deployed[upgrade.init.contract]!, encodeInit(upgrade.init)];
  const data = IDiamondCut__factory.createInterface().encodeFunctionData("diamondCut", [cut, init, call]);
  return { call: { step: "diamondCut", to: manifest.poco, data }, facets };
}

/**
 * Whether the account to send from owns the hub.
 *
 * @throws DeployError otherwise.
 */
export async function assertOwner(
  connection: NetworkConnection,
  poco: Address,
  advice = "send as the owner",
): Promise<void> {
  const [sender] = await connection.ethers.getSigners();
  const owner = await IPoco__factory.connect(poco, connection.ethers.provider).owner();
  if (owner === sender!.address) return;
  throw new DeployError(`The hub belongs to ${owner}, and ${sender!.address} may not upgrade it: ${advice}.`);
}

/** A step of Ignition is done once for all: so that other code is another step, the code is part of the step's name. */
function byCode(contracts: readonly CompiledContract[]) {
  return buildModule("ByCode", (m) => {
    const futures = contracts.map((contract) => {
      return [contract.name, m.contract(contract.name, [], { id: `${contract.name}_${versionOf(contract)}` })];
    });
    return Object.fromEntries(futures) as Record<string, ReturnType<typeof m.contract>>;
  });
}
