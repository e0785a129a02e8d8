import { writeFile } from "node:fs/promises";

import { openProvider } from "@poco-marketplace/sdk/chain/openProvider.js";
import { readManifest, type Manifest } from "@poco-marketplace/sdk/manifest.js";
import { OWNER_FILE } from "@poco-marketplace/enclave/files/ownerOnly.js";
import { resolveEndpoints } from "@poco-marketplace/enclave/network/endpoints.js";
import { chooseSandbox, withNetwork, type NetworkedSandbox } from "@poco-marketplace/enclave/runtime/sandbox.js";
import { readSimulatedPlatform, rootOf, simulatedPlatform } from "./attestation/platformFile.js";
import { assertMode, modeOf } from "./attestation/mode.js";
import { brokerNotice } from "./attestation/brokerNotice.js";
import { accountsOf, type ChainAccount } from "./chain/accounts.js";
import type { NetworkDescription } from "./descriptor.js";
import { join } from "./join.js";
import { readJsonFile, writeJsonFile } from "./jsonFile.js";
import type { NetworkOptions } from "./options.js";
import { developmentPool, poolOf, type PlannedPool } from "./pool/plannedPool.js";
import { choosePorts, LISTENERS, type Listener, type Ports } from "./ports.js";
import { SERVICES } from "./services.js";
import { settingArguments } from "./settings.js";
import { startServices, type ServicesContext, type Run } from "./startServices.js";
import type { StateFolder } from "./stateFolder.js";
import { supervise, type SupervisedProcess } from "./supervise.js";

/** The warning that a network without attestation prints when it starts. */
export const UNATTESTED =
  "No enclave is attested here (--attestation none): any key that a worker names counts as an enclave's, and is paid.";

/** The listeners that only an embedded chain has. */
const EMBEDDED_ONLY: ReadonlySet<Listener> = new Set(["chain", "sink", "registry"]);

/** The caller's hooks into the start of a network. */
export interface NetworkContext {
  /** The processes that were started, in order; `startNetwork` adds to them. */
  readonly processes: SupervisedProcess[];
  readonly print: (line: string) => void;
  /** Returns the URL by which the services reach the node if it differs from the node's own, as with a proxy. */
  readonly reach?: (rpc: string) => Promise<string>;
}

/**
 * Starts all processes of a network, and returns when all of them are ready. The caller stops them, in reverse order.
 *
 * @throws {@link NetworkError}
 */
export async function startNetwork(
  options: NetworkOptions,
  state: StateFolder,
  { processes, print, reach }: NetworkContext,
): Promise<NetworkDescription> {
  const isJoining = options.rpc !== undefined;
  const ports = await choosePorts(
    options.port,
    isJoining ? LISTENERS.filter((name) => !EMBEDDED_ONLY.has(name)) : LISTENERS,
  );
  const run: Run = (name, values, title = name) => {
    const logFile = state.of("logs", `${title.replaceAll(" ", "-")}.log`);
    const { settings } = SERVICES[name];
    const pages = "origins" in settings && options.origins.length > 0 ? { origins: options.origins.join(",") } : {};
    const passed = settingArguments({ ...values, ...pages }, settings);
    const started = supervise({ title, name, logFile, ...passed }, print);
    processes.push(started);
    return started.ready;
  };

  const root = state.of("attestation", "root.pem");
  const own = state.of("attestation", "platform.json");
  const platform = options.platform ?? own;
  const certified = await (options.platform === undefined ? simulatedPlatform(own) : readSimulatedPlatform(platform));
  await writeFile(root, rootOf(certified), { mode: OWNER_FILE });
  const { rpc, manifest } = isJoining
    ? await join(options)
    : await embedded(options, { state, ports, root, run, print });
  await state.claim({ chainId: manifest.chainId, hub: manifest.poco });
  const deployment = state.of("deployment.json");
  await writeJsonFile(deployment, manifest);
  const accounts: readonly ChainAccount[] = isJoining ? [] : accountsOf(options.workers);
  const pool = isJoining ? poolOf(options) : developmentPool(accounts, options, ports);
  const sandbox = pool === undefined || pool.workers.length === 0 ? undefined : await sandboxOf(pool);
  for (const warning of [sandbox?.warning, sandbox?.networkWarning]) if (warning !== undefined) print(`   ${warning}`);

  const reached = (await reach?.(rpc)) ?? rpc;
  const { iapps, tcb, crl, registry, septVeDisable } = options;
  const mode = modeOf(manifest);
  const trust = {
    root: mode === "intel" ? undefined : root,
    tcb,
    crl,
    registry,
    septVeDisable,
    acceptOutdatedPlatforms: options.acceptOutdatedPlatforms ? "true" : undefined,
  };
  const attestation: ServicesContext["attestation"] = !isJoining && mode === "none" ? "none" : "required";
  if (attestation === "none") print(UNATTESTED);
  const notice = await noticeOf(reached, manifest);
  if (notice !== undefined) print(notice);
  print(`Starting the services${pool === undefined ? "" : ", the scheduler and the workers"} …`);
  const services = await startServices({
    rpc: reached,
    deployment,
    manifest,
    accounts,
    pool,
    state,
    ports,
    platform,
    trust,
    attestation,
    iapps,
    hasRegistry: !isJoining,
    run,
  });

  return {
    rpc,
    chainId: manifest.chainId,
    hub: manifest.poco,
    rlc: manifest.token,
    ...(manifest.dataProtector !== undefined && { dataprotector: manifest.dataProtector }),
    ...services,
    ...(sandbox !== undefined && { sandbox: sandbox.kind }),
    ...(!isJoining && { mailSink: `127.0.0.1:${ports.sink}` }),
    attestation: attestation === "none" || mode === "intel" ? mode : "simulated",
    pid: process.pid,
    processes: Object.fromEntries(processes.map((one) => [one.title, one.pid()!])),
    manifest,
    accounts,
  };
}

async function noticeOf(rpc: string, { chainId, poco }: Manifest): Promise<string | undefined> {
  const provider = openProvider(rpc, chainId);
  try {
    return await brokerNotice(poco, provider);
  } finally {
    provider.destroy();
  }
}

/** Returns the sandbox that the pool's workers will use. */
async function sandboxOf({ sandbox, appAllow, appNetwork }: PlannedPool): Promise<NetworkedSandbox> {
  const chosen = await chooseSandbox(sandbox);
  return appNetwork === "off" ? chosen : withNetwork(chosen, await resolveEndpoints(appAllow), appNetwork);
}

async function embedded(
  { chainId, attestation = "simulated" }: NetworkOptions,
  {
    state,
    ports,
    root,
    run,
    print,
  }: {
    state: StateFolder;
    ports: Ports;
    root: string;
    run: Run;
    print: NetworkContext["print"];
  },
): Promise<{ rpc: string; manifest: Manifest }> {
  print("Starting the chain, with everything deployed …");
  const rpc = await run("chain", {
    port: ports.chain,
    folder: state.of("chain"),
    chainId,
    ...(attestation === "simulated" && { root }),
  });
  const manifest = readManifest(await readJsonFile(state.of("chain", "manifest.json")));
  assertMode(manifest, attestation);
  return { rpc: rpc!, manifest };
}
