import { existsSync } from "node:fs";

import { HardhatArtifactResolver } from "@nomicfoundation/hardhat-ignition/helpers";
import {
  deploy,
  listTransactions,
  status,
  DeploymentResultType,
  type DeploymentParameters,
  type DeploymentResult,
  type Future,
  type IgnitionModule,
  type IgnitionModuleResult,
  type ListTransactionsResult,
} from "@nomicfoundation/ignition-core";
import { concat, dataSlice, id } from "ethers";
import { artifacts, config } from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";

import type { Strategy } from "@poco-marketplace/sdk/manifest.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { compiledContract, type Compiler } from "./compiledCode.js";
import { DeployError } from "./DeployError.js";
import { mendDeployedAddresses } from "./deployedAddresses.js";
import { lostTransactionOf, settle } from "./lostTransaction.js";
import { nameOf, progress } from "./progress.js";

/** How modules are run on one chain. */
export interface IgnitionOptions {
  readonly strategy: Strategy;
  /** The directory where Ignition notes each step, so that an interrupted run can go on; none on an embedded chain. */
  readonly journal?: string | undefined;
  readonly log?: ((line: string) => void) | undefined;
  /** Told of every transaction: the step that it belongs to, and its hash. */
  readonly onSent?: ((step: string, hash: string) => void) | undefined;
  /** Where contracts come from: the artifacts of this source tree, unless a test has others. */
  readonly compiler?: Compiler;
}

/** Runs what was not run yet of a module, and answers with the address of every contract that it returns. */
export async function runModule<Results extends IgnitionModuleResult<string>>(
  connection: NetworkConnection,
  module: IgnitionModule<string, string, Results>,
  deploymentParameters: DeploymentParameters,
  { strategy, journal, log = () => {}, onSent = () => {}, compiler = compiledContract }: IgnitionOptions,
): Promise<{ readonly [Name in keyof Results]: Address }> {
  const done = await doneIn(journal);
  if ([...futuresOf(module)].every(({ id: step }) => done.steps.has(step))) {
    return addressesOf(module, (step) => done.contracts.get(step)!);
  }
  const isEmbedded = connection.networkConfig.type === "edr-simulated";
  const accounts = (await connection.provider.request({ method: "eth_accounts" })) as string[];
  const resolver = new HardhatArtifactResolver(artifacts);
  const start = () =>
    deploy({
      artifactResolver: {
        loadArtifact: async (name) => (await compiler(name)).artifact,
        getBuildInfo: (name) => resolver.getBuildInfo(name),
      },
      provider: connection.provider,
      executionEventListener: progress(log, onSent),
      ...(journal === undefined ? {} : { deploymentDir: journal }),
      ignitionModule: module,
      deploymentParameters,
      accounts,
      strategy,
      strategyConfig: strategy === "create2" ? { salt: saltOf(accounts[0]!) } : {},
      config: { ...config.ignition, ...(isEmbedded ? { blockPollingInterval: 10 } : {}) },
    });
  const result = await start().catch(async (error: unknown) => {
    const lost = lostTransactionOf(error);
    if (lost === undefined || journal === undefined) throw error;
    await settle(connection, journal, lost);
    return start();
  });
  if (result.type !== DeploymentResultType.SUCCESSFUL_DEPLOYMENT) throw new DeployError(reasonOf(result));

  return addressesOf(module, (step) => result.contracts[step]!.address as Address);
}

function addressesOf<Results extends IgnitionModuleResult<string>>(
  { results }: IgnitionModule<string, string, Results>,
  addressOf: (step: string) => Address,
): { readonly [Name in keyof Results]: Address } {
  const addresses = Object.entries(results).map(([name, future]) => [name, addressOf(future.id)]);
  return Object.fromEntries(addresses) as { readonly [Name in keyof Results]: Address };
}

/** The steps of a module and of those that it is made of. */
function futuresOf(module: IgnitionModule): Set<Future> {
  return new Set([...module.futures, ...[...module.submodules].flatMap((part) => [...futuresOf(part)])]);
}

/** What was noted as done, whatever the sources were then: its steps, and where its contracts are. */
export interface Done {
  readonly steps: ReadonlySet<string>;
  readonly contracts: ReadonlyMap<string, Address>;
}

/** What a journal has noted as done. */
export async function doneIn(journal: string | undefined): Promise<Done> {
  if (journal === undefined || !existsSync(`${journal}/journal.jsonl`))
    return { steps: new Set(), contracts: new Map() };
  await mendDeployedAddresses(journal);
  const { successful, contracts } = await status(journal);
  const addresses = Object.entries(contracts).map(([step, { address }]) => [step, address as Address] as const);
  return { steps: new Set(successful), contracts: new Map(addresses) };
}

/**
 * With the create2 strategy, all addresses follow from this salt and the code. CreateX lets only the deployer use a salt
 * that begins with its address; the zero after it asks for the same addresses on every chain.
 */
function saltOf(deployer: string): string {
  return concat([deployer, "0x00", dataSlice(id("PoCo"), 0, 11)]);
}

/** What Ignition noted of every transaction it sent. */
export function transactionsOf(journal: string): Promise<ListTransactionsResult> {
  return listTransactions(journal, new HardhatArtifactResolver(artifacts));
}

function reasonOf(result: Exclude<DeploymentResult, { type: DeploymentResultType.SUCCESSFUL_DEPLOYMENT }>): string {
  switch (result.type) {
    case DeploymentResultType.EXECUTION_ERROR: {
      const failed = result.failed.map(({ futureId, error }) => `${nameOf(futureId)} failed: ${error}`);
      const late = result.timedOut.map(({ futureId }) => `${nameOf(futureId)} was not mined in time`);
      const reasons = [...failed, ...late].join("; ");
      if (reasons !== "") return `${reasons}. Run the same command again: what is deployed stays.`;
      return `${result.started.map(nameOf).join(", ")} was begun by another command: run that one again first.`;
    }
    case DeploymentResultType.VALIDATION_ERROR:
      return `The modules do not fit together: ${listOf(result.errors)}.`;
    case DeploymentResultType.PREVIOUS_RUN_ERROR:
      return (
        `An earlier run failed for good: ${listOf(result.errors)}. ` +
        "Once the cause is gone, make Ignition forget that step with `npx hardhat ignition wipe`."
      );
    case DeploymentResultType.RECONCILIATION_ERROR:
      return (
        `An earlier run deployed something else: ${listOf(result.errors)}. ` +
        "Go back to the sources and parameters of then to finish it (upgrade afterwards), or move its journal away to deploy anew."
      );
  }
}

function listOf(errors: Readonly<Record<string, readonly string[]>>): string {
  return Object.entries(errors)
    .map(([futureId, reasons]) => `${nameOf(futureId)}: ${reasons.join(", ").replace(/\.$/, "")}`)
    .join("; ");
}
