import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { rm } from "node:fs/promises";

/** Removes a folder, even if a program left unreadable or deeply nested folders in it. */
export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch(() => insist(folder));
}

/** Removes a folder synchronously, when the process exits. */
export function removeFolderAtOnce(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    insist(folder);
  }
}

/** Removes a folder with the system's own commands, which follow no links and handle any depth. */
function insist(folder: string): void {
  spawnSync("chmod", ["-R", "u+rwX", "--", folder]);
  spawnSync("rm", ["-rf", "--", folder]);
}
