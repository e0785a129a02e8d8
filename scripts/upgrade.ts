import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { DeployError } from "../deploy/DeployError.js";
import { sentenceOf } from "../deploy/failures.js";
import { openJournal } from "../deploy/journal.js";
import { loadManifest, saveManifest } from "../deploy/manifests.js";
import { survey } from "../deploy/preflight.js";
import { faultsOf, readSelectors } from "../deploy/selfCheck.js";
import { checkLayouts, upgradeHub, type Upgrade } from "../deploy/upgradeHub.js";
import { readLayouts, type Layouts } from "./checks/storage.js";

/** What `npm run upgrade` was told. */
export interface UpgradeArguments {
  readonly name: string;
  readonly directory: string;
  readonly noCompile: boolean;
}

/** Runs one of `deploy/modules/upgrades/`, and says in one sentence what went wrong if something did. */
export default async function upgrade(args: UpgradeArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  try {
    await run(args, hre);
  } catch (error) {
    const sentence = sentenceOf(error);
    if (sentence === undefined) throw error;
    console.error(sentence);
    process.exitCode = 1;
  }
}

async function run({ name, directory, noCompile }: UpgradeArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const module = `${hre.config.paths.ignition}/modules/upgrades/${name}.ts`;
  if (!existsSync(module)) throw new DeployError(`There is no upgrade deploy/modules/upgrades/${name}.ts.`);
  const { default: steps } = (await import(module)) as { default: Upgrade };

  const lock = JSON.parse(await readFile(`${hre.config.paths.root}/storage.lock.json`, "utf8")) as Layouts;
  checkLayouts(lock, readLayouts(hre.config.paths.root).layouts);
  console.log("Everything stored stays where it is.");

  const connection = await hre.network.create();
  const { chainId } = await survey(connection);
  const manifest = await loadManifest(directory, connection.networkName);
  const { strategy } = manifest;
  const { path: journal } = await openJournal(connection, { directory, chainId, strategy });
  if (!noCompile) await hre.tasks.getTask("build").run({ quiet: true, noTests: true });

  const upgraded = await upgradeHub(connection, manifest, steps, { strategy, journal, log: console.log });
  const faults = faultsOf(await readSelectors(connection, upgraded));
  if (faults.length > 0) {
    throw new DeployError(`Upgraded, but not served once: ${faults.map(({ subject }) => subject).join(", ")}.`);
  }
  console.log(`Every function is served once. Written: ${await saveManifest(directory, upgraded)}`);
}
