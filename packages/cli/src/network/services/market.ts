import { listen } from "@poco-marketplace/services/http/createServer.js";
import { defineService } from "../service.js";
import { databaseIn, deployment, folderSetting, host, origins, portSetting, rpc } from "./commonSettings.js";

/** The market as a service. */
export const market = defineService({
  summary: "the market: the book of signed orders that can currently be matched, and the deals made from them",
  settings: {
    port: portSetting(8546),
    host,
    origins,
    rpc,
    deployment,
    folder: folderSetting("the folder for the database"),
  },
  async start({ port, host: address, rpc: node, deployment: manifest, folder, origins: pages }, log) {
    const { openMarketService } = await import("@poco-marketplace/services/market/service.js");
    const server = await openMarketService({
      rpc: node,
      deployment: manifest,
      database: databaseIn(folder),
      origins: pages,
      log,
    });
    return { url: await listen(server, port, address), close: () => server.close() };
  },
});
