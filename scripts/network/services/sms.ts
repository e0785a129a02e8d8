import { join } from "node:path";

import { listen } from "../../../src/http/createServer.js";
import { defineService } from "../service.js";
import { httpUrl } from "../values.js";
import { databaseIn, deployment, folderSetting, host, portSetting, root, rpc } from "./commonSettings.js";

/** Secrets, for enclaves only. */
export const sms = defineService({
  summary: "the secret service: keeps secrets, and releases those of a task to its attested enclave",
  settings: {
    port: portSetting(8547),
    host,
    rpc,
    deployment,
    folder: folderSetting("where the database and the master key are kept"),
    gateway: { hint: "URL", help: "an IPFS gateway, for the lists of bulk deals", read: httpUrl },
    root,
  },
  async start({ port, host: address, rpc: node, deployment: manifest, folder, gateway, root: certificate }, log) {
    const [{ defaultPolicy }, { connectContracts }, { openProvider }, { createSecretService }, { gatewayContent }] =
      await Promise.all([
        import("../../../src/attestation/verdict.js"),
        import("../../../src/chain/contracts.js"),
        import("../../../src/chain/openProvider.js"),
        import("../../../src/sms/secretService.js"),
        import("../../../src/sms/slices.js"),
      ]);
    const provider = openProvider(node, manifest.chainId);
    const rootKey = certificate?.publicKey.export({ format: "der", type: "spki" }).subarray(-64);
    const server = await createSecretService({
      contracts: await connectContracts(manifest.poco, provider),
      database: databaseIn(join(folder, "database")),
      masterKey: { file: join(folder, "master.key") },
      content: gatewayContent(gateway),
      ...(rootKey !== undefined && { policy: () => defaultPolicy({ rootKey }) }),
      log,
    });
    return {
      url: await listen(server, port, address),
      async close() {
        await server.close();
        provider.destroy();
      },
    };
  },
});
