import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import type { App } from "../app/appFolder.js";
import { OWNER_FILE, OWNER_FOLDER } from "../files/ownerOnly.js";
import { prepareNetwork, type AppNetwork } from "../network/userNetwork.js";
import { networkOf, type EnclaveApp, type ImageApp } from "./enclaveApp.js";
import { imageLaunch } from "./imageLaunch.js";
import type { Launch, SandboxLimits } from "./launch.js";
import { assertRunsImages } from "./runsImages.js";
import { runtimeCode } from "./runtimeCode.js";
import { launchIn, type Sandbox } from "./sandbox.js";
import { UnprivilegedStart } from "./unprivilegedStart.js";

/** A launch, and the network that has to be attached when it has been started. */
export interface PreparedLaunch {
  readonly launch: Launch;
  readonly network?: AppNetwork;
}

/**
 * Prepares the start of an enclave for an app.
 *
 * @param folder - An empty folder that belongs to this enclave until it ends.
 * @throws `ImageSandboxError`, `MissingProgramError`
 */
export async function prepareLaunch(
  runs: EnclaveApp,
  sandbox: Sandbox,
  limits: SandboxLimits,
  folder: string,
): Promise<PreparedLaunch> {
  const network = networkOf(runs) === "public" ? sandbox.network : undefined;
  if (runs.kind === "image") return prepareImage(runs, network, sandbox, limits, folder);
  return preparePackage(runs.app, network, sandbox, limits, folder);
}

async function preparePackage(
  app: App,
  network: AppNetwork | undefined,
  { kind }: Sandbox,
  limits: SandboxLimits,
  folder: string,
): Promise<PreparedLaunch> {
  const [code, workspace] = [join(folder, "app"), join(folder, "work")];
  for (const place of [code, workspace]) await mkdir(place, { mode: OWNER_FOLDER });
  for (const { path, content, isExecutable } of app.files) {
    await mkdir(dirname(join(code, path)), { recursive: true, mode: OWNER_FOLDER });
    await writeFile(join(code, path), content, { mode: isExecutable ? OWNER_FOLDER : OWNER_FILE });
  }
  const contents = { app: code, entrypoint: app.manifest.entrypoint, workspace, limits };
  if (network === undefined) return { launch: launchIn(kind, contents) };
  const { endpoints } = network;
  if (kind === "node") {
    return { launch: launchIn(kind, { ...contents, network: { endpoints, files: new Map() } }) };
  }
  const { command, files } = await prepareNetwork(network, folder);
  const launch = launchIn(kind, { ...contents, network: { endpoints, files } });
  return { launch: gated(launch, command), network };
}

async function prepareImage(
  { image: { image, root } }: ImageApp,
  network: AppNetwork | undefined,
  sandbox: Sandbox,
  limits: SandboxLimits,
  folder: string,
): Promise<PreparedLaunch> {
  await assertRunsImages(sandbox);
  const start = new UnprivilegedStart(folder);
  const contents = { image, root, limits, network: network === undefined ? "none" : "own" } as const;
  const launch = imageLaunch(contents, runtimeCode(), start.place);
  if (network === undefined) return { launch: { ...launch, command: [...(await start.prefix()), ...launch.command] } };
  const { command } = await prepareNetwork(network, folder, start.place(folder));
  await start.give(folder);
  return { launch: gated(launch, [...(await start.prefix()), ...command]), network };
}

function gated(launch: Launch, before: readonly string[]): Launch {
  return { ...launch, command: [...before, ...launch.command], isGated: true };
}
