import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { Wallet } from "ethers";

import { encodeReportData } from "@poco-marketplace/sdk/wire/reportData.js";
import { openProvider } from "@poco-marketplace/sdk/chain/openProvider.js";
import { openSender } from "@poco-marketplace/sdk/chain/sender.js";
import type { Manifest } from "@poco-marketplace/sdk/manifest.js";
import { joinBinding } from "@poco-marketplace/sdk/wire/joinBinding.js";
import type { Duties, InHand } from "@poco-marketplace/sdk/wire/scheduler.js";
import type { Address, Hex, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import { SecretsClient } from "@poco-marketplace/sdk/client/secrets.js";
import { ServiceError } from "@poco-marketplace/sdk/client/serviceConnection.js";
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
import { runAttempt } from "./attempt.js";
import { SILENT, type Log } from "../log.js";
import type { WorkerContext } from "./context.js";
import { openEnclavePool } from "./enclavePool.js";
import { openHubCalls } from "./hubCalls.js";
import { openRevealStore } from "./revealStore.js";
import { NOTHING, openProver } from "./proof.js";

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
/** Milliseconds before a result that could not be revealed is revealed again. */
const REVEAL_AGAIN_MS = 500;

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
    wallet,
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

  const stopping = new AbortController();
  const running = new Map<string, InHand & { readonly stop: AbortController; readonly done: Promise<void> }>();
  const revealing = new Map<TaskId, Promise<void>>();
  /** Ends the request that waits for duties, when there is less in hand than it says. */
  let looking = new AbortController();

  function begin({ run, reveal, stop }: Duties): void {
    for (const { taskId, attempt } of stop) running.get(keyOf(taskId, attempt))?.stop.abort();
    for (const duty of run) {
      const key = keyOf(duty.taskId, duty.attempt);
      if (running.has(key)) continue;
      const { taskId, attempt } = duty;
      log.info({ task: taskId, attempt }, "task started");
      const ending = new AbortController();
      const signal = AbortSignal.any([ending.signal, stopping.signal]);
      const done = finish(key, runAttempt(duty, context, signal));
      running.set(key, { taskId, attempt, stop: ending, done });
    }
    for (const task of reveal) {
      if (!revealing.has(task)) revealing.set(task, revealResult(task));
    }
  }

  async function finish(key: string, attempt: Promise<void>): Promise<void> {
    await attempt;
    running.delete(key);
    log.info({ task: key.split(" ")[0] }, "task finished");
    looking.abort();
  }

  async function revealResult(task: TaskId): Promise<void> {
    try {
      const note = await context.reveals.read(task);
      if (note === undefined) throw new Error(`What it takes to reveal task ${task} is not in ${options.state}.`);
      await context.hub.reveal(task, note.digest);
      log.info({ task }, "result revealed");
    } catch (error) {
      log.warn({ task, err: error }, "result not revealed");
    }
    // The scheduler asks again, if it still wants it.
    await sleep(REVEAL_AGAIN_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    revealing.delete(task);
  }

  async function enrol(): Promise<void> {
    try {
      for (const { call, receipt } of await context.prover.enrol())
        log.info({ gas: `${receipt.gasUsed}` }, `${call}: done`);
    } catch (error) {
      log.warn({ err: error }, "the platform of this worker is not registered on chain");
    }
  }

  async function live(): Promise<void> {
    // A pool may ask for a platform that is registered.
    await enrol();
    try {
      while (!stopping.signal.aborted) {
        looking = new AbortController();
        const has = {
          running: [...running.values()]
            .filter(({ stop }) => !stop.signal.aborted)
            .map(({ taskId, attempt }) => ({ taskId, attempt })),
          revealing: [...revealing.keys()],
        };
        const signal = AbortSignal.any([looking.signal, stopping.signal]);
        const duties = await scheduler.duties(has, signal).catch((error: unknown) => {
          if (signal.aborted) return undefined;
          throw error;
        });
        if (duties !== undefined) begin(duties);
      }
    } catch (error) {
      if (!(error instanceof ServiceError)) log.warn({ err: error }, "worker stopped");
      throw error;
    } finally {
      stopping.abort();
      await Promise.all([...running.values()].map(({ done }) => done));
      await Promise.all(revealing.values());
      await context.enclaves.close();
      await scheduler.leave();
      provider.destroy();
    }
  }

  const done = live();
  void Promise.allSettled([done]);
  return {
    address: wallet.address as Address,
    done,
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

function hexOf(bytes: Uint8Array): Hex {
  return `0x${Buffer.from(bytes).toString("hex")}`;
}

function keyOf(task: TaskId, attempt: number): string {
  return `${task} ${attempt}`;
}
