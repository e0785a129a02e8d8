import { network } from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";

import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { administrationOf, isAdministration } from "./administration.js";
import { compiledContract } from "./compiledCode.js";
import type { Step } from "./cost.js";
import { deployHub } from "./deployHub.js";
import { doneIn, type IgnitionOptions } from "./ignition.js";
import { NO_PREVIOUS_REGISTRIES, type Parameters } from "./parameters.js";
import { nameOf } from "./progress.js";

/** The largest contract without constructor arguments, by which gas is compared from chain to chain. */
const YARDSTICK = "WorkBundle";

/**
 * The transactions that a deployment still has to send, found by making the same deployment on a chain in this process.
 * Gas is what it takes there, times as much as the node says that it takes more here: rollups charge for data as well.
 */
export async function planDeployment(
  connection: NetworkConnection,
  parameters: Parameters,
  { strategy, journal }: Pick<IgnitionOptions, "strategy" | "journal">,
  deployer: Address,
): Promise<Step[]> {
  const { steps, contracts } = await doneIn(journal);
  const outstanding = await outstandingOf(connection, parameters, contracts);
  const all = await rehearse(
    { ...parameters, owner: parameters.owner === deployer ? "deployer" : parameters.owner },
    strategy,
  );
  const left = all.filter(({ step }) => (isAdministration(step) ? outstanding?.has(step) !== false : !steps.has(step)));
  const yardstick = all.find(({ step }) => step === `Facets#${YARDSTICK}`)!.gas;
  const here = left.length === 0 ? yardstick : await gasHere(connection, deployer);
  return left.map(({ step, gas }) => ({
    step,
    name: nameOf(step),
    gas: here > yardstick ? (gas * here) / yardstick : gas,
  }));
}

/** Which steps of administration are left; undefined where nothing is there yet to administer, so that all are. */
async function outstandingOf(
  connection: NetworkConnection,
  parameters: Parameters,
  contracts: ReadonlyMap<string, Address>,
): Promise<ReadonlySet<string> | undefined> {
  const [poco, appRegistry, datasetRegistry, workerpoolRegistry] = OWNED.map((step) => contracts.get(step));
  if (!poco || !appRegistry || !datasetRegistry || !workerpoolRegistry) return undefined;
  const owned = { poco, appRegistry, datasetRegistry, workerpoolRegistry };
  return new Set((await administrationOf(connection, owned, parameters)).map(({ step }) => step));
}

/** The steps that deploy what the deployer owns at first. */
const OWNED = ["Poco#Poco", "Registries#AppRegistry", "Registries#DatasetRegistry", "Registries#WorkerpoolRegistry"];

/** Deploys to a chain that nobody needs. */
async function rehearse(parameters: Parameters, strategy: IgnitionOptions["strategy"]) {
  // Without the precompile for P-256, which the chain may lack.
  const stage = await network.create({ network: "embedded", override: { hardfork: "cancun" } });
  try {
    const sent: [step: string, hash: string][] = [];
    const onSent = (step: string, hash: string) => void sent.push([step, hash]);
    const settings = { ...parameters, previousRegistries: NO_PREVIOUS_REGISTRIES };
    await deployHub(stage, settings, { strategy, onSent });
    const receipts = await Promise.all(sent.map(([, hash]) => stage.ethers.provider.getTransactionReceipt(hash)));
    return sent.map(([step], index) => ({ step, gas: receipts[index]!.gasUsed }));
  } finally {
    await stage.close();
  }
}

/** What the yardstick takes on the chain itself; nothing if the node does not say. */
async function gasHere({ ethers: { provider } }: NetworkConnection, from: Address): Promise<bigint> {
  const { artifact } = await compiledContract(YARDSTICK);
  try {
    return await provider.estimateGas({ from, data: artifact.bytecode });
  } catch {
    return 0n;
  }
}
