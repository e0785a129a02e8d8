import { existsSync, readFileSync } from "node:fs";

import type { Provider } from "ethers";

import { NoHubError, connectContracts, type Contracts } from "@poco-marketplace/sdk/chain/contracts.js";
import { openProvider } from "@poco-marketplace/sdk/chain/openProvider.js";
import { readAddress } from "@poco-marketplace/sdk/protocol/field.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { UsageError } from "./commandLine.js";

/** What `npm run network` writes. */
export const NETWORK_FILE = ".network/network.json";

/** Where a command looks: the chain, the hub on it, and services that it may have. */
export interface Places {
  readonly rpc: string;
  readonly hub: Address;
  readonly market: string | undefined;
  readonly compass: string | undefined;
  /** An IPFS gateway. */
  readonly ipfsGateway: string | undefined;
}

/** Options of the command line that say where to look. */
export type PlaceOptions = Partial<Record<keyof Places | "network", string | undefined>>;

/**
 * What the command line says, then what the network's file says.
 *
 * @throws UsageError if nobody says which chain and hub
 */
export function readPlaces(options: PlaceOptions): Places {
  const file = options.network ?? (existsSync(NETWORK_FILE) ? NETWORK_FILE : undefined);
  const known = file === undefined ? {} : (readJson(file) as PlaceOptions);
  const place = (name: keyof Places) => options[name] ?? known[name];
  const [rpc, hub] = [place("rpc"), place("hub")];
  if (rpc === undefined || hub === undefined) {
    throw new UsageError(
      "Which chain and hub? Say --rpc URL --hub ADDRESS, or start a network of your own with npm run network.",
    );
  }
  return {
    rpc,
    hub: readAddress("--hub", hub),
    market: place("market"),
    compass: place("compass"),
    ipfsGateway: place("ipfsGateway"),
  };
}

/**
 * A JSON file.
 *
 * @throws UsageError if it is not there or no JSON
 */
export function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as unknown;
  } catch (error) {
    throw new UsageError(`${file} cannot be read as JSON: ${(error as Error).message}.`, { cause: error });
  }
}

/**
 * Does something with the contracts behind a hub, and lets go of the chain.
 *
 * @throws UsageError if the chain does not answer, or has no hub there
 */
export async function withContracts<Result>(
  { rpc, hub }: Places,
  use: (contracts: Contracts) => Promise<Result>,
): Promise<Result> {
  const provider = openProvider(rpc, await chainIdOf(rpc));
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

/** Asked first, since a provider of ethers waits forever for a chain. */
async function chainIdOf(rpc: string): Promise<number> {
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
