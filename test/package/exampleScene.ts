import type { Provider, Signer } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import type {
  Clients,
  DealTask,
  DirectoryClient,
  GrantedAccess,
  MarketClient,
  NetworkAddresses,
  SchedulerClient,
  SecretsClient,
  StoreClient,
  SubgraphClient,
} from "@poco-marketplace/sdk/client/index.js";
import {
  connectContracts,
  type Address,
  type Contracts,
  type DealId,
  type Hex,
  type Manifest,
  type SignedAppOrder,
  type SignedDealOrders,
  type TaskId,
} from "@poco-marketplace/sdk/index.js";
import { scenes } from "../fixtures/scenes.js";
import { createActors } from "../fixtures/actors.js";

/** What the examples of the SDK may use without saying where they have it from; `packages/sdk/src/index.ts` says it. */
export interface Scene {
  readonly provider: Provider;
  readonly signer: Signer;
  readonly hubAddress: Address;
  readonly contracts: Contracts;
  readonly orders: SignedDealOrders;
  readonly manifest: Manifest;
}

/**
 * What the examples of the SDK's clients may use besides, without saying where they have it from. Nothing of it is there:
 * such examples are compiled, and not run.
 */
export interface NetworkScene extends Scene {
  readonly network: NetworkAddresses & { readonly chainId: number; readonly scheduler: string };
  readonly clients: Clients;
  readonly market: MarketClient;
  readonly secrets: SecretsClient;
  readonly store: StoreClient;
  readonly directory: DirectoryClient;
  readonly scheduler: SchedulerClient;
  readonly subgraph: SubgraphClient;
  readonly requester: Address;
  readonly app: Address;
  readonly dataset: Address;
  readonly workerpool: Address;
  readonly dealId: DealId;
  readonly taskId: TaskId;
  readonly task: DealTask;
  readonly cid: string;
  readonly key: string;
  readonly privateKey: string;
  readonly archive: Uint8Array;
  readonly orderHash: Hex;
  readonly signedOrder: SignedAppOrder;
  readonly granted: GrantedAccess;
}

/** Says what a value is, and what the example shows. */
export type Show = (actual: unknown, shown: unknown) => void;
/** Says what fails, and the name of the error that the example shows. */
export type Refuse = (act: () => Promise<unknown>, error: string) => Promise<void>;

/** What the module of an example exports. */
export type RunExample = (scene: Scene, show: Show, refuse: Refuse) => Promise<void>;

/** The names of what is in a {@link NetworkScene} only. */
export const NETWORK_VARIABLES = [
  "network",
  "clients",
  "market",
  "secrets",
  "store",
  "directory",
  "scheduler",
  "subgraph",
  "requester",
  "app",
  "dataset",
  "workerpool",
  "dealId",
  "taskId",
  "task",
  "cid",
  "key",
  "privateKey",
  "archive",
  "orderHash",
  "signedOrder",
  "granted",
] as const satisfies readonly Exclude<keyof NetworkScene, keyof Scene>[];

/** The names of what is in a {@link Scene}. */
export const SCENE_VARIABLES = [
  "provider",
  "signer",
  "hubAddress",
  "contracts",
  "orders",
  "manifest",
] as const satisfies readonly (keyof Scene)[];

/** A hub with four orders that match, and the requester as the signer. */
export async function createExampleScene(connection: NetworkConnection): Promise<Scene> {
  const world = await scenes(connection).marketWorld();
  const { manifest, accounts } = world;
  const actors = await createActors(world);
  return {
    provider: connection.ethers.provider as unknown as Provider,
    signer: accounts.requester,
    hubAddress: manifest.poco,
    contracts: await connectContracts(manifest.poco, accounts.requester),
    orders: await actors.orders({ volume: 4n }),
    manifest,
  };
}
