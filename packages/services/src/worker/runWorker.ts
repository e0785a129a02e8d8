import { join } from "node:path";

import { Wallet, type JsonRpcProvider } from "ethers";

import { encodeReportData } from "@poco-marketplace/sdk/wire/reportData.js";
import { openProvider } from "@poco-marketplace/sdk/chain/openProvider.js";
import { openSender } from "@poco-marketplace/sdk/chain/sender.js";
import type { Manifest } from "@poco-marketplace/sdk/manifest.js";
import { joinBinding } from "@poco-marketplace/sdk/wire/joinBinding.js";
import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { SecretsClient } from "@poco-marketplace/sdk/client/secrets.js";
import { WorkerSession } from "@poco-marketplace/sdk/client/workerSession.js";
import { resolveEndpoints, type NamedEndpoint } from "@poco-marketplace/enclave/network/endpoints.js";
import type { SandboxLimits } from "@poco-marketplace/enclave/runtime/launch.js";
import type { Processor } from "@poco-marketplace/enclave/runtime/processor.js";
import {
  chooseSandbox,
  withNetwork,
  type NetworkedSandbox,
  type SandboxRequirement,
} from "@poco-marketplace/enclave/runtime/sandbox.js";
import { IPoco__factory } from "@poco-marketplace/sdk/typechain.js";
import { openAppStore, type Images } from "./apps.js";
import { SILENT, type Log } from "../log.js";
import type { WorkerContext } from "./context.js";
import { openEnclavePool } from "./enclavePool.js";
import { handledLater } from "./handledLater.js";
import { openHubCalls } from "./hubCalls.js";
import { openRevealStore } from "./revealStore.js";
import { NOTHING, openProver } from "./proof.js";
import { WorkerLoop } from "./workerLoop.js";

/** What a worker needs. */
export interface WorkerOptions {
  /** The origin of the pool's scheduler. */
  readonly scheduler: string;
  /** URL of a node of the chain. */
  readonly rpc: string;
  readonly deployment: Pick<Manifest, "chainId" | "poco">;
  /** Private key of the worker's account; nobody else may send transactions with it. */
  readonly wallet: Hex;
  /** The origin of the secret service; without one, tasks get no secrets. */
  readonly sms?: string;
  /** The origins of the content store: where results are put, and where files are read. */
  readonly ipfsNode: string;
  readonly ipfsGateway: string;
  /** A folder of its own, which is kept: packages of apps, and what it takes to reveal. */
  readonly state: string;
  /** What measures enclaves and makes their quotes. */
  readonly processor: Processor;
  /** Whether apps must run in a sandbox, as by default, or may do without one where there is none. */
  readonly sandbox?: SandboxRequirement;
  /** What apps that ask for the network may reach besides the internet: nothing by default. */
  readonly appAllow?: readonly NamedEndpoint[];
  /** Whether tasks are taken whose app asks for the network: they are by default. */
  readonly appNetwork?: "allowed" | "refused";
  /** Where the packages of images are, for apps that are published as such. */
  readonly images?: Images;
  readonly limits?: Partial<WorkerLimits>;
  readonly log?: Log;
}

/** What a worker gives to tasks. */
export interface WorkerLimits {
  /** Tasks at once: 1 by default. */
  readonly slots: number;
  /** Of each enclave. */
  readonly enclave: Partial<SandboxLimits>;
  /** Bytes that the data of a task may have together: 256 MiB by default. */
  readonly maxDownloadBytes: number;
  /** Bytes on disk for packages of apps: 1 GiB by default. */
  readonly maxAppBytes: number;
  /** Apps for which an enclave is kept ready: 1 by default. */
  readonly warm: number;
  /** Whether input files may come from this machine and its private network: refused by default. */
  readonly privateHosts: "allowed" | "refused";
}

/** A worker at work. */
export interface RunningWorker {
  readonly address: Address;
  /** Ends when the worker has stopped; fails when the scheduler does not want it. */
  readonly done: Promise<void>;
  /** Leaves what it is at, and everything that it started ends. */
  stop(): Promise<void>;
}

const LIMITS: WorkerLimits = {
  slots: 1,
  enclave: {},
  maxDownloadBytes: 256 * 2 ** 20,
  maxAppBytes: 2 ** 30,
  warm: 1,
  privateHosts: "refused",
};

/**
 * A worker: joins a scheduler and does the tasks that it is given, each in an enclave of its own, until it is stopped.
 * docs/how-to/join-as-worker.md tells how.
 *
 * @throws `NoSandboxError` where apps must have a sandbox and there is none, `InvalidEndpointError`
 */
export async function runWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { rpc, deployment, log = SILENT } = options;
  const limits = { ...LIMITS, ...options.limits };
  const { appNetwork = "allowed", appAllow = [] } = options;
  const chosen = await chooseSandbox(options.sandbox ?? "bubblewrap");
  const sandbox = appNetwork === "allowed" ? await withNetwork(chosen, await resolveEndpoints(appAllow)) : chosen;
  const { warning, networkWarning } = sandbox as NetworkedSandbox;
  for (const warned of [warning, networkWarning]) if (warned !== undefined) log.warn({ sandbox: sandbox.kind }, warned);
  const provider = openProvider(rpc, deployment.chainId);
  const wallet = new Wallet(options.wallet, provider);
  const { slots, maxDownloadBytes: maxBytes, privateHosts } = limits;
  const prove = (challenge: Hex) =>
    hexOf(options.processor.quote(NOTHING, encodeReportData(joinBinding(wallet.address as Address, challenge))));
  const scheduler = new WorkerSession(options.scheduler, wallet, { slots, prove });
  const images = options.images ?? (() => Promise.resolve(undefined));
  const apps = openAppStore({ folder: join(options.state, "apps"), maxBytes: limits.maxAppBytes, images });
  const hub = IPoco__factory.connect(deployment.poco, provider);
  const sender = openSender(wallet);
  const context: WorkerContext = {
    log,
    account: wallet,
    runner: provider,
    scheduler,
    hub: await openHubCalls(hub, sender),
    prover: openProver({ hub, provider, sender }, options.processor),
    sms: options.sms === undefined ? undefined : new SecretsClient(options.sms),
    enclaves: openEnclavePool({
      apps,
      processor: options.processor,
      sandbox,
      appNetwork,
      limits: limits.enclave,
      warm: limits.warm,
    }),
    reveals: openRevealStore(join(options.state, "results")),
    ipfsNode: options.ipfsNode,
    fetching: { gateway: options.ipfsGateway, maxBytes, privateHosts },
  };

  const loop = new WorkerLoop(context, scheduler);
  const done = handledLater(runUntilStopped(loop, provider));
  return {
    address: wallet.address as Address,
    done,
    async stop() {
      loop.stop();
      await done;
    },
  };
}

async function runUntilStopped(loop: WorkerLoop, provider: JsonRpcProvider): Promise<void> {
  try {
    await loop.run();
  } finally {
    provider.destroy();
  }
}

function hexOf(bytes: Uint8Array): Hex {
  return `0x${Buffer.from(bytes).toString("hex")}`;
}
