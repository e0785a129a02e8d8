import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import {
  closeToOthers,
  OWNER_FILE,
  OWNER_FOLDER,
  ownFolder,
  ownFolderAlone,
} from "@poco-marketplace/enclave/files/ownerOnly.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { readJsonFile, writeJsonFile } from "./jsonFile.js";
import { NetworkError } from "./networkError.js";

/** The files and folders that a network keeps in its state folder. Others in there are never touched. */
const CONTENTS = [
  "attestation",
  "chain",
  "logs",
  "services",
  "deployment.json",
  "network.json",
  "chain.json",
  "belongs-to.json",
] as const;

function isOurs(name: string): boolean {
  return name === "lock" || (CONTENTS as readonly string[]).includes(name);
}

/** The chain and hub that the state belongs to. */
interface Owner {
  readonly chainId: number;
  readonly hub: Address;
}

/** The locked folder with the state of a running network. */
export interface StateFolder {
  /** Returns the path of a file or folder in it. */
  of(...names: readonly [(typeof CONTENTS)[number], ...string[]]): string;
  /**
   * Makes sure that the state belongs to this chain and hub.
   *
   * @throws {@link NetworkError}
   */
  claim(owner: Owner): Promise<void>;
  release(): Promise<void>;
}

/**
 * Opens and locks a state folder, which one network uses at a time.
 *
 * @throws {@link NetworkError} if another network uses the folder, or it cannot be written
 */
export async function openStateFolder(folder: string, { isFresh }: { isFresh: boolean }): Promise<StateFolder> {
  const root = resolve(folder);
  const lock = join(root, "lock");
  try {
    await mkdir(root, { recursive: true, mode: OWNER_FOLDER });
    await takeLock(root, lock);
  } catch (cause) {
    if (cause instanceof NetworkError) throw cause;
    throw new NetworkError(`--state is ${folder}, which cannot be written (${(cause as Error).message}).`, { cause });
  }
  if (isFresh) for (const name of CONTENTS) await rm(join(root, name), { recursive: true, force: true });
  // Services restrict access to what is in their own folders.
  for (const name of ["services", "chain"]) await ownFolderAlone(join(root, name));
  for (const name of ["attestation", "logs"]) await ownFolder(join(root, name));
  for (const name of ["deployment.json", "network.json", "belongs-to.json"]) await closeToOthers(join(root, name));
  if ((await readdir(root)).every(isOurs)) await ownFolderAlone(root);

  const ownerFile = join(root, "belongs-to.json");
  return {
    of: (...names) => join(root, ...names),
    async claim(owner) {
      const known = await readJsonFile<Owner>(ownerFile);
      if (known === undefined) return writeJsonFile(ownerFile, owner);
      if (known.chainId === owner.chainId && known.hub === owner.hub) return;
      throw new NetworkError(
        `${root} belongs to a network on chain ${known.chainId} with hub ${known.hub}, and this one is on chain ` +
          `${owner.chainId} with hub ${owner.hub}: give another --state, or --fresh to delete what is there.`,
      );
    },
    release: () => rm(lock, { force: true }),
  };
}

/** Creates the lock file with this process's id. A lock that a killed process left behind is removed. */
async function takeLock(root: string, lock: string): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      return await writeFile(lock, `${process.pid}\n`, { flag: "wx", mode: OWNER_FILE });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const pid = Number(await readFile(lock, "utf8").catch(() => ""));
    if (pid > 0 && pid !== process.pid && isAlive(pid))
      throw new NetworkError(
        `The network of process ${pid} uses ${root}: stop it first, or give another --state. ` +
          `If that process is something else, delete ${lock}.`,
      );
    await rm(lock, { force: true });
  }
  throw new NetworkError(`Several networks start in ${root} at the same time: start one.`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
