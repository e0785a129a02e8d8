import type { Provider, Signer } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import {
  connectContracts,
  type Address,
  type Contracts,
  type Manifest,
  type SignedDealOrders,
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

/** Says what a value is, and what the example shows. */
export type Show = (actual: unknown, shown: unknown) => void;
/** Says what fails, and the name of the error that the example shows. */
export type Refuse = (act: () => Promise<unknown>, error: string) => Promise<void>;

/** What the module of an example exports. */
export type RunExample = (scene: Scene, show: Show, refuse: Refuse) => Promise<void>;

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
  const { manifest, cast } = world;
  const actors = await createActors(world);
  return {
    provider: connection.ethers.provider as unknown as Provider,
    signer: cast.requester,
    hubAddress: manifest.poco,
    contracts: await connectContracts(manifest.poco, cast.requester),
    orders: await actors.orders({ volume: 4n }),
    manifest,
  };
}
