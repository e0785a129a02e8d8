import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { JsonRpcProvider, Wallet } from "ethers";

import { connectContracts, type Contracts } from "../../../src/chain/contracts.js";
import { accountsOf, type Account } from "../../network/chain/accounts.js";
import type { NetworkDescription } from "../../network/descriptor.js";
import { fund } from "../../network/funds.js";
import { readOptions } from "../../network/options.js";
import { startNetwork } from "../../network/startNetwork.js";
import { openStateFolder } from "../../network/stateFolder.js";
import type { Kept } from "../../network/supervise.js";
import type { Marker } from "../judge/markers.js";
import { linesOf, publishAssets, type Assets } from "./assets.js";
import { startPostgres } from "./postgres.js";
import { openProxy, type Proxy } from "./proxy.js";

/** Workers that do as they should. */
export const WORKERS = 3;

/** A network that things are done to. */
export interface World {
  readonly network: NetworkDescription;
  readonly contracts: Contracts;
  /** Straight to the chain. */
  readonly provider: JsonRpcProvider;
  readonly assets: Assets;
  /** Everything that may not be in any log. */
  readonly markers: readonly Marker[];
  /** Through which the services reach the chain. */
  readonly chainProxy: Proxy;
  /** Through which they reach PostgreSQL; nothing where that is not installed, and databases are in their processes. */
  readonly databaseProxy: Proxy | undefined;
  /** The database without the proxy. */
  readonly databaseUrl: string | undefined;
  /** A worker's account that none of the workers has. */
  readonly rogue: Account;
  /** The files of the network. */
  of(...names: Parameters<Awaited<ReturnType<typeof openStateFolder>>["of"]>): string;
  processOf(title: string): Kept;
  /** What the network said of its processes. */
  said(): string;
  /** Until every service answers. */
  isWell(): Promise<void>;
  close(): Promise<void>;
}

/** Starts everything. */
export async function openWorld(): Promise<World> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const one of closers.toReversed()) await one();
  };
  try {
    return await build(closers, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function build(closers: (() => Promise<unknown>)[], close: () => Promise<void>): Promise<World> {
  const root = await mkdtemp(join(tmpdir(), "faults-"));
  closers.push(() => rm(root, { recursive: true, force: true }));
  const database = await startPostgres();
  if (database !== undefined) closers.push(() => database.stop());
  const databaseProxy = database === undefined ? undefined : await openProxy(database.port);
  if (databaseProxy !== undefined) closers.push(() => databaseProxy.close());
  // Its processes inherit it.
  if (database !== undefined) process.env["DATABASE_URL"] = database.url(databaseProxy!.port);
  else delete process.env["DATABASE_URL"];

  const args = [`--state=${join(root, "state")}`, "--port=0", `--workers=${WORKERS}`];
  const options = readOptions(args, {})!;
  const state = await openStateFolder(options.state, { isFresh: false });
  const kept: Kept[] = [];
  const lines: string[] = [];
  let chainProxy!: Proxy;
  closers.push(async () => {
    for (const one of kept.toReversed()) await one.stop();
    await chainProxy?.close();
  });
  const network = await startNetwork(options, state, {
    kept,
    say: (line) => lines.push(line),
    reach: async (rpc) => {
      chainProxy = await openProxy(Number(new URL(rpc).port));
      return `http://127.0.0.1:${chainProxy.port}`;
    },
  });

  const provider = new JsonRpcProvider(network.rpc, network.chainId, {
    staticNetwork: true,
    cacheTimeout: -1,
    batchStallTime: 0,
    polling: true,
    pollingInterval: 50,
  });
  closers.push(() => Promise.resolve(provider.destroy()));
  const contracts = await connectContracts(network.hub, new Wallet(network.accounts[0]!.privateKey, provider));
  const rogue = accountsOf(WORKERS + 1).at(-1)!;
  await fund(network.rpc, network.manifest, [rogue]);
  const assets = await publishAssets(network, contracts, provider);
  const platform = await readFile(state.of("attestation", "platform.json"), "utf8");
  const master = await readFile(state.of("services", "sms", "master.key"), "utf8");
  const platformKeys = [...platform.matchAll(/"pem": "((?:[^"\\]|\\.)*)"/g)].flatMap(([, pem]) =>
    linesOf(JSON.parse(`"${pem!}"`) as string),
  );
  const markers = [
    ...assets.markers,
    ...platformKeys.map((text) => ({ name: "a key of the platform", text })),
    { name: "the master key", text: master.trim() },
    { name: "the key of the rogue", text: rogue.privateKey.slice(2) },
  ];

  const services = [network.market, network.sms, network.ipfsNode, network.compass, network.scheduler!];
  return {
    network,
    contracts,
    provider,
    assets,
    markers,
    chainProxy,
    databaseProxy,
    databaseUrl: database?.url(database.port),
    rogue,
    of: (...names) => state.of(...names),
    processOf: (title) => kept.find((one) => one.title === title)!,
    said: () => lines.join("\n"),
    async isWell() {
      for (const origin of [network.rpc, ...services]) await answers(origin);
    },
    close,
  };
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
