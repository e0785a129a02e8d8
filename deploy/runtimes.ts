import { isHexString } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import { simulatedRuntime } from "@poco-marketplace/enclave/runtime/simulatedRuntime.js";
import { sendAndWait } from "@poco-marketplace/sdk/chain/sendAndWait.js";
import { readApprovedRuntimes, readTeeBroker } from "@poco-marketplace/sdk/chain/teeBroker.js";
import type { Manifest } from "@poco-marketplace/sdk/manifest.js";
import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { IPoco__factory, TeeBroker__factory } from "../typechain-types/index.js";
import { DeployError } from "./DeployError.js";
import type { Call } from "./sendStep.js";

/** What the owner of a TEE broker can do with a runtime. */
export const RUNTIME_ACTIONS = ["approve", "withdraw"] as const;
export type RuntimeAction = (typeof RUNTIME_ACTIONS)[number];

/** The runtimes for container images that the TEE broker of a hub approves now, and the owner of that list. */
export interface RuntimeList {
  readonly broker: Address;
  readonly owner: Address;
  readonly approved: readonly Hex[];
}

/**
 * Reads the list of a hub's TEE broker.
 *
 * @throws DeployError when the hub has no TEE broker that keeps one.
 */
export async function readRuntimes(
  { ethers: { provider } }: NetworkConnection,
  { poco }: Pick<Manifest, "poco">,
): Promise<RuntimeList> {
  const hub = IPoco__factory.connect(poco, provider);
  const [broker, approved] = await Promise.all([readTeeBroker(hub), readApprovedRuntimes(hub)]);
  if (broker === undefined) {
    throw new DeployError(
      `The hub ${poco} has no TEE broker: deploy it with a root of trust (docs/reference/deployment.md), or call setTeeBroker.`,
    );
  }
  const { address } = broker;
  if (approved === undefined) {
    throw new DeployError(
      `The hub's TEE broker ${address} keeps no list of runtimes: deploy a new one, and have the hub's owner call setTeeBroker.`,
    );
  }
  const owner = (await TeeBroker__factory.connect(address, provider).owner()) as Address;
  return { broker: address, owner, approved };
}

/**
 * Returns the call by which the owner approves or withdraws a runtime; undefined where it is approved already.
 *
 * @throws DeployError when `runtime` is not an id, or is to be withdrawn and not approved.
 */
export function runtimeCall(
  { broker, approved }: RuntimeList,
  action: RuntimeAction,
  runtime: string,
): Call | undefined {
  if (!isHexString(runtime, 32)) {
    throw new DeployError(
      `"${runtime}" is not the id of a runtime: give 0x and 64 hex digits, as poco measure prints it.`,
    );
  }
  const isApproved = approved.includes(runtime.toLowerCase() as Hex);
  const calls = TeeBroker__factory.createInterface();
  if (action === "approve") {
    const data = calls.encodeFunctionData("approveRuntime", [runtime]);
    return isApproved ? undefined : { step: "TeeBroker.approveRuntime", to: broker, data };
  }
  if (!isApproved) {
    const list = approved.length === 0 ? "none" : approved.join(", ");
    throw new DeployError(`Runtime ${runtime} is not approved by ${broker}, which approves ${list}.`);
  }
  return {
    step: "TeeBroker.withdrawRuntime",
    to: broker,
    data: calls.encodeFunctionData("withdrawRuntime", [runtime]),
  };
}

/**
 * Approves the runtime that this code is, on a development chain, so that workers there can run images. Does nothing
 * where it is approved, and where the chain's first account does not own such a list.
 */
export async function approveOwnRuntime(
  { ethers }: NetworkConnection,
  { poco }: Pick<Manifest, "poco">,
): Promise<void> {
  const [owner] = await ethers.getSigners();
  const hub = IPoco__factory.connect(poco, owner!);
  const { id } = simulatedRuntime();
  const approved = await readApprovedRuntimes(hub);
  if (approved === undefined || approved.includes(id)) return;
  const broker = TeeBroker__factory.connect(await hub.teebroker(), owner!);
  if ((await broker.owner()) !== owner!.address) return;
  await sendAndWait(broker.approveRuntime(id));
}
