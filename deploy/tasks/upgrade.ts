import { readFile } from "node:fs/promises";

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { assertConsent, expectSecrets } from "../consent.js";
import { assertMeans, costOf, describeCost } from "../cost.js";
import { DeployError } from "../DeployError.js";
import { downgradesIn } from "../downgrade.js";
import { describeFaults } from "../finding.js";
import { findJournal, openJournal } from "../journal.js";
import { loadManifest, saveManifest } from "../manifests.js";
import { FACET_NAMES } from "../modules/Facets.js";
import { facetsOnHub, withOrigin, withVersions } from "../origin.js";
import { ownerAt } from "../proposal.js";
import { propose } from "../propose.js";
import { survey } from "../preflight.js";
import { faultsOf, readSelectors } from "../selfCheck.js";
import { sendStep } from "../sendStep.js";
import { sourcesOf } from "../sources.js";
import { loadUpgrade } from "../upgrade.js";
import { stepsOf } from "../upgradeCost.js";
import { assertOwner, checkLayouts, planOf, prepareCut } from "../upgradeHub.js";
import { changedIn, describePlan } from "../upgradePlan.js";
import type { Manifest } from "@poco-marketplace/sdk/manifest.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { IOwnership__factory } from "../../typechain-types/index.js";
import { readLayouts, type Layouts } from "../storageLayout.js";
import { reportFailure } from "./reportFailure.js";

/** What `npm run upgrade` was told. */
export interface UpgradeArguments {
  readonly name: string;
  readonly directory: string;
  readonly noCompile: boolean;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly allowDowngrade: boolean;
  readonly propose: boolean;
  readonly safe: string;
}

/** Runs one of `deploy/modules/upgrades/`, and says in one sentence what went wrong if something did. */
export default async function upgrade(args: UpgradeArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await reportFailure(() => run(args, hre));
}

async function run(args: UpgradeArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const { directory } = args;
  const { root, ignition } = hre.config.paths;
  const goal = await loadUpgrade(ignition, args.name);
  // Before there is a connection: this keeps the process so busy that a node may hang up meanwhile.
  const lock = JSON.parse(await readFile(`${root}/storage.lock.json`, "utf8")) as Layouts;
  checkLayouts(lock, readLayouts(root).layouts);
  console.log("Everything stored stays where it is.");

  if (hre.globalOptions.network === undefined) {
    throw new DeployError("Say where to upgrade, as in `npm run upgrade -- Market --network localhost`.");
  }
  expectSecrets(hre);
  const connection = await hre.network.create();
  const { chainId, deployer } = await survey(connection);
  const manifest = await loadManifest(directory, connection.networkName);
  const { strategy } = manifest;
  const place = { directory, chainId, strategy };
  const { path: earlier } = await findJournal(connection, place);
  if (!args.noCompile) await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
  const options = { strategy, journal: earlier, log: console.log };

  const whole = await planOf(connection, manifest, { facets: FACET_NAMES }, options);
  const plan = whole.filter(({ name }) => goal.facets.includes(name));
  for (const line of describePlan(plan)) console.log(line);
  if (changedIn(plan).length === 0) console.log("Nothing is to be sent: the hub has this tree's code already.");
  else {
    for (const reason of await downgradesIn(connection, manifest, plan)) assertAllowed(reason, args);
    if (!args.propose) {
      await assertOwner(connection, manifest.poco, "send as the owner, or write what it is to send with --propose");
    }
    const all = await stepsOf(connection, plan, goal, options, deployer);
    // Somebody else sends the cut.
    const steps = args.propose ? all.slice(0, -1) : all;
    const cost = await costOf(connection, steps);
    for (const line of describeCost(steps, cost)) console.log(line);
    await assertMeans(connection, deployer, cost);
    if (args.dryRun) return console.log("Nothing was sent, as --dry-run asks.");
    const question = args.propose ? "Deploy the facets that are proposed?" : `Upgrade the hub ${manifest.poco}?`;
    if (steps.length > 0) await assertConsent(`${connection.networkName}: ${question}`, args);
    const { path: journal } = await openJournal(connection, place);
    const { call, facets } = await prepareCut(connection, manifest, goal, plan, { ...options, journal });
    if (args.propose) {
      const hub = IOwnership__factory.connect(manifest.poco, connection.ethers.provider);
      const owner = await ownerAt(connection, (await hub.owner()) as Address);
      const description = `npm run upgrade -- ${args.name}: ${describePlan(changedIn(plan)).join(" ")}`;
      await propose(connection, manifest, owner, call, {
        directory,
        description,
        safe: args.safe || undefined,
        log: console.log,
      });
      const { commit } = await sourcesOf();
      await saveManifest(directory, { ...manifest, history: withVersions(manifest, facets, commit) });
      return console.log(
        "Once it is executed, run the same command without --propose: it checks the hub, and writes the manifest.",
      );
    }
    await sendStep(connection, call, options);
  }

  const upgraded = { ...manifest, facets: await facetsOnHub(connection, manifest) };
  const faults = faultsOf(await readSelectors(connection, upgraded, { facets: goal.facets }));
  if (faults.length > 0) {
    throw new DeployError(`Not served as it should be: ${describeFaults(faults)}.`);
  }
  console.log("Every function is served once, those of this upgrade by this tree's code.");
  const others = changedIn(whole).filter(({ name }) => !goal.facets.includes(name));
  if (others.length > 0) {
    console.log(`Not of this tree, and left as they are: ${others.map(({ name }) => name).join(", ")}.`);
  }
  if (!args.dryRun && !areSame(upgraded.facets, manifest.facets)) {
    console.log(`Written: ${await saveManifest(directory, await withOrigin(connection, upgraded))}`);
  }
}

/** Says what may be a downgrade; throws a DeployError unless that was allowed in words. */
function assertAllowed(reason: string, { allowDowngrade }: UpgradeArguments): void {
  if (allowDowngrade) return console.log(`Allowed by --allow-downgrade: ${reason}.`);
  throw new DeployError(
    `This may put older code in the place of newer, since ${reason}: ` +
      "get the newest sources and manifest first, or say --allow-downgrade if that is what you want.",
  );
}

function areSame(some: Manifest["facets"], others: Manifest["facets"]): boolean {
  return (
    Object.keys(some).length === Object.keys(others).length &&
    Object.entries(some).every(([name, address]) => others[name] === address)
  );
}
