import { getAddress } from "ethers";

import { listen } from "@poco-marketplace/services/http/createServer.js";
import { defineService } from "../service.js";
import { httpUrl, iapps, pairs } from "../values.js";
import { databaseIn, deployment, folderSetting, host, origins, portSetting, rpc } from "./commonSettings.js";

/** The indexer as a service. */
export const indexer = defineService({
  summary: "the indexer: the compass, and both subgraphs at /graphql, with GraphiQL",
  settings: {
    port: portSetting(8549),
    host,
    origins,
    rpc,
    deployment,
    folder: folderSetting("the folder for the database"),
    gateway: { hint: "URL", help: "an IPFS gateway, for the lists of bulk deals", read: httpUrl },
    schedulers: {
      hint: "POOL=URL,…",
      help: "the URLs of schedulers, by workerpool (default: none)",
      read: (text: string) => pairs(text, getAddress, httpUrl),
      otherwise: {},
    },
    iapps: {
      hint: "NAME=APP,…",
      help: "the addresses of apps by name, such as web3mail-tdx (default: none)",
      read: iapps,
      otherwise: {},
    },
  },
  async start(
    { port, host: address, rpc: node, deployment: manifest, folder, gateway, schedulers, iapps: apps, origins: pages },
    log,
  ) {
    const { openIndexerService } = await import("@poco-marketplace/services/indexer/service.js");
    const server = await openIndexerService({
      rpc: node,
      deployment: manifest,
      database: databaseIn(folder),
      schedulers,
      iapps: apps,
      ipfsGateway: gateway,
      origins: pages,
      log,
    });
    return { url: await listen(server, port, address), close: () => server.close() };
  },
});
