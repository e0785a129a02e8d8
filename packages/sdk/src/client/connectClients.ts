import type { Signer } from "ethers";

import { connectContracts, type Contracts } from "../chain/contracts.js";
import type { Address } from "../protocol/ids.js";
import { DirectoryClient } from "./directory.js";
import { MarketClient } from "./market.js";
import { SecretsClient } from "./secrets.js";
import { StoreClient } from "./store.js";
import { SubgraphClient } from "./subgraph.js";

/** The addresses of a network's hub and services, by the names of `network.json`. */
export interface NetworkAddresses {
  readonly hub: Address;
  /** The contract that registers datasets with their schema, if there is one. */
  readonly dataprotector?: Address;
  readonly market: string;
  readonly sms: string;
  readonly ipfsNode: string;
  readonly ipfsGateway: string;
  readonly compass: string;
  readonly pocoSubgraph: string;
}

/** Clients of all services of a network, for one account. */
export interface Clients {
  readonly signer: Signer;
  readonly contracts: Contracts;
  /** The contract that registers datasets with their schema, if there is one. */
  readonly dataProtector: Address | undefined;
  readonly market: MarketClient;
  readonly secrets: SecretsClient;
  readonly store: StoreClient;
  readonly directory: DirectoryClient;
  readonly subgraph: SubgraphClient;
}

/**
 * Connects to a network's contracts, and makes clients of its services, which are not contacted yet.
 *
 * @param network - The contents of the `network.json` of a network that runs on this machine.
 * @param signer - An account, connected to a node of the network's chain.
 * @throws {@link InvalidFieldError} when a URL or address is none; {@link NoHubError} when no hub is there
 * @example
 * ```ts
 * const clients = await connectClients(network, signer);
 * ```
 */
export async function connectClients(network: NetworkAddresses, signer: Signer): Promise<Clients> {
  const contracts = await connectContracts(network.hub, signer);
  const { chainId } = contracts.domain;
  return {
    signer,
    contracts,
    dataProtector: network.dataprotector,
    market: new MarketClient(network.market, { chainId, signer }),
    secrets: new SecretsClient(network.sms),
    store: new StoreClient({ node: network.ipfsNode, gateway: network.ipfsGateway }),
    directory: new DirectoryClient(network.compass, { chainId }),
    subgraph: new SubgraphClient(network.pocoSubgraph),
  };
}
