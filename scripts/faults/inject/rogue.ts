import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import type { World } from "../world/openWorld.js";
import type { RogueOptions, Vice } from "./rogueWorker.js";

const PROCESS = fileURLToPath(new URL("rogueWorker.ts", import.meta.url));

/** Has a worker of this kind join the pool. Returns what ends it. */
export async function startRogue(vice: Vice, world: World): Promise<() => Promise<void>> {
  const { network, rogue } = world;
  const state = world.of("services", "rogue", vice);
  await mkdir(state, { recursive: true });
  const options: RogueOptions = {
    vice,
    state,
    scheduler: network.scheduler!,
    rpc: network.rpc,
    deployment: network.manifest,
    wallet: rogue.privateKey,
    sms: network.sms,
    ipfsNode: network.ipfsNode,
    ipfsGateway: network.ipfsGateway,
    platform: world.of("attestation", "platform.json"),
  };
  const log = openSync(world.of("logs", "rogue.log"), "a", 0o600);
  const child = spawn(process.execPath, ["--import", "tsx", PROCESS], { stdio: ["pipe", log, log] });
  closeSync(log);
  child.stdin!.end(JSON.stringify(options));
  return async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  };
}
