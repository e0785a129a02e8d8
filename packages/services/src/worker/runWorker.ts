import { Wallet, type JsonRpcProvider } from "ethers";

import { encodeReportData } from "@poco-marketplace/sdk/wire/reportData.js";
import { openProvider } from "@poco-marketplace/sdk/chain/openProvider.js";
import { openNonceManagedSender } from "@poco-marketplace/sdk/chain/nonceManagedSender.js";
import type { Manifest } from "@poco-marketplace/sdk/manifest.js";
import { joinBinding } from "@poco-marketplace/sdk/wire/joinBinding.js";
import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { SecretsClient } from "@poco-marketplace/sdk/client/secrets.js";
import { WorkerSession } from "@poco-marketplace/sdk/client/workerSession.js";
import { resolveEndpoints, type NamedEndpoint } from "@poco-marketplace/enclave/network/endpoints.js";
import {
  chooseSandbox,
  withNetwork,
  type NetworkedSandbox,
  type Sandbox,
  type SandboxRequirement,
} from "@poco-marketplace/enclave/runtime/sandbox.js";
import { SILENT, type Log } from "../log.js";
import { handledLater } from "./handledLater.js";
import { limitsOf, openContext, type WorkerSetting } from "./openContext.js";
import { NOTHING } from "./proof.js";
import { WorkerLoop } from "./workerLoop.js";

/** What a worker needs. */
export interface WorkerOptions extends WorkerSetting {
  /** The origin of the pool's scheduler. */
  readonly scheduler: string;
  /** URL of a node of the chain. */
  readonly rpc: string;
  readonly deployment: Pick<Manifest, "chainId" | "poco">;
  /** Private key of the worker's account; nobody else may send transactions with it. */
  readonly wallet: Hex;
  /** The origin of the secret service; without one, tasks get no secrets. */
  readonly sms?: string;
  /** Whether apps must run in a sandbox, as by default, or may do without one where there is none. */
  readonly sandbox?: SandboxRequirement;
  /** What apps that ask for the network may reach besides the internet: nothing by default. */
  readonly appAllow?: readonly NamedEndpoint[];
  readonly log?: Log;
}

/** A worker at work. */
export interface RunningWorker {
  readonly address: Address;
  /** Ends when the worker has stopped; fails when the scheduler does not want it. */
  readonly done: Promise<void>;
  /** Leaves what it is at, and everything that it started ends. */
  stop(): Promise<void>;
}

/**
 * A worker: joins a scheduler and does the tasks that it is given, each in an enclave of its own, until it is stopped.
 * docs/how-to/join-as-worker.md tells how.
 *
 * @throws `NoSandboxError` where apps must have a sandbox and there is none, `InvalidEndpointError`
 */
export async function runWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { rpc, deployment, processor, sms, log = SILENT } = options;
  const sandbox = await openSandbox(options, log);
  const provider = openProvider(rpc, deployment.chainId);
  const account = new Wallet(options.wallet, provider);
  const address = account.address as Address;
  const { slots } = limitsOf(options);
  const prove = (challenge: Hex) => hexOf(processor.quote(NOTHING, encodeReportData(joinBinding(address, challenge))));
  const scheduler = new WorkerSession(options.scheduler, account, { slots, prove });
  const secrets = sms === undefined ? undefined : new SecretsClient(sms);
  const parts = {
    account,
    log,
    provider,
    sender: openNonceManagedSender(account),
    poco: deployment.poco,
    secrets,
    sandbox,
  };
  const context = { ...(await openContext(parts, options)), scheduler };

  const loop = new WorkerLoop(context, scheduler);
  const done = handledLater(runUntilStopped(loop, provider));
  return {
    address,
    done,
    async stop() {
      loop.stop();
      await done;
    },
  };
}

/** The sandbox of this worker's apps. What it lacks is logged. */
async function openSandbox(
  { sandbox: demand = "bubblewrap", appNetwork = "allowed", appAllow = [] }: WorkerOptions,
  log: Log,
): Promise<Sandbox> {
  const chosen = await chooseSandbox(demand);
  const sandbox: NetworkedSandbox =
    appNetwork === "allowed" ? await withNetwork(chosen, await resolveEndpoints(appAllow)) : chosen;
  const { kind, warning, networkWarning } = sandbox;
  for (const warned of [warning, networkWarning]) if (warned !== undefined) log.warn({ sandbox: kind }, warned);
  return sandbox;
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
