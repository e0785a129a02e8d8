import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";

import type { NetworkConnection } from "hardhat/types/network";

import type { Strategy } from "@poco-marketplace/sdk/manifest.js";
import { DeployError } from "./DeployError.js";

/** A local chain with this id starts empty again and again, so its journal may speak of one that is gone. */
const LOCAL_CHAIN_ID = 31_337;

/** Which journal. */
export interface Place {
  readonly directory: string;
  readonly chainId: number;
  readonly strategy: Strategy;
}

/** A journal, and whether nothing is in it yet. */
export interface Journal {
  readonly path: string | undefined;
  readonly isFirstRun: boolean;
}

/** That of a chain which ends with the process, and of one that nothing was done on. */
const NONE: Journal = { path: undefined, isFirstRun: true };

/**
 * Where Ignition notes what was done on this chain; undefined for an embedded one, which ends with the process. A journal
 * that there is none of is begun.
 *
 * @throws DeployError when an earlier run used another strategy.
 */
export async function openJournal(connection: NetworkConnection, place: Place): Promise<Journal> {
  if (connection.networkConfig.type === "edr-simulated") return NONE;

  const path = pathOf(place);
  if (
    place.chainId === LOCAL_CHAIN_ID &&
    (await recall(path, "instance", await instanceOf(connection))) !== undefined
  ) {
    await rm(path, { recursive: true });
    await recall(path, "instance", await instanceOf(connection));
  }
  assertSame(place, await recall(path, "strategy", place.strategy));
  return { path, isFirstRun: !existsSync(`${path}/journal.jsonl`) };
}

/**
 * The same, without writing anything: before it is known whether something will be sent.
 *
 * @throws DeployError when an earlier run used another strategy.
 */
export async function findJournal(connection: NetworkConnection, place: Place): Promise<Journal> {
  const path = pathOf(place);
  if (connection.networkConfig.type === "edr-simulated" || !existsSync(`${path}/journal.jsonl`)) return NONE;
  if (place.chainId === LOCAL_CHAIN_ID && (await noted(path, "instance")) !== (await instanceOf(connection)))
    return NONE;

  const strategy = await noted(path, "strategy");
  assertSame(place, strategy === place.strategy ? undefined : strategy);
  return { path, isFirstRun: false };
}

function pathOf({ directory, chainId }: Place): string {
  return `${directory}/deployments/chain-${chainId}`;
}

function assertSame({ chainId }: Place, earlier: string | undefined): void {
  if (earlier === undefined) return;
  throw new DeployError(`An earlier run on chain ${chainId} used --strategy ${earlier}: go on with that.`);
}

/** Compares a value with the one that an earlier run noted; notes it in the first run. Answers with the other value, if any. */
async function recall(path: string, name: string, value: string): Promise<string | undefined> {
  const known = await noted(path, name);
  if (known !== undefined) return known === value ? undefined : known;
  await mkdir(path, { recursive: true });
  await writeFile(`${path}/${name}`, value);
  return undefined;
}

/** What an earlier run noted, if there was one. */
async function noted(path: string, name: string): Promise<string | undefined> {
  const file = `${path}/${name}`;
  return existsSync(file) ? readFile(file, "utf8") : undefined;
}

async function instanceOf(connection: NetworkConnection): Promise<string> {
  const metadata: unknown = await connection.provider.request({ method: "hardhat_metadata" });
  return (metadata as { instanceId: string }).instanceId;
}
