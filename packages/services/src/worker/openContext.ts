import { join } from "node:path";

import type { Provider } from "ethers";

import type { TransactionSender } from "@poco-marketplace/sdk/chain/nonceManagedSender.js";
import type { SecretsClient } from "@poco-marketplace/sdk/client/secrets.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { IPoco__factory } from "@poco-marketplace/sdk/typechain.js";
import { ImageCache } from "@poco-marketplace/enclave/image/imageCache.js";
import { architectureOf } from "@poco-marketplace/enclave/image/manifest.js";
import { RegistryClient, type RegistryOptions } from "@poco-marketplace/enclave/image/registry.js";
import type { SandboxLimits } from "@poco-marketplace/enclave/runtime/launch.js";
import type { Processor } from "@poco-marketplace/enclave/runtime/processor.js";
import type { Sandbox } from "@poco-marketplace/enclave/runtime/sandbox.js";
import { openAppStore } from "./apps.js";
import type { WorkerContext } from "./context.js";
import { checkNetwork, openEnclavePool, type OfferedNetwork } from "./enclavePool.js";
import { openHubCalls } from "./hubCalls.js";
import { openProver } from "./proof.js";
import { RevealStore } from "./revealStore.js";

/** The resources that a worker offers to tasks. */
export interface WorkerLimits {
  /** The number of concurrent tasks: 1 by default. */
  readonly slots: number;
  /** The limits of each enclave. */
  readonly enclave: Partial<SandboxLimits>;
  /** The maximum size of a task's data together, in bytes: 256 MiB by default. */
  readonly maxDownloadBytes: number;
  /** The maximum disk space of apps' packages, in bytes: 1 GiB by default. */
  readonly maxAppBytes: number;
  /** The maximum disk space of images and their layers, in bytes: 32 GiB by default. */
  readonly maxImageBytes: number;
  /** The number of apps for which an enclave is kept ready: 1 by default. */
  readonly warm: number;
  /** Whether input files may come from this machine and its private network: refused by default. */
  readonly privateHosts: "allowed" | "refused";
}

/** The folders, services and processor of a worker. */
export interface WorkerSetting {
  /** The origins of the content store: the node that stores results, and the gateway that serves files. */
  readonly ipfsNode: string;
  readonly ipfsGateway: string;
  /** A persistent folder that nothing else uses: for packages of apps, and for what reveals need. */
  readonly state: string;
  /** The processor that measures enclaves and makes their quotes. */
  readonly processor: Processor;
  /** The network of apps that ask for it: the internet by default. A worker that offers none takes no such apps. */
  readonly appNetwork?: OfferedNetwork;
  /** The registries from which it fetches images: accounts, mirrors, and those in its own network. */
  readonly registries?: RegistryOptions;
  readonly limits?: Partial<WorkerLimits>;
}

/** The parts of a worker that the caller makes. */
export type GivenParts = Pick<WorkerContext, "account" | "log"> & {
  readonly provider: Provider;
  readonly sender: TransactionSender;
  readonly poco: Address;
  readonly secrets: SecretsClient | undefined;
  readonly sandbox: Sandbox;
};

const LIMITS: WorkerLimits = {
  slots: 1,
  enclave: {},
  maxDownloadBytes: 256 * 2 ** 20,
  maxAppBytes: 2 ** 30,
  maxImageBytes: 2 ** 35,
  warm: 1,
  privateHosts: "refused",
};

/** Returns the limits of a worker, with defaults for those that are not given. */
export function limitsOf({ limits }: Pick<WorkerSetting, "limits">): WorkerLimits {
  return { ...LIMITS, ...limits };
}

/** Makes the parts that a worker's attempts share, except the scheduler. */
export async function openContext(
  { account, log, provider, sender, poco, secrets, sandbox }: GivenParts,
  setting: WorkerSetting,
): Promise<Omit<WorkerContext, "scheduler">> {
  const { processor, state, ipfsNode, appNetwork = "public" } = setting;
  const { enclave, warm, maxAppBytes, maxDownloadBytes: maxBytes, privateHosts } = limitsOf(setting);
  const hub = IPoco__factory.connect(poco, provider);
  const apps = openAppStore({
    packages: { folder: join(state, "apps"), maxBytes: maxAppBytes },
    images: await openImages(setting, appNetwork),
  });
  return {
    log,
    account,
    runner: provider,
    hub: await openHubCalls(hub, sender),
    prover: openProver({ hub, provider, sender }, processor),
    sms: secrets,
    enclaves: openEnclavePool({ apps, processor, sandbox, appNetwork, limits: enclave, warm }),
    reveals: new RevealStore(join(state, "results")),
    ipfsNode,
    fetching: { gateway: setting.ipfsGateway, maxBytes, privateHosts },
  };
}

/** Opens the cache of images, if they are built for this machine's processor. */
async function openImages(
  { state, registries, ...setting }: WorkerSetting,
  appNetwork: OfferedNetwork,
): Promise<ImageCache | undefined> {
  const architecture = architectureOf(process.arch);
  if (architecture === undefined) return undefined;
  return ImageCache.open({
    folder: join(state, "images"),
    registry: new RegistryClient(registries),
    architecture,
    maxBytes: limitsOf(setting).maxImageBytes,
    check: (image) => checkNetwork({ kind: "image", image: { image, root: "" } }, appNetwork),
  });
}
