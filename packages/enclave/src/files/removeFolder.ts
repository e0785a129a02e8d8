import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { rm } from "node:fs/promises";

/** Removes a folder, also one in which a program left folders that may not be read, or that lie very deep. */
export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch(() => insist(folder));
}

/** The same for when there is no time left to wait for anything. */
export function removeFolderAtOnce(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    insist(folder);
  }
}

/** Those of the system follow no links and need no path of what they remove. */
function insist(folder: string): void {
  spawnSync("chmod", ["-R", "u+rwX", "--", folder]);
  spawnSync("rm", ["-rf", "--", folder]);
}
