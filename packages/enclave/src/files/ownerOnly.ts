import { chmod, lstat, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";

/** Modes of what nobody but the account that a service runs as may read. */
export const OWNER_FILE = 0o600;
export const OWNER_FOLDER = 0o700;

const OTHERS = 0o077;
/** How many files of a folder are looked at together. */
const PORTION = 64;

/**
 * A folder for one account: made, or closed to all others with everything in it. Where the folder itself is closed already,
 * nobody else reaches what is in it, and it is left as it is; it is closed last, so that this is done again if it was
 * interrupted.
 */
export async function ownFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: OWNER_FOLDER });
  const { mode } = await lstat(folder);
  if ((mode & OTHERS) !== 0) await closeToOthers(folder);
}

/** A folder for one account; what is in it is left as it is. */
export async function ownFolderAlone(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: OWNER_FOLDER });
  await chmod(folder, OWNER_FOLDER);
}

/** Closes a file, or a folder with everything in it, to all accounts but its owner's. Links are left alone. */
export async function closeToOthers(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined || found.isSymbolicLink()) return;
  if (found.isDirectory()) {
    const names = await readdir(path);
    for (let start = 0; start < names.length; start += PORTION) {
      await Promise.all(names.slice(start, start + PORTION).map((name) => closeToOthers(join(path, name))));
    }
  }
  // One that is not ours, or is gone by now, is not ours to close.
  if ((found.mode & OTHERS) !== 0) await chmod(path, found.mode & 0o700).catch(() => undefined);
}
