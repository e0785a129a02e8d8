import { listen } from "@poco-marketplace/services/http/createServer.js";
import { NetworkError } from "../networkError.js";
import { defineService } from "../service.js";
import { numberFrom } from "../values.js";
import { folderSetting, host, origins, portSetting, root } from "./commonSettings.js";

/** The default chain id: that of Arbitrum Sepolia, which the official clients know. */
export const DEFAULT_CHAIN_ID = 421_614;

/** The embedded chain as a service, with the protocol deployed. */
export const chain = defineService({
  summary: "an embedded chain with the protocol deployed, which resumes where it stopped",
  settings: {
    port: portSetting(8545),
    host,
    origins,
    folder: folderSetting("the folder for the blocks and the manifest"),
    chainId: {
      hint: "ID",
      help: `the chain's id (default: ${DEFAULT_CHAIN_ID})`,
      read: numberFrom(1, 2 ** 48),
      otherwise: DEFAULT_CHAIN_ID,
    },
    root,
  },
  async start({ port, host: address, folder, chainId, root: certificate, origins: pages }, _log, notify) {
    // These modules are imported late, since Hardhat is slow to load.
    const [{ startChain }, { createRpcServer }] = await Promise.all([
      import("../chain/embedded.js"),
      import("../chain/rpcServer.js"),
    ]);
    const rootOfTrust = certificate === undefined ? "none" : ({ simulated: certificate.raw } as const);
    const { connection, history } = await startChain(folder, { chainId, rootOfTrust, notify }).catch(explain);
    const server = await createRpcServer(connection.provider, history, { origins: pages });
    const url = await listen(server, port, address);
    return {
      url,
      async close() {
        await server.close();
        await connection.close();
      },
    };
  },
});

/** Says what to do where npm left out the program of Hardhat's chain, as it does when it runs in an old Node. */
function explain(cause: unknown): never {
  if (!/native binding/.test((cause as Error).message)) throw cause;
  throw new NetworkError(
    "The embedded chain's program for this machine is missing, which npm leaves out where it runs in a Node before 22: install poco " +
      'again with a newer one (npx -y -p node@24 -c "npm install FILE").',
    { cause },
  );
}
