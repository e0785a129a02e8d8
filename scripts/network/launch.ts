import { writeFile } from "node:fs/promises";
import { constants } from "node:os";

import { readManifest, type Manifest } from "../../src/config/manifest.js";
import { rootOf, simulatedPlatform } from "./attestation/platformFile.js";
import { accountsOf, type Account } from "./chain/accounts.js";
import type { NetworkDescription } from "./descriptor.js";
import { readJsonFile, writeJsonFile } from "./jsonFile.js";
import { NetworkError, reasonOf } from "./networkError.js";
import type { NetworkOptions } from "./options.js";
import { choosePorts, LISTENERS, type Ports } from "./ports.js";
import { report } from "./report.js";
import { SERVICES } from "./services.js";
import { spell } from "./settings.js";
import { startServices, type Run } from "./startServices.js";
import { openStateFolder, type StateFolder } from "./stateFolder.js";
import { supervise, type Kept } from "./supervise.js";

/** Starts a network and keeps it running until it is told to stop. */
export async function launch(options: NetworkOptions): Promise<void> {
  const startedAt = performance.now();
  const say = options.json ? () => {} : console.log;
  const state = await openStateFolder(options.state, { isFresh: options.fresh });
  const kept: Kept[] = [];
  const { promise: ended, resolve: end } = Promise.withResolvers<number>();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => end(signal === "SIGINT" ? 0 : 128 + constants.signals[signal]));
  // Whoever started the network as part of something else is gone.
  process.on("disconnect", () => end(0));

  let code = 1;
  try {
    const description = await Promise.race([start(options, state, { kept, say }), ended]);
    if (typeof description !== "number") {
      const file = state.of("network.json");
      await writeJsonFile(file, description);
      if (options.json) console.log(JSON.stringify(description));
      else console.log(report(description, file, (performance.now() - startedAt) / 1000));
      code = await ended;
      say("\nStopping …");
    } else {
      code = description;
    }
  } catch (error) {
    console.error(reasonOf(error));
  }
  // The chain, which everybody uses, was started first.
  for (const one of kept.toReversed()) await one.stop();
  await state.release();
  process.exit(code);
}

interface Stage {
  readonly kept: Kept[];
  readonly say: (line: string) => void;
}

async function start(options: NetworkOptions, state: StateFolder, stage: Stage): Promise<NetworkDescription> {
  const isJoining = options.rpc !== undefined;
  const ports = await choosePorts(options.port, isJoining ? LISTENERS.filter((name) => name !== "chain") : LISTENERS);
  const run: Run = (name, values, title = name) => {
    const post = { title, name, logFile: state.of("logs", `${title.replaceAll(" ", "-")}.log`) };
    const one = supervise({ ...post, ...spell(values, SERVICES[name].settings) }, stage.say);
    stage.kept.push(one);
    return one.ready;
  };

  const root = state.of("attestation", "root.pem");
  await writeFile(root, rootOf(await simulatedPlatform(state.of("attestation", "platform.json"))));
  const { rpc, manifest } = isJoining ? joined(options) : await embedded(options, { state, ports, root, run });
  await state.claim({ chainId: manifest.chainId, hub: manifest.poco });
  const deployment = state.of("deployment.json");
  await writeJsonFile(deployment, manifest);
  const accounts: readonly Account[] = isJoining ? [] : accountsOf(options.workers);

  const services = await startServices({ rpc, deployment, manifest, accounts, state, ports, root, run });

  return {
    rpc,
    chainId: manifest.chainId,
    hub: manifest.poco,
    rlc: manifest.token,
    ...(manifest.dataProtector !== undefined && { dataprotector: manifest.dataProtector }),
    ...services,
    pid: process.pid,
    processes: Object.fromEntries(stage.kept.map((one) => [one.title, one.pid()!])),
    manifest,
    accounts,
  };
}

function joined({ rpc, deployment }: NetworkOptions): { rpc: string; manifest: Manifest } {
  return { rpc: rpc!, manifest: deployment!.manifest };
}

async function embedded(
  { chainId }: NetworkOptions,
  {
    state,
    ports,
    root,
    run,
  }: {
    state: StateFolder;
    ports: Ports;
    root: string;
    run: Run;
  },
): Promise<{ rpc: string; manifest: Manifest }> {
  const rpc = await run("chain", {
    port: ports.chain,
    folder: state.of("chain"),
    chainId,
    root,
  });
  const manifest = readManifest(await readJsonFile(state.of("chain", "manifest.json")));
  if (manifest.chainId !== chainId)
    throw new NetworkError(
      `The chain that is kept has id ${manifest.chainId}, not ${chainId}: give another --state, or --fresh to forget it.`,
    );
  return { rpc: rpc!, manifest };
}
