import { readSimulatedPlatform } from "../attestation/platformFile.js";
import { defineService } from "../service.js";
import { allowedOrRefused, endpoints, httpUrl, numberFrom, privateKey, sandboxDemand, text } from "../values.js";
import { deployment, folderSetting, rpc } from "./commonSettings.js";

/** A worker as a service. */
export const worker = defineService({
  summary: "a worker: joins a scheduler by its URL and does tasks, each in an enclave of its own",
  settings: {
    scheduler: { hint: "URL", help: "the pool's scheduler", read: httpUrl },
    rpc,
    deployment,
    folder: folderSetting("where apps and what it takes to reveal are kept"),
    sms: { hint: "URL", help: "the secret service", read: httpUrl },
    ipfsNode: { hint: "URL", help: "where results are put", read: httpUrl },
    gateway: { hint: "URL", help: "an IPFS gateway, for apps and data", read: httpUrl },
    platform: { hint: "FILE", help: "the simulated platform that makes quotes for enclaves", read: text },
    slots: { hint: "N", help: "tasks at once (default: 1)", read: numberFrom(1, 64), otherwise: 1 },
    privateHosts: {
      hint: "allowed",
      help: "whether requesters may have files fetched from this machine and its private network (default: refused)",
      read: allowedOrRefused,
      otherwise: "refused",
    },
    sandbox: {
      hint: "none",
      help: "none: do without a sandbox where bubblewrap is not there (default: bubblewrap, or the worker does not start)",
      read: sandboxDemand,
      otherwise: "bubblewrap",
    },
    appAllow: {
      hint: "HOST:PORT,…",
      help: "what apps that ask for the network may reach besides the internet (default: nothing)",
      read: endpoints,
      otherwise: [],
    },
    appNetwork: {
      hint: "refused",
      help: "refused: take no tasks whose app asks for the network (default: allowed)",
      read: allowedOrRefused,
      otherwise: "allowed",
    },
    key: {
      hint: "",
      help: "the private key of the worker's account, which nobody else may send transactions with",
      read: privateKey,
      isSecret: true,
    },
  },
  async start(
    {
      scheduler,
      rpc: node,
      deployment: manifest,
      folder,
      sms,
      ipfsNode,
      gateway,
      platform,
      slots,
      privateHosts,
      sandbox,
      appAllow,
      appNetwork,
      key,
    },
    log,
  ) {
    const [{ openLog }, { simulatedProcessor }, { runWorker }] = await Promise.all([
      import("@poco-marketplace/services/log.js"),
      import("@poco-marketplace/enclave/runtime/processor.js"),
      import("@poco-marketplace/services/worker/runWorker.js"),
    ]);
    const running = await runWorker({
      scheduler,
      rpc: node,
      deployment: manifest,
      wallet: key,
      sms,
      ipfsNode,
      ipfsGateway: gateway,
      state: folder,
      processor: simulatedProcessor(await readSimulatedPlatform(platform)),
      sandbox,
      appAllow,
      appNetwork,
      limits: { slots, privateHosts },
      log: openLog(log),
    });
    // The supervisor restarts the process.
    running.done.catch((error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exit(1);
    });
    return { close: () => running.stop() };
  },
});
