import { chmod, lstat, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";

/** Modes of files and folders that only their owner may access. */
export const OWNER_FILE = 0o600;
export const OWNER_FOLDER = 0o700;

const OTHERS = 0o077;
/** The number of files that are checked at the same time. */
const PORTION = 64;

/**
 * Creates a folder that only its owner may access, or restricts an existing one with everything in it. A folder that is
 * restricted already protects its contents, and is left as it is. The folder is restricted last, so that an interrupted
 * run is repeated.
 */
export async function ownFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: OWNER_FOLDER });
  const { mode } = await lstat(folder);
  if ((mode & OTHERS) !== 0) await closeToOthers(folder);
}

/** Creates or restricts a folder; its contents are left as they are. */
export async function ownFolderAlone(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: OWNER_FOLDER });
  await chmod(folder, OWNER_FOLDER);
}

/** Restricts a file, or a folder with everything in it, to its owner. Links are left as they are. */
export async function closeToOthers(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined || found.isSymbolicLink()) return;
  if (found.isDirectory()) {
    const names = await readdir(path);
    for (let start = 0; start < names.length; start += PORTION) {
      await Promise.all(names.slice(start, start + PORTION).map((name) => closeToOthers(join(path, name))));
    }
  }
  // A file of another account, or one that was removed meanwhile, cannot be restricted.
  if ((found.mode & OTHERS) !== 0) await chmod(path, found.mode & 0o700).catch(() => undefined);
}
