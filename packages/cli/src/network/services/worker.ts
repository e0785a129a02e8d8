import { readSimulatedPlatform } from "../attestation/platformFile.js";
import { defineService } from "../service.js";
import {
  allowedOrRefused,
  endpoints,
  httpUrl,
  numberFrom,
  offeredNetwork,
  privateKey,
  sandboxDemand,
  text,
} from "../values.js";
import { deployment, folderSetting, rpc as rpcSetting } from "./commonSettings.js";
import { registriesOf, registrySettings } from "./registrySettings.js";

/** A worker as a service. */
export const worker = defineService({
  summary: "a worker: joins a scheduler by its URL and runs tasks, each in an enclave of its own",
  settings: {
    scheduler: { hint: "URL", help: "the pool's scheduler", read: httpUrl },
    rpc: rpcSetting,
    deployment,
    folder: folderSetting("the folder for apps and for results that are not yet revealed"),
    sms: { hint: "URL", help: "the secret service", read: httpUrl },
    ipfsNode: { hint: "URL", help: "the IPFS node for results", read: httpUrl },
    gateway: { hint: "URL", help: "an IPFS gateway, for apps and data", read: httpUrl },
    platform: { hint: "FILE", help: "the simulated platform that signs the quotes of enclaves", read: text },
    slots: { hint: "N", help: "the number of tasks at a time (default: 1)", read: numberFrom(1, 64), otherwise: 1 },
    privateHosts: {
      hint: "allowed",
      help: "whether requesters may have files fetched from this machine and its private network (default: refused)",
      read: allowedOrRefused,
      otherwise: "refused",
    },
    sandbox: {
      hint: "none",
      help: "none: run apps without a sandbox if bubblewrap is missing (default: the worker does not start)",
      read: sandboxDemand,
      otherwise: "bubblewrap",
    },
    appAllow: {
      hint: "HOST:PORT,…",
      help: "endpoints besides the internet that apps with network access may reach (default: none)",
      read: endpoints,
      otherwise: [],
    },
    appNetwork: {
      hint: "off|public|all",
      help: "the network of apps that ask for it: none (such apps are refused), the internet, or private networks too (default: public)",
      read: offeredNetwork,
      otherwise: "public",
    },
    ...registrySettings,
    maxImages: {
      hint: "BYTES",
      help: "the most that container images may take on disk; the oldest are removed (default: 32 GiB)",
      read: numberFrom(1, 2 ** 50),
      otherwise: 2 ** 35,
    },
    key: {
      hint: "",
      help: "the private key of the worker's account, with which no other program may send transactions",
      read: privateKey,
      isSecret: true,
    },
  },
  async start(values, log) {
    const { rpc, deployment: manifest, key, ipfsNode, gateway, folder, platform, slots, privateHosts } = values;
    const { scheduler, sms, sandbox, appAllow, appNetwork, maxImages } = values;
    const [{ openLog }, { simulatedProcessor }, { runWorker }] = await Promise.all([
      import("@poco-marketplace/services/log.js"),
      import("@poco-marketplace/enclave/runtime/processor.js"),
      import("@poco-marketplace/services/worker/runWorker.js"),
    ]);
    const running = await runWorker({
      scheduler,
      rpc,
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
      registries: registriesOf(values),
      limits: { slots, privateHosts, maxImageBytes: maxImages },
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
