import { getAddress } from "ethers";

import { listen } from "../../../src/http/createServer.js";
import { defineService } from "../service.js";
import { httpUrl } from "../values.js";
import { databaseIn, deployment, folderSetting, host, portSetting, rpc } from "./commonSettings.js";

/** What clients look up. */
export const indexer = defineService({
  summary: "the indexer: the compass, and both subgraphs at /graphql, with GraphiQL for people",
  settings: {
    port: portSetting(8549),
    host,
    rpc,
    deployment,
    folder: folderSetting("where the database is kept"),
    gateway: { hint: "URL", help: "an IPFS gateway, for the lists of bulk deals", read: httpUrl },
    schedulers: {
      hint: "POOL=URL,…",
      help: "where the schedulers of workerpools are (default: none is known)",
      read: (text: string) => pairs(text, getAddress, httpUrl),
      otherwise: {},
    },
    iapps: {
      hint: "NAME=APP,…",
      help: "the addresses of apps by name, such as web3mail-tdx (default: none is known)",
      read: (text: string) => pairs(text, String, getAddress),
      otherwise: {},
    },
  },
  async start({ port, host: address, rpc: node, deployment: manifest, folder, gateway, schedulers, iapps }, log) {
    const { openIndexerService } = await import("../../../src/indexer/service.js");
    const server = await openIndexerService({
      rpc: node,
      deployment: manifest,
      database: databaseIn(folder),
      schedulers,
      iapps,
      ipfsGateway: gateway,
      log,
    });
    return { url: await listen(server, port, address), close: () => server.close() };
  },
});

/** `a=b,c=d` as a record. */
function pairs(
  text: string,
  readName: (name: string) => string,
  readValue: (value: string) => string,
): Readonly<Record<string, string>> {
  const entries = text.split(",").map((pair) => {
    const [name, value, ...more] = pair.split("=");
    if (name === undefined || value === undefined || more.length > 0)
      throw new Error("give NAME=VALUE, with commas between");
    return [readName(name.trim()), readValue(value.trim())] as const;
  });
  return Object.fromEntries(entries);
}
