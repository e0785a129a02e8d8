import { listen } from "@poco-marketplace/services/http/createServer.js";
import { defineService } from "../service.js";
import { numberFrom } from "../values.js";
import { folderSetting, host, origins, portSetting } from "./commonSettings.js";

/** The container registry as a service. */
export const registry = defineService({
  summary: "the container registry: docker, podman and skopeo push images to it without a login, workers pull them",
  settings: {
    port: portSetting(8552),
    host,
    origins,
    folder: folderSetting("the folder for manifests and layers"),
    maxStored: {
      hint: "BYTES",
      help: "the most that all images may take on disk (default: 64 GiB)",
      read: numberFrom(1, 2 ** 50),
      otherwise: 64 * 2 ** 30,
    },
  },
  async start({ port, host: address, origins: pages, folder, maxStored }, log) {
    const { openRegistryService } = await import("@poco-marketplace/services/registry/service.js");
    const server = await openRegistryService({ folder, maxBytes: maxStored, origins: pages, log });
    return { url: await listen(server, port, address), close: () => server.close() };
  },
});
