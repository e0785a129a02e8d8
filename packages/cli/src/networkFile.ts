import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** The default path of the file that `poco network` writes, from the folder where it was started. */
export const NETWORK_FILE = ".network/network.json";

/** Returns the file of the network that was started in this folder or the nearest above; undefined if there is none. */
export function findNetworkFile(): string | undefined {
  for (let folder = resolve("."); ; folder = dirname(folder)) {
    const file = join(folder, NETWORK_FILE);
    if (existsSync(file)) return file;
    if (folder === dirname(folder)) return undefined;
  }
}
