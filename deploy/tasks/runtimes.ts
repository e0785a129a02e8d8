import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { assertConsent, expectSecrets } from "../consent.js";
import { DeployError } from "../DeployError.js";
import { loadManifest } from "../manifests.js";
import { ownerAt } from "../proposal.js";
import { propose } from "../propose.js";
import { readRuntimes, RUNTIME_ACTIONS, runtimeCall, type RuntimeAction } from "../runtimes.js";
import { sendStep } from "../sendStep.js";
import { reportFailure } from "./reportFailure.js";

/** The arguments of `npm run runtimes`. */
export interface RuntimesArguments {
  /** What to do; `list` by default. */
  readonly action: string;
  readonly runtime: string;
  readonly directory: string;
  readonly yes: boolean;
  readonly propose: boolean;
  readonly safe: string;
}

/** Lists the approved runtimes of a hub's TEE broker, approves one or withdraws it; a failure is one sentence. */
export default async function runtimes(args: RuntimesArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await reportFailure(() => run(args, hre));
}

async function run(args: RuntimesArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  const { action, runtime, directory, safe } = args;
  if (action !== "list" && !isAction(action)) {
    throw new DeployError(`There is no "${action}": give list, approve ID or withdraw ID.`);
  }
  if (hre.globalOptions.network === undefined) {
    throw new DeployError("Say whose runtimes, as in `npm run runtimes -- --network localhost`.");
  }
  expectSecrets(hre);
  const connection = await hre.network.create();
  const manifest = await loadManifest(directory, connection.networkName);
  const list = await readRuntimes(connection, manifest);
  const { broker, owner, approved } = list;
  if (action === "list") {
    console.log(`TEE broker ${broker}, owned by ${owner}, approves ${countOf(approved.length)} for container images.`);
    for (const id of approved) console.log(`  ${id}`);
    return;
  }

  const call = runtimeCall(list, action, runtime);
  if (call === undefined) return console.log(`Nothing is to be sent: ${broker} approves ${runtime} already.`);
  if (args.propose) {
    const description = `npm run runtimes -- ${action} ${runtime}`;
    const options = { directory, description, safe: safe || undefined, log: console.log };
    return propose(connection, manifest, await ownerAt(connection, owner), call, options);
  }
  const [sender] = await connection.ethers.getSigners();
  if ((sender?.address as Address | undefined) !== owner) {
    throw new DeployError(
      `The TEE broker ${broker} belongs to ${owner}: send as the owner, or write what it is to send with --propose.`,
    );
  }
  await assertConsent(`${connection.networkName}: ${action} runtime ${runtime}?`, args);
  await sendStep(connection, call, { log: console.log });
}

function isAction(action: string): action is RuntimeAction {
  return RUNTIME_ACTIONS.some((known) => known === action);
}

function countOf(number: number): string {
  return number === 1 ? "1 runtime" : `${number} runtimes`;
}
