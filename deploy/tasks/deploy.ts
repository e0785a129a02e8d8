import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { readCodeHashes } from "../checkCode.js";
import { assertConsent, expectSecrets } from "../consent.js";
import { assertMeans, costOf, describeCost, type Cost, type Step } from "../cost.js";
import { DeployError } from "../DeployError.js";
import { deployHub } from "../deployHub.js";
import { planDeployment } from "../deploymentPlan.js";
import { describeFaults } from "../finding.js";
import { findJournal, openJournal } from "../journal.js";
import { knownManifest, saveManifest } from "../manifests.js";
import { withEarlierOrigin } from "../origin.js";
import { invitationsOf, ownerSentence } from "../owners.js";
import { loadParameters } from "../parameters.js";
import { assertSafeOwner, assertSameDeployer, assertToken, survey } from "../preflight.js";
import { faultsOf, readBack } from "../selfCheck.js";
import type { AttestationManifest, Manifest } from "@poco-marketplace/sdk/manifest.js";
import { reportFailure } from "./reportFailure.js";

/** What `npm run deploy` was told. */
export interface DeployArguments {
  readonly strategy: string;
  readonly directory: string;
  readonly noCompile: boolean;
  readonly json: boolean;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly acceptDeployerAsOwner: boolean;
}

/** What came of it: a plan in a dry run, else a deployment. */
interface Outcome {
  readonly plan?: { readonly steps: readonly Step[]; readonly cost: Cost };
  readonly manifest?: Manifest;
  readonly checks?: number;
}

/** Deploys, and says in one sentence what went wrong if something did. */
export default async function deploy(args: DeployArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const say = args.json ? () => {} : console.log;
  await reportFailure(async () => {
    const { plan, manifest, checks } = await run(args, hre, say);
    if (args.json) console.log(JSON.stringify(plan ?? { ...manifest, checks }, asText, 2));
  });
}

async function run(
  args: DeployArguments,
  hre: HardhatRuntimeEnvironment,
  log: (line: string) => void,
): Promise<Outcome> {
  const { strategy, directory, yes, dryRun, json } = args;
  if (strategy !== "basic" && strategy !== "create2") {
    throw new DeployError(`There is no strategy "${strategy}": use --strategy basic or --strategy create2.`);
  }
  if (hre.globalOptions.network === undefined) {
    throw new DeployError("Say where to deploy, as in `npm run deploy -- --network localhost`.");
  }
  expectSecrets(hre);
  const connection = await hre.network.create();
  const { networkName } = connection;
  const parameters = await loadParameters(`${hre.config.paths.ignition}/parameters`, networkName);
  const site = await survey(connection);
  const { chainId, deployer } = site;
  const place = { directory, chainId, strategy } as const;
  const { path: earlier, isFirstRun } = await findJournal(connection, place);
  await assertSameDeployer(earlier, site);
  const ownership = { networkName, deployer, isAccepted: args.acceptDeployerAsOwner };
  if (isFirstRun) assertSafeOwner(parameters, ownership);
  await assertToken(connection, parameters);

  log(`Deploying to ${networkName} (chain ${chainId}) as ${deployer}, strategy ${strategy}.`);
  if (!isFirstRun) log("An earlier run has begun this: what it deployed is not deployed again.");
  if (!args.noCompile) await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
  const steps = await planDeployment(connection, parameters, { strategy, journal: earlier }, deployer);
  const cost = await costOf(connection, steps);
  if (steps.length === 0) log("Nothing is to be sent: everything is deployed.");
  else {
    for (const line of describeCost(steps, cost)) log(line);
    log(await ownerSentence(connection, parameters, deployer));
    assertSafeOwner(parameters, ownership);
    await assertMeans(connection, deployer, cost);
  }
  if (dryRun) {
    log("Nothing was sent, as --dry-run asks.");
    return { plan: { steps, cost } };
  }
  const isEmbedded = connection.networkConfig.type === "edr-simulated";
  if (steps.length > 0 && !isEmbedded) await assertConsent(`Deploy to ${networkName}?`, { yes, mayAsk: !json });
  const { path: journal } = await openJournal(connection, place);
  const fresh = await deployHub(connection, parameters, { strategy, journal, log });
  const known = isFirstRun ? undefined : await knownManifest(directory, networkName);
  const manifest = withEarlierOrigin(fresh, known);

  const findings = [
    ...(await readBack(connection, { manifest, parameters, deployer })),
    ...(known === undefined ? [] : await readCodeHashes(connection, known)),
  ];
  const faults = faultsOf(findings);
  if (faults.length > 0) {
    const isOlder = faults.some(({ subject }) => subject.endsWith(")"));
    const advice = isOlder
      ? ` Bring its functions to this tree's code with \`npm run upgrade -- --network ${networkName}\`.`
      : "";
    throw new DeployError(`Deployed, but not as it should be: ${describeFaults(faults)}.${advice}`);
  }
  log(`All ${findings.length} checks passed: every function is served once, every setting, owner and code reads back.`);

  if (manifest.attestation !== undefined) log(sentenceOfRoot(manifest.attestation));
  for (const line of await invitationsOf(connection, manifest)) log(line);
  if (journal === undefined) {
    log("Nothing is kept: an embedded chain ends with its process.");
  } else {
    log(`Written: ${await saveManifest(directory, manifest)}`);
  }
  return { manifest, checks: findings.length };
}

function sentenceOfRoot({ simulated, teeBroker }: AttestationManifest): string {
  const root = simulated ? "a SIMULATED root, which proves nothing about hardware" : "Intel's root";
  return `The hub asks ${teeBroker} about enclaves, which believes platforms under ${root}.`;
}

/** JSON has no integers as large as these. */
function asText(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
