import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";

import type { NetworkConnection } from "hardhat/types/network";

import type { Strategy } from "../src/config/manifest.js";
import { DeployError } from "./DeployError.js";

/** A local chain with this id starts empty again and again, so its journal may speak of one that is gone. */
const LOCAL_CHAIN_ID = 31_337;

/**
 * Where Ignition notes what was done on this chain; undefined for an embedded one, which ends with the process.
 *
 * @throws DeployError when an earlier run used another strategy.
 */
export async function openJournal(
  connection: NetworkConnection,
  { directory, chainId, strategy }: { directory: string; chainId: number; strategy: Strategy },
): Promise<{ readonly path: string | undefined; readonly isFirstRun: boolean }> {
  if (connection.networkConfig.type === "edr-simulated") return { path: undefined, isFirstRun: true };

  const path = `${directory}/deployments/chain-${chainId}`;
  if (chainId === LOCAL_CHAIN_ID && (await recall(path, "instance", await instanceOf(connection))) !== undefined) {
    await rm(path, { recursive: true });
    await recall(path, "instance", await instanceOf(connection));
  }
  const earlier = await recall(path, "strategy", strategy);
  if (earlier !== undefined) {
    throw new DeployError(`An earlier run on chain ${chainId} used --strategy ${earlier}: go on with that.`);
  }
  return { path, isFirstRun: !existsSync(`${path}/journal.jsonl`) };
}

/** Compares a value with the one that an earlier run noted; notes it in the first run. Answers with the other value, if any. */
async function recall(path: string, name: string, value: string): Promise<string | undefined> {
  const file = `${path}/${name}`;
  if (existsSync(file)) {
    const known = await readFile(file, "utf8");
    return known === value ? undefined : known;
  }
  await mkdir(path, { recursive: true });
  await writeFile(file, value);
  return undefined;
}

async function instanceOf(connection: NetworkConnection): Promise<string> {
  const metadata: unknown = await connection.provider.request({ method: "hardhat_metadata" });
  return (metadata as { instanceId: string }).instanceId;
}
