import { join } from "node:path";

import { getAddress } from "ethers";

import { listen } from "@poco-marketplace/services/http/createServer.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { UsageError } from "../../commandLine.js";
import { admittedWorkers, openWorkers } from "../pool/memberOptions.js";
import { OFFER_SETTINGS, offerTerms } from "../pool/offerOptions.js";
import { defineService } from "../service.js";
import { httpUrl, privateKey } from "../values.js";
import { isUnattested } from "../attestation/mode.js";
import { NetworkError } from "../networkError.js";
import { databaseIn, deployment, folderSetting, host, origins, portSetting, rpc } from "./commonSettings.js";
import { registriesOf, registrySettings } from "./registrySettings.js";
import { assertRegistries, trustOf, trustSettings } from "./trustSettings.js";

/** The scheduler of a workerpool as a service. */
export const scheduler = defineService({
  summary:
    "the scheduler of a workerpool: assigns tasks to workers that join, and keeps the pool's orders on the market",
  settings: {
    port: portSetting(8550),
    host,
    origins,
    rpc,
    deployment,
    folder: folderSetting("the folder for the database"),
    workerpool: { hint: "ADDRESS", help: "the workerpool", read: (text: string) => getAddress(text) as Address },
    sms: { hint: "URL", help: "the secret service", read: httpUrl },
    market: {
      hint: "URL",
      help: "the market for the pool's orders (default: none are published)",
      read: httpUrl,
      otherwise: undefined,
    },
    gateway: {
      hint: "URL",
      help: "an IPFS gateway, to check apps before their tasks are initialized (default: only workers check them)",
      read: httpUrl,
      otherwise: undefined,
    },
    ...registrySettings,
    ...OFFER_SETTINGS,
    workers: admittedWorkers,
    openWorkers,
    ...trustSettings,
    attestation: {
      hint: "HOW",
      help: "required (default), or none on the embedded chain: any key that a worker names counts as an enclave's",
      read: requiredOrNone,
      otherwise: "required",
    },
    key: {
      hint: "",
      help: "the private key of the workerpool's owner, with which no other program may send transactions",
      read: privateKey,
      isSecret: true,
    },
  },
  async start(values, log, notify) {
    const { workers, openWorkers: stake } = values;
    if (workers.length === 0 && stake === undefined)
      throw new UsageError(
        "No worker may join this pool: set --workers ADDRESS,… with the accounts of its workers, or --open-workers NRLC to " +
          "admit any account with that much in escrow.",
      );
    const { rpc: node, deployment: manifest, folder, workerpool, sms, market, gateway, attestation, key } = values;
    const offers = market === undefined ? undefined : { market, ...offerTerms(values) };
    if (attestation === "none" && !isUnattested(manifest))
      throw new NetworkError(
        "--attestation none is for the embedded chain of `poco network --attestation none` only: on any other chain, the " +
          "key of any stranger would be paid as an enclave.",
      );
    const enclaves = attestation === "none" ? "unattested" : trustOf(values, manifest);
    if (enclaves !== "unattested") await assertRegistries(enclaves, { rpc: node, chainId: manifest.chainId });
    const [{ openSchedulerService }, { openAppInspector }, { openProvider }] = await Promise.all([
      import("@poco-marketplace/services/scheduler/service.js"),
      import("@poco-marketplace/services/worker/inspectApp.js"),
      import("@poco-marketplace/sdk/chain/openProvider.js"),
    ]);
    const provider = openProvider(node, manifest.chainId);
    const inspectApp =
      gateway === undefined
        ? undefined
        : openAppInspector({
            provider,
            hub: manifest.poco,
            folder: join(folder, "apps"),
            gateway,
            registries: registriesOf(values),
          });
    const server = await openSchedulerService({
      rpc: node,
      deployment: manifest,
      database: databaseIn(folder),
      wallet: key,
      workerpool,
      sms,
      workers,
      ...(stake !== undefined && { openWorkers: { stake: BigInt(stake) } }),
      ...(offers !== undefined && { offers }),
      enclaves,
      origins: values.origins,
      ...(inspectApp !== undefined && { inspectApp }),
      onFailure: ({ task, worker, cause }) => notify(`Task ${task} failed at worker ${worker}. ${cause}`),
      log,
    });
    async function close(): Promise<void> {
      await server.close();
      provider.destroy();
    }
    return { url: await listen(server, values.port, values.host), close };
  },
});

function requiredOrNone(value: string): "required" | "none" {
  if (value === "required" || value === "none") return value;
  throw new Error("use required or none");
}
