import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { OWNER_FOLDER } from "@poco-marketplace/enclave/files/ownerOnly.js";
import type { World } from "../world/world.js";
import { TASK_TAKEN, type RogueOptions, type Vice } from "./rogueWorker.js";

const PROCESS = fileURLToPath(new URL("rogueWorker.ts", import.meta.url));

/** A running worker that misbehaves. */
export interface Rogue {
  /** Whether it was assigned a task so far. */
  hadEffect(): boolean;
  end(): Promise<void>;
}

/** Starts a worker of this kind, which joins the pool. */
export async function startRogue(vice: Vice, world: World): Promise<Rogue> {
  const { network, rogue } = world;
  const state = world.of("services", "rogue", vice);
  await mkdir(state, { recursive: true, mode: OWNER_FOLDER });
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
  const file = world.of("logs", "rogue.log");
  const log = openSync(file, "a", 0o600);
  const { size } = fstatSync(log);
  const child = spawn(process.execPath, ["--import", "tsx", PROCESS], { stdio: ["pipe", log, log] });
  closeSync(log);
  child.stdin!.end(JSON.stringify(options));
  return {
    hadEffect: () => readFileSync(file).subarray(size).includes(TASK_TAKEN),
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
}
