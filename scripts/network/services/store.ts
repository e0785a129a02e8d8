import { listen } from "../../../src/http/createServer.js";
import { defineService } from "../service.js";
import { numberFrom } from "../values.js";
import { folderSetting, host, portSetting } from "./commonSettings.js";

/** Protected data and results. */
export const store = defineService({
  summary: "the content store: an IPFS node (POST /api/v0/add) and gateway (GET /ipfs/…)",
  settings: {
    port: portSetting(8548),
    host,
    folder: folderSetting("where the blocks are kept"),
    maxUpload: {
      hint: "BYTES",
      help: "what one request may add (default: 512 MiB)",
      read: numberFrom(1, 2 ** 40),
      otherwise: 512 * 2 ** 20,
    },
  },
  async start({ port, host: address, folder, maxUpload }, log) {
    const { openStoreService } = await import("../../../src/store/service.js");
    const server = await openStoreService({ folder, maxUpload, log });
    return { url: await listen(server, port, address), close: () => server.close() };
  },
});
