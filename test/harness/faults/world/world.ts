import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { JsonRpcProvider, Wallet } from "ethers";

import { connectContracts, type Contracts } from "@poco-marketplace/sdk/chain/contracts.js";
import { accountsOf, ACCOUNT_ROLES, type ChainAccount } from "@poco-marketplace/cli/network/chain/accounts.js";
import type { NetworkDescription } from "@poco-marketplace/cli/network/descriptor.js";
import { fund } from "@poco-marketplace/cli/network/funds.js";
import type { Marker } from "../judge/markers.js";
import { linesOf, publishAssets, type Assets } from "./assets.js";
import type { Proxy } from "./proxy.js";

/** A network that runs, and where things of it are. */
export interface Site {
  readonly network: NetworkDescription;
  /** The folder of its state. */
  readonly folder: string;
  /** The process that has a title now; nothing while there is none. */
  pidOf(title: string): number | undefined;
  /** What the network said of its processes. */
  said(): string;
  /** Through which the services reach the chain; nothing where they do so directly. */
  readonly chainProxy?: Proxy;
  /** Through which they reach PostgreSQL; nothing where databases are in their processes. */
  readonly databaseProxy?: Proxy;
  /** The database without the proxy. */
  readonly databaseUrl?: string;
}

/** A network that things are done to. */
export interface World extends Site {
  readonly contracts: Contracts;
  /** Straight to the chain. */
  readonly provider: JsonRpcProvider;
  readonly assets: Assets;
  /** Everything that may not be in any log. */
  readonly markers: readonly Marker[];
  /** A worker's account that none of the workers has. */
  readonly rogue: ChainAccount;
  /** The titles of the workers' processes. */
  readonly workers: readonly string[];
  /** Files of the network. */
  of(...names: readonly string[]): string;
  /** Until every service answers. */
  isWell(): Promise<void>;
  /** Lets go of the network, which goes on. */
  leave(): void;
}

/** Publishes an app, data and secrets on a network, and looks for everything else that is secret there. */
export async function enterWorld(site: Site): Promise<World> {
  const { network, folder } = site;
  const settings = { staticNetwork: true, cacheTimeout: -1, batchStallTime: 0, polling: true, pollingInterval: 50 };
  const provider = new JsonRpcProvider(network.rpc, network.chainId, settings);
  const of = (...names: readonly string[]) => join(folder, ...names);
  const contracts = await connectContracts(network.hub, new Wallet(network.accounts[0]!.privateKey, provider));
  const rogue = accountsOf(network.accounts.length - ACCOUNT_ROLES.length + 1).at(-1)!;
  await fund(network.rpc, network.manifest, [rogue]);
  const assets = await publishAssets(network, contracts, provider);
  const services = [network.market, network.sms, network.ipfsNode, network.compass, network.scheduler!];
  return {
    ...site,
    contracts,
    provider,
    assets,
    markers: [
      ...assets.markers,
      ...(await keysIn(of)),
      { name: "the key of the rogue", text: rogue.privateKey.slice(2) },
    ],
    rogue,
    workers: network.accounts.map(({ role }) => role).filter((role) => role.startsWith("worker ")),
    of,
    async isWell() {
      for (const origin of [network.rpc, ...services]) await answers(origin);
    },
    leave: () => provider.destroy(),
  };
}

/** The keys that the network made for itself. */
async function keysIn(of: World["of"]): Promise<Marker[]> {
  const platform = await readFile(of("attestation", "platform.json"), "utf8");
  const master = await readFile(of("services", "sms", "master.key"), "utf8");
  const keys = [...platform.matchAll(/"pem": ("(?:[^"\\]|\\.)*")/g)].flatMap(([, pem]) =>
    linesOf(JSON.parse(pem!) as string),
  );
  return [
    ...keys.map((text) => ({ name: "a key of the platform", text })),
    { name: "the master key", text: master.trim() },
  ];
}

/** How long a service may take until it is back, in milliseconds. */
const PATIENCE = 90_000;

async function answers(origin: string): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const answer = await fetch(`${origin}/health`, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok === true) return;
    if (Date.now() > deadline) throw new Error(`${origin} does not answer any more.`);
    await sleep(100);
  }
}
