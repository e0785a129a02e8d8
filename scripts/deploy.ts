import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { DeployError } from "../deploy/DeployError.js";
import { deployHub } from "../deploy/deployHub.js";
import { sentenceOf } from "../deploy/failures.js";
import { openJournal } from "../deploy/journal.js";
import { saveManifest } from "../deploy/manifests.js";
import { loadParameters } from "../deploy/parameters.js";
import { checkMeans, survey } from "../deploy/preflight.js";
import { faultsOf, readBack } from "../deploy/selfCheck.js";
import type { AttestationManifest, Manifest } from "../src/config/manifest.js";

/** What `npm run deploy` was told. */
export interface DeployArguments {
  readonly strategy: string;
  readonly directory: string;
  readonly noCompile: boolean;
  readonly json: boolean;
}

/** Deploys, and says in one sentence what went wrong if something did. */
export default async function deploy(args: DeployArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const say = args.json ? () => {} : console.log;
  try {
    const { manifest, checks } = await run(args, hre, say);
    if (args.json) console.log(JSON.stringify({ ...manifest, checks }, null, 2));
  } catch (error) {
    const sentence = sentenceOf(error);
    if (sentence === undefined) throw error;
    console.error(sentence);
    process.exitCode = 1;
  }
}

async function run(
  { strategy, directory, noCompile }: DeployArguments,
  hre: HardhatRuntimeEnvironment,
  log: (line: string) => void,
): Promise<{ manifest: Manifest; checks: number }> {
  if (strategy !== "basic" && strategy !== "create2") {
    throw new DeployError(`There is no strategy "${strategy}": use --strategy basic or --strategy create2.`);
  }
  if (hre.globalOptions.network === undefined) {
    throw new DeployError("Say where to deploy, as in `npm run deploy -- --network localhost`.");
  }
  const connection = await hre.network.create();
  const { networkName } = connection;
  const parameters = await loadParameters(`${hre.config.paths.ignition}/parameters`, networkName);
  const { chainId, deployer } = await survey(connection);
  const { path: journal, isFirstRun } = await openJournal(connection, { directory, chainId, strategy });
  await checkMeans(connection, parameters, { deployer, isFirstRun });

  log(`Deploying to ${networkName} (chain ${chainId}) as ${deployer}, strategy ${strategy}.`);
  if (!isFirstRun) log("An earlier run has begun this: what it deployed is not deployed again.");
  if (!noCompile) await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
  const manifest = await deployHub(connection, parameters, { strategy, journal, log });

  const findings = await readBack(connection, { manifest, parameters, deployer });
  const faults = faultsOf(findings);
  if (faults.length > 0) {
    const list = faults.map(({ subject, expected, found }) => `${subject} is ${found}, expected ${expected}`);
    throw new DeployError(`Deployed, but not as it should be: ${list.join("; ")}.`);
  }
  log(`All ${findings.length} checks passed: every function is served once, every setting and owner reads back.`);

  if (manifest.attestation !== undefined) log(sentenceOfRoot(manifest.attestation));
  if (parameters.owner !== "deployer") log(`The hub is ${parameters.owner}'s as soon as it calls acceptOwnership().`);
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
