import { ZeroAddress } from "ethers";

import type { Address, Hex } from "../protocol/ids.js";
import type { IPoco, ITeeBroker } from "../../../../typechain-types/index.js";
import { contractAt } from "./contractAt.js";
import { decodeRevert } from "./errors/decodeRevert.js";

export type { AttestationStruct } from "../../../../typechain-types/interfaces/ITeeBroker.js";

const BROKER_ABI = [
  "function registry() view returns (address)",
  "function isApprovedRuntime(bytes32 runtime) view returns (bool)",
  "function approvedRuntimes() view returns (bytes32[])",
];

/** Whom a hub asks about enclaves. */
export interface TeeBrokerFacts {
  readonly address: Address;
  /** The registry of platforms that it goes by, if it is a contract that believes quotes; else who knows what it believes. */
  readonly registry: Address | undefined;
}

/** The TEE broker of a hub now; nothing where it has none, and asks the pools' owners. */
export async function readTeeBroker(hub: IPoco): Promise<TeeBrokerFacts | undefined> {
  const address = (await hub.teebroker()) as Address;
  return address === ZeroAddress ? undefined : { address, registry: await registryOf(hub, address) };
}

/**
 * Whether the hub's TEE broker lists a runtime for container images now. It lists none where the hub has no broker, and
 * where the broker is of another kind, or older than that list.
 *
 * @param runtime - The id of the runtime, 32 bytes.
 */
export async function isApprovedRuntime(hub: IPoco, runtime: Hex): Promise<boolean> {
  const address = (await hub.teebroker()) as Address;
  if (address === ZeroAddress) return false;
  return (await answerOf(hub, address, (broker) => broker.isApprovedRuntime(runtime))) ?? false;
}

/**
 * Reads the ids of the runtimes for container images that the hub's TEE broker lists now. Undefined where the hub has no
 * broker, and where the broker is of another kind, or older than that list.
 */
export async function readApprovedRuntimes(hub: IPoco): Promise<readonly Hex[] | undefined> {
  const address = (await hub.teebroker()) as Address;
  if (address === ZeroAddress) return undefined;
  return answerOf(hub, address, async (broker) => [...(await broker.approvedRuntimes())] as Hex[]);
}

function registryOf(hub: IPoco, broker: Address): Promise<Address | undefined> {
  return answerOf(hub, broker, async (contract) => (await contract.registry()) as Address);
}

/** Asks a broker; undefined where an account answers nothing, and a contract of another kind reverts or does so, too. */
async function answerOf<Answer>(
  { runner }: IPoco,
  address: Address,
  question: (broker: ITeeBroker) => Promise<Answer>,
): Promise<Answer | undefined> {
  if ((await runner!.provider!.getCode(address)) === "0x") return undefined;
  try {
    return await question(contractAt<ITeeBroker>(address, BROKER_ABI, runner));
  } catch (error) {
    if (decodeRevert(error) === undefined && (error as { code?: unknown }).code !== "BAD_DATA") throw error;
    return undefined;
  }
}
