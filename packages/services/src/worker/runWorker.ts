import { Wallet, type JsonRpcProvider } from "ethers";

import { encodeReportData } from "@poco-marketplace/sdk/wire/reportData.js";
import { openProvider } from "@poco-marketplace/sdk/chain/openProvider.js";
import { NonceManagedSender } from "@poco-marketplace/sdk/chain/nonceManagedSender.js";
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
import { handledLater } from "@poco-marketplace/sdk/handledLater.js";
import { limitsOf, openContext, type WorkerSetting } from "./openContext.js";
import { NOTHING } from "./proof.js";
import { WorkerLoop } from "./workerLoop.js";

/** The options of a worker. */
export interface WorkerOptions extends WorkerSetting {
  /** The origin of the scheduler of its workerpool. */
  readonly scheduler: string;
  /** URL of a node of the chain. */
  readonly rpc: string;
  readonly deployment: Pick<Manifest, "chainId" | "poco">;
  /** The private key of the worker's account; no other program may send transactions with it. */
  readonly wallet: Hex;
  /** The origin of the secret service; without one, tasks get no secrets. */
  readonly sms?: string;
  /** Whether apps must run in a sandbox, as by default, or may run without one where there is none. */
  readonly sandbox?: SandboxRequirement;
  /** The endpoints that apps with network access may reach besides the internet: none by default. */
  readonly appAllow?: readonly NamedEndpoint[];
  readonly log?: Log;
}

/** A running worker. */
export interface RunningWorker {
  readonly address: Address;
  /** Resolves when the worker has stopped; rejects if the scheduler refuses the worker. */
  readonly done: Promise<void>;
  /** Stops the worker: abandons its tasks, and ends everything that it started. */
  stop(): Promise<void>;
}

/**
 * Runs a worker: it joins a scheduler, and runs each assigned task in an enclave of its own until it is stopped. See
 * docs/how-to/join-as-worker.md.
 *
 * @throws `NoSandboxError` if apps must have a sandbox and there is none, `InvalidEndpointError`
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
    sender: new NonceManagedSender(account),
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

/** Opens the sandbox of this worker's apps, and logs which protections it lacks. */
async function openSandbox(
  { sandbox: demand = "bubblewrap", appNetwork = "public", appAllow = [] }: WorkerOptions,
  log: Log,
): Promise<Sandbox> {
  const chosen = await chooseSandbox(demand);
  const sandbox: NetworkedSandbox =
    appNetwork === "off" ? chosen : await withNetwork(chosen, await resolveEndpoints(appAllow), appNetwork);
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
