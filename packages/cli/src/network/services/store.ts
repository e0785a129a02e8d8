import { listen } from "@poco-marketplace/services/http/createServer.js";
import { defineService } from "../service.js";
import { numberFrom } from "../values.js";
import { folderSetting, host, origins, portSetting } from "./commonSettings.js";

/** The content store as a service. */
export const store = defineService({
  summary: "the content store: an IPFS node (POST /api/v0/add) and gateway (GET /ipfs/…)",
  settings: {
    port: portSetting(8548),
    host,
    origins,
    folder: folderSetting("the folder for the blocks"),
    maxUpload: {
      hint: "BYTES",
      help: "the most that one request may add (default: 512 MiB)",
      read: numberFrom(1, 2 ** 40),
      otherwise: 512 * 2 ** 20,
    },
    maxStored: {
      hint: "BYTES",
      help: "the most that all blocks may take on disk (default: 64 GiB)",
      read: numberFrom(1, 2 ** 50),
      otherwise: 64 * 2 ** 30,
    },
    maxBlocks: {
      hint: "N",
      help: "the most blocks, each of which is a file (default: 2,000,000)",
      read: numberFrom(1, 2 ** 40),
      otherwise: 2_000_000,
    },
  },
  async start({ port, host: address, folder, ...limits }, log) {
    const { openStoreService } = await import("@poco-marketplace/services/store/service.js");
    const server = await openStoreService({ folder, ...limits, log });
    return { url: await listen(server, port, address), close: () => server.close() };
  },
});
