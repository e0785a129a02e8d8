import { realpath, stat } from "node:fs/promises";

import { writeLayer } from "@poco-marketplace/enclave/image/build/writeLayer.js";
import type { Base } from "./base.js";
import type { LayerCache } from "./layerCache.js";
import { BASE_ENVIRONMENT, fileEntry, sharedLibraries, skeleton, withFolders } from "./machineFiles.js";

/** Makes a base for apps in JavaScript and TypeScript: the Node that runs this command, with its libraries. */
export async function nodeBase(cache: LayerCache): Promise<Base> {
  const program = await realpath(process.execPath);
  const { size, mtimeMs } = await stat(program);
  const entries = async () => [
    ...(await skeleton()),
    ...(await sharedLibraries([program])),
    await fileEntry("usr/local/bin/node", program),
  ];
  const layer = await cache.layer({ base: "node", version: 1, program, size, mtimeMs }, async (file) =>
    writeLayer(file, withFolders(await entries())),
  );
  return {
    layer,
    environment: new Map([...BASE_ENVIRONMENT, ["NODE_VERSION", process.versions.node]]),
    name: `Node ${process.versions.node}`,
  };
}
