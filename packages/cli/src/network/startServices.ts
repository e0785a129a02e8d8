import { computeAddress } from "ethers";

import type { Manifest } from "@poco-marketplace/sdk/manifest.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { writeEndpoint } from "@poco-marketplace/enclave/network/endpoints.js";
import type { ChainAccount } from "./chain/accounts.js";
import { fund } from "./funds.js";
import { offerSettings } from "./pool/offerOptions.js";
import { openPool } from "./pool/openPool.js";
import type { PlannedPool } from "./pool/plannedPool.js";
import type { Listener, Ports } from "./ports.js";
import type { ServiceName } from "./services.js";
import type { settingArguments } from "./settings.js";
import type { StateFolder } from "./stateFolder.js";

/** Starts a service as a process of its own; resolves with the URL at which it listens, if any, once it is ready. */
export type Run = (
  name: ServiceName,
  values: Parameters<typeof settingArguments>[0],
  title?: string,
) => Promise<string | undefined>;

/** The chain, settings and folders with which services are started. */
export interface ServicesContext {
  readonly rpc: string;
  /** The path of the manifest. */
  readonly deployment: string;
  readonly manifest: Manifest;
  /** The accounts to fund, on a chain whose token has a faucet. */
  readonly accounts: readonly ChainAccount[];
  readonly pool: PlannedPool | undefined;
  readonly state: StateFolder;
  readonly ports: Ports;
  /** The settings by which the secret service and the scheduler judge platforms. */
  readonly trust: Readonly<Record<string, string | undefined>>;
  /** Whether the scheduler signs for attested enclaves only. */
  readonly attestation: "required" | "none";
  /** The addresses of apps, by the names under which clients look them up. */
  readonly iapps: Readonly<Record<string, string>>;
  /** The path of the simulated platform that makes quotes. */
  readonly platform: string;
  /** Whether the network has a container registry: images in one on this machine are of no use on a chain of many machines. */
  readonly hasRegistry: boolean;
  readonly run: Run;
}

/** The URLs of the services, and the workerpool, for clients. */
export interface ServiceUrls {
  readonly market: string;
  readonly sms: string;
  readonly ipfsNode: string;
  readonly ipfsGateway: string;
  /** The container registry of an embedded network, to which anyone on this machine may push images. */
  readonly registry?: string;
  readonly compass: string;
  readonly dataprotectorSubgraph: string;
  readonly pocoSubgraph: string;
  readonly workerpool?: Address;
  readonly scheduler?: string;
}

/** Starts all services on a chain, each after the services that it needs. */
export async function startServices(context: ServicesContext): Promise<ServiceUrls> {
  const { rpc, deployment, state, ports, trust, attestation, hasRegistry, run } = context;
  const origin = (name: Listener) => `http://127.0.0.1:${ports[name]}`;
  const location = (name: Listener & ServiceName) => ({ port: ports[name], folder: state.of("services", name) });
  const chain = { rpc, deployment };
  const iapps = Object.entries(context.iapps)
    .map(([name, app]) => `${name}=${app}`)
    .join(",");
  const [market, sms, store] = [origin("market"), origin("sms"), origin("store")];

  const [compass, scheduler] = [origin("indexer"), origin("scheduler")];
  const prepared = preparePool(context);
  const [workerpool] = await Promise.all([
    prepared,
    run("market", { ...chain, ...location("market") }),
    run("store", location("store")),
    ...(hasRegistry ? [run("registry", location("registry"))] : []),
    run("sms", {
      ...chain,
      ...location("sms"),
      gateway: store,
      ...trust,
    }),
    prepared.then((pool) => {
      const schedulers = pool === undefined ? undefined : `${pool}=${scheduler}`;
      return run("indexer", { ...chain, ...location("indexer"), gateway: store, schedulers, iapps });
    }),
  ]);
  const graphql = `${compass}/graphql`;
  const endpoints = {
    market,
    sms,
    ipfsNode: store,
    ipfsGateway: store,
    ...(hasRegistry && { registry: origin("registry") }),
    compass,
    dataprotectorSubgraph: graphql,
    pocoSubgraph: graphql,
  };
  const { pool } = context;
  if (pool === undefined || workerpool === undefined) return endpoints;
  const { owner: key, offers, workers, admitted, openWorkers } = pool;
  const registries = hasRegistry
    ? { privateRegistries: `127.0.0.1:${ports.registry},localhost:${ports.registry}` }
    : {};
  await Promise.all([
    run("scheduler", {
      ...chain,
      ...location("scheduler"),
      ...offerSettings(offers),
      ...trust,
      attestation,
      workers: [...workers.map(({ key: workerKey }) => computeAddress(workerKey)), ...admitted].join(","),
      openWorkers,
      sms,
      workerpool,
      market,
      gateway: store,
      ...registries,
      key,
    }),
    startWorkers(context, { ...chain, ...registries, sms, scheduler, ipfsNode: store, gateway: store }),
  ]);
  return { ...endpoints, workerpool, scheduler };
}

/**
 * Funds the accounts and registers the pool. This comes before the scheduler starts, which from then on is the only one
 * to send transactions for the pool's owner.
 */
async function preparePool(context: ServicesContext): Promise<Address | undefined> {
  const { rpc, manifest, accounts, pool } = context;
  if (accounts.length > 0) await fund(rpc, manifest, accounts);
  return pool === undefined ? undefined : (pool.workerpool ?? openPool(rpc, manifest, pool.owner));
}

async function startWorkers({ pool, platform, state, run }: ServicesContext, shared: Readonly<Record<string, string>>) {
  const { workers, privateHosts, sandbox, appNetwork } = pool!;
  const appAllow = pool!.appAllow.map(writeEndpoint).join(",") || undefined;
  await Promise.all(
    workers.map(({ title, key }) => {
      const folder = state.of("services", title.replace(" ", "-"));
      const rules = { privateHosts, sandbox, appAllow, appNetwork };
      return run("worker", { ...shared, folder, platform, ...rules, key }, title);
    }),
  );
}
