import type { Address, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import { AttestedEnclave, SANDBOX_LIMITS } from "@poco-marketplace/enclave/runtime/attestedEnclave.js";
import type { Reach } from "@poco-marketplace/enclave/network/filter.js";
import { NETWORK_LABEL, networkOf, type EnclaveApp } from "@poco-marketplace/enclave/runtime/enclaveApp.js";
import { EnclaveProcess } from "@poco-marketplace/enclave/runtime/enclaveProcess.js";
import type { SandboxLimits } from "@poco-marketplace/enclave/runtime/launch.js";
import type { Processor } from "@poco-marketplace/enclave/runtime/processor.js";
import { imageProblem } from "@poco-marketplace/enclave/runtime/runsImages.js";
import type { Sandbox } from "@poco-marketplace/enclave/runtime/sandbox.js";
import { packaged, type AppFetchOptions, type AppStore, type FetchedApp } from "./apps.js";
import { handledLater } from "@poco-marketplace/sdk/handledLater.js";
import { locationOf } from "./location.js";
import type { PublishedApp } from "./publishedApp.js";

/** An app that asks for something that this worker does not offer. */
export class AppRefusedError extends Error {
  override readonly name = "AppRefusedError";
}

/** The network that a worker gives to apps that ask for it: none, the internet, or all networks that it reaches. */
export type OfferedNetwork = "off" | Reach;

/**
 * Refuses an app that asks for the network of a worker that gives none.
 *
 * @throws {@link AppRefusedError}, `ImageError` InvalidLabel
 */
export function checkNetwork(app: EnclaveApp, appNetwork: OfferedNetwork): void {
  if (networkOf(app) === "none" || appNetwork !== "off") return;
  const label = app.kind === "image" ? `, or label the image ${NETWORK_LABEL}=none if it needs none` : "";
  throw new AppRefusedError(
    `The app asks for the network, and this worker gives apps none: choose another pool${label}.`,
  );
}

/** The options of an enclave pool. */
export interface EnclavePoolOptions {
  readonly apps: AppStore;
  readonly processor: Processor;
  readonly sandbox: Sandbox;
  readonly appNetwork: OfferedNetwork;
  readonly limits?: Partial<SandboxLimits>;
  /** The number of recently run apps for which a process is kept ready. */
  readonly warm: number;
}

/** A pool of enclave processes, some of them warm. */
export type EnclavePool = ReturnType<typeof openEnclavePool>;

interface WarmProcess {
  readonly fetched: FetchedApp;
  readonly started: Promise<EnclaveProcess>;
}

/** An enclave that was started for a task, and the app that it holds. */
export interface AcquiredEnclave {
  readonly enclave: AttestedEnclave;
  /** Starts a process for the app's next task: call it after the computation, since it takes processor time. */
  readonly prewarm: () => void;
  /** Ends the enclave, after which its app may be removed from disk. */
  readonly end: () => Promise<void>;
}

/**
 * Opens a pool of enclaves. For recently run apps, a process is ready that has loaded everything but has no keys yet,
 * so that their enclaves start at once. Every process runs one task.
 */
export function openEnclavePool({
  apps,
  processor,
  sandbox,
  appNetwork,
  limits: changes = {},
  warm,
}: EnclavePoolOptions) {
  const limits = { ...SANDBOX_LIMITS, ...changes };
  const ready = new Map<Address, WarmProcess>();
  let isClosed = false;

  function start(app: EnclaveApp): Promise<EnclaveProcess> {
    return handledLater(EnclaveProcess.start(app, sandbox, limits));
  }

  /** Fetches an app, unless it asks for what this worker does not give; for images that is known without their layers. */
  async function fetchApp(published: PublishedApp, options: AppFetchOptions): Promise<FetchedApp> {
    if (locationOf(published.multiaddr).kind === "image") {
      const problem = await imageProblem(sandbox);
      if (problem !== undefined) throw new AppRefusedError(`This worker cannot run container images: ${problem}.`);
    }
    const fetched = await apps.get(published, options);
    try {
      checkNetwork(fetched.app, appNetwork);
      return fetched;
    } catch (error) {
      await fetched.release();
      throw error;
    }
  }

  /** Starts a process for the next task of an app that is on disk. */
  async function prepare(published: PublishedApp, app: EnclaveApp, options: AppFetchOptions): Promise<void> {
    const { address } = published;
    if (isClosed || warm === 0 || ready.has(address)) return;
    const fetched = app.kind === "package" ? packaged(app.app) : await apps.get(published, options);
    if (isClosed || ready.has(address)) return fetched.release();
    ready.set(address, { fetched, started: start(fetched.app) });
    for (const [old, process] of ready) {
      if (ready.size <= warm) break;
      ready.delete(old);
      await stop(process);
    }
  }

  return {
    /**
     * Starts an attested enclave for a task; the caller must end it.
     *
     * @throws {@link AppRefusedError}, the errors of fetching an app
     */
    async acquire(
      published: PublishedApp,
      { worker, taskId }: { worker: Address; taskId: TaskId },
      options: AppFetchOptions,
    ): Promise<AcquiredEnclave> {
      const { address } = published;
      const kept = ready.get(address);
      ready.delete(address);
      const { app, release } = kept?.fetched ?? (await fetchApp(published, options));
      try {
        const prepared = await (kept?.started ?? start(app)).catch(() => start(app));
        const enclave = await AttestedEnclave.start({ app, processor, worker, taskId, limits, sandbox, prepared });
        const end = async () => {
          await enclave.stop();
          await release();
        };
        // Without a prepared process, the next enclave starts later.
        return { enclave, prewarm: () => void handledLater(prepare(published, app, options)), end };
      } catch (error) {
        await release();
        throw error;
      }
    },

    /** Stops the ready processes that were not used. */
    async close(): Promise<void> {
      isClosed = true;
      const left = [...ready.values()];
      ready.clear();
      await Promise.all(left.map(stop));
    },
  };
}

async function stop({ fetched, started }: WarmProcess): Promise<void> {
  const process = await started.catch(() => undefined);
  await process?.stop();
  await fetched.release();
}
