import { ZeroAddress } from "ethers";

import type { Address } from "../protocol/ids.js";
import type { IPoco, ITeeBroker } from "../../../../typechain-types/index.js";
import { contractAt } from "./contractAt.js";
import { decodeRevert } from "./errors/decodeRevert.js";

export type { AttestationStruct } from "../../../../typechain-types/interfaces/ITeeBroker.js";

const BROKER_ABI = ["function registry() view returns (address)"];

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

/** An account answers nothing, and a contract of another kind reverts or answers nothing. */
async function registryOf({ runner }: IPoco, broker: Address): Promise<Address | undefined> {
  if ((await runner!.provider!.getCode(broker)) === "0x") return undefined;
  try {
    return (await contractAt<ITeeBroker>(broker, BROKER_ABI, runner).registry()) as Address;
  } catch (error) {
    if (decodeRevert(error) === undefined && (error as { code?: unknown }).code !== "BAD_DATA") throw error;
    return undefined;
  }
}
