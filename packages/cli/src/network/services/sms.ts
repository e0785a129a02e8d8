import { join } from "node:path";

import { listen } from "@poco-marketplace/services/http/createServer.js";
import { defineService } from "../service.js";
import { httpUrl } from "../values.js";
import { databaseIn, deployment, folderSetting, host, origins, portSetting, rpc } from "./commonSettings.js";
import { assertRegistries, trustOf, trustSettings } from "./trustSettings.js";

/** The secret service (SMS) as a service of the network. */
export const sms = defineService({
  summary: "the secret service: stores secrets, and releases those of a task to its attested enclave",
  settings: {
    port: portSetting(8547),
    host,
    origins,
    rpc,
    deployment,
    folder: folderSetting("the folder for the database and the master key"),
    gateway: { hint: "URL", help: "an IPFS gateway, for the lists of bulk deals", read: httpUrl },
    ...trustSettings,
  },
  async start(
    { port, host: address, rpc: node, deployment: manifest, folder, gateway, origins: pages, ...trustValues },
    log,
  ) {
    const [{ openSecretsService }, { gatewayContent }] = await Promise.all([
      import("@poco-marketplace/services/secrets/service.js"),
      import("@poco-marketplace/services/secrets/slices.js"),
    ]);
    const trust = trustOf(trustValues, manifest);
    await assertRegistries(trust, { rpc: node, chainId: manifest.chainId });
    const server = await openSecretsService({
      rpc: node,
      deployment: manifest,
      database: databaseIn(join(folder, "database")),
      masterKey: { file: join(folder, "master.key") },
      content: gatewayContent(gateway),
      ...trust,
      origins: pages,
      log,
    });
    return { url: await listen(server, port, address), close: () => server.close() };
  },
});
