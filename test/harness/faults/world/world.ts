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

/** A running network, and the access to its parts. */
export interface Site {
  readonly network: NetworkDescription;
  /** The folder of the network's state. */
  readonly folder: string;
  /** The process with this title now; undefined if there is none. */
  pidOf(title: string): number | undefined;
  /** The output of the network about its processes. */
  said(): string;
  /** The proxy between services and chain; undefined if they connect directly. */
  readonly chainProxy?: Proxy;
  /** The proxy between services and PostgreSQL; undefined if databases are in their processes. */
  readonly databaseProxy?: Proxy;
  /** The URL of the database without the proxy. */
  readonly databaseUrl?: string;
}

/** A network under test. */
export interface World extends Site {
  readonly contracts: Contracts;
  /** A provider that is connected to the chain directly. */
  readonly provider: JsonRpcProvider;
  readonly assets: Assets;
  /** The secrets that must not be in any log. */
  readonly markers: readonly Marker[];
  /** An account of a worker that none of the workers uses. */
  readonly rogue: ChainAccount;
  /** The titles of the workers' processes. */
  readonly workers: readonly string[];
  /** A path in the network's folder. */
  of(...names: readonly string[]): string;
  /** Resolves when every service answers. */
  waitUntilHealthy(): Promise<void>;
  /** Closes this access; the network goes on. */
  leave(): void;
}

/** Publishes an app, data and secrets on a network, and collects all other secrets there. */
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
    async waitUntilHealthy() {
      for (const origin of [network.rpc, ...services]) await answers(origin);
    },
    leave: () => provider.destroy(),
  };
}

/** The keys that the network generated. */
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

/** The time in which a service must be back, in milliseconds. */
const TIMEOUT_MS = 90_000;

async function answers(origin: string): Promise<void> {
  const deadline = Date.now() + TIMEOUT_MS;
  for (;;) {
    const answer = await fetch(`${origin}/health`, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok === true) return;
    if (Date.now() > deadline) throw new Error(`${origin} does not answer any more.`);
    await sleep(100);
  }
}
