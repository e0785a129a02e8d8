import { getAddress } from "ethers";

import { listen } from "../../../src/http/createServer.js";
import type { Address } from "../../../src/protocol/ids.js";
import { defineService } from "../service.js";
import { httpUrl, numberFrom, privateKey } from "../values.js";
import { databaseIn, deployment, folderSetting, host, portSetting, rpc } from "./commonSettings.js";

/** A workerpool at work, with its orders on the market. */
export const scheduler = defineService({
  summary: "the scheduler of a workerpool: gives tasks to workers that join, and keeps its orders on the market",
  settings: {
    port: portSetting(8550),
    host,
    rpc,
    deployment,
    folder: folderSetting("where the database is kept"),
    workerpool: { hint: "ADDRESS", help: "the workerpool", read: (text: string) => getAddress(text) as Address },
    sms: { hint: "URL", help: "the secret service", read: httpUrl },
    market: {
      hint: "URL",
      help: "the market for the pool's orders (default: none are published)",
      read: httpUrl,
      otherwise: undefined,
    },
    price: {
      hint: "NRLC",
      help: "what a task costs in those orders (default: 0)",
      read: numberFrom(0, 1e15),
      otherwise: 0,
    },
    key: {
      hint: "",
      help: "the private key of the workerpool's owner, which nobody else may send transactions with",
      read: privateKey,
      isSecret: true,
    },
  },
  async start(values, log) {
    const {
      port,
      host: address,
      rpc: node,
      deployment: manifest,
      folder,
      workerpool,
      sms,
      market,
      price,
      key,
    } = values;
    const [
      { Wallet },
      { openSchedulerService },
      { openProvider },
      { IPoco__factory },
      { keepOffers },
      { openMarketClient },
    ] = await Promise.all([
      import("ethers"),
      import("../../../src/pool/openSchedulerService.js"),
      import("../../../src/chain/openProvider.js"),
      import("../../../typechain-types/index.js"),
      import("../pool/offers.js"),
      import("../pool/marketClient.js"),
    ]);
    const { chainId, poco: hub } = manifest;
    const server = await openSchedulerService({
      rpc: node,
      deployment: manifest,
      database: databaseIn(folder),
      wallet: key,
      workerpool,
      sms,
      log,
    });
    const url = await listen(server, port, address);
    if (market === undefined) return { url, close: () => server.close() };

    const provider = openProvider(node, chainId);
    const categories = Number(await IPoco__factory.connect(hub, provider).countCategory());
    provider.destroy();
    const wallet = new Wallet(key);
    const offer = { chainId, hub, workerpool, categories, price: BigInt(price) };
    const offers = keepOffers(openMarketClient(market, chainId, wallet), wallet, offer, log);
    await offers.looked;
    return {
      url,
      async close() {
        await offers.stop();
        await server.close();
      },
    };
  },
});
