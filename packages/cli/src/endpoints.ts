import { readFileSync } from "node:fs";

import type { Provider } from "ethers";

import { NoHubError, connectContracts, type Contracts } from "@poco-marketplace/sdk/chain/contracts.js";
import { openProvider } from "@poco-marketplace/sdk/chain/openProvider.js";
import { readAddress } from "@poco-marketplace/sdk/protocol/field.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { UsageError } from "./commandLine.js";
import { findNetworkFile } from "./networkFile.js";

/** The chain, hub and services that a command reads from. */
export interface Endpoints {
  readonly rpc: string;
  readonly hub: Address;
  readonly market: string | undefined;
  readonly compass: string | undefined;
  /** An IPFS gateway. */
  readonly ipfsGateway: string | undefined;
}

/** The options of the command line that name endpoints. */
export type EndpointOptions = Partial<Record<keyof Endpoints | "network", string | undefined>>;

/**
 * Takes each endpoint from the command line, else from the network's file.
 *
 * @throws {@link UsageError} if neither names the chain and the hub
 */
export function readEndpoints(options: EndpointOptions): Endpoints {
  const file = options.network ?? findNetworkFile();
  const known = file === undefined ? {} : (readJson(file) as EndpointOptions);
  const endpoint = (name: keyof Endpoints) => options[name] ?? known[name];
  const [rpc, hub] = [endpoint("rpc"), endpoint("hub")];
  if (rpc === undefined || hub === undefined) {
    throw new UsageError(
      "No chain and hub are known: give --rpc URL --hub ADDRESS, or start a network with poco network.",
    );
  }
  return {
    rpc,
    hub: readAddress("--hub", hub),
    market: endpoint("market"),
    compass: endpoint("compass"),
    ipfsGateway: endpoint("ipfsGateway"),
  };
}

/**
 * Reads a JSON file.
 *
 * @throws {@link UsageError} if it is missing or not JSON
 */
export function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as unknown;
  } catch (error) {
    throw new UsageError(`${file} cannot be read as JSON: ${(error as Error).message}.`, { cause: error });
  }
}

/**
 * Calls `use` with the contracts of a hub, and closes the connection to the chain afterwards.
 *
 * @throws {@link UsageError} if the chain does not answer, or has no hub at that address
 */
export async function withContracts<Result>(
  { rpc, hub }: Endpoints,
  use: (contracts: Contracts) => Promise<Result>,
): Promise<Result> {
  const provider = openProvider(rpc, await readChainId(rpc));
  try {
    return await use(await connect(provider, hub));
  } finally {
    provider.destroy();
  }
}

async function connect(provider: Provider, hub: Address): Promise<Contracts> {
  try {
    return await connectContracts(hub, provider);
  } catch (cause) {
    if (!(cause instanceof NoHubError)) throw cause;
    throw new UsageError(`There is no hub at ${hub}: check --hub, or --network.`, { cause });
  }
}

/**
 * Returns the id of a node's chain. This is requested before a provider is opened, since ethers waits forever for a node.
 *
 * @throws {@link UsageError} if the node does not answer
 */
export async function readChainId(rpc: string): Promise<number> {
  try {
    const answered = await fetch(rpc, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] }),
      signal: AbortSignal.timeout(10_000),
    });
    const { result } = (await answered.json()) as { result: string };
    return Number(BigInt(result));
  } catch (cause) {
    throw new UsageError(`The chain at ${rpc} does not answer: check --rpc, or --network.`, { cause });
  }
}
