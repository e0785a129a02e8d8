import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import type { NetworkAddresses } from "@poco-marketplace/sdk/client/connectClients.js";
import { UsageError } from "../commandLine.js";
import { readJson } from "../endpoints.js";
import { findNetworkFile } from "../networkFile.js";

/** What a file about a network says that these commands use. */
export interface KnownNetwork extends NetworkAddresses {
  readonly rpc: string;
  /** The RLC contract; `null` on a chain whose own coin takes its place. */
  readonly rlc: Address | null;
  readonly workerpool?: Address;
  /** The URL of the network's container registry. */
  readonly registry?: string;
  /** The accounts of a development network, whose keys everybody knows. */
  readonly accounts?: readonly { readonly role: string; readonly address: Address; readonly privateKey: string }[];
}

const NEEDED = ["rpc", "hub", "market", "sms", "ipfsNode", "ipfsGateway", "compass", "pocoSubgraph"] as const;

/**
 * Reads the file about a network.
 *
 * @param file - By default that of the network that was started in this folder or above.
 * @throws {@link UsageError}
 */
export function readNetworkDescription(file = findNetworkFile()): KnownNetwork {
  if (file === undefined) {
    throw new UsageError("There is no network here: start one with poco network, or give --network FILE.");
  }
  const read = readJson(file) as Partial<KnownNetwork>;
  const missing = NEEDED.find((name) => typeof read[name] !== "string");
  if (missing !== undefined) throw new UsageError(`${file} has no "${missing}": give --network with another file.`);
  return { ...read, rlc: read.rlc ?? null } as KnownNetwork;
}
