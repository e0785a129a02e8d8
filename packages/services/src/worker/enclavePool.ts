import type { Address, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import type { App } from "@poco-marketplace/enclave/app/appFolder.js";
import { AttestedEnclave, SANDBOX_LIMITS } from "@poco-marketplace/enclave/runtime/attestedEnclave.js";
import { EnclaveProcess } from "@poco-marketplace/enclave/runtime/enclaveProcess.js";
import type { SandboxLimits } from "@poco-marketplace/enclave/runtime/launch.js";
import type { Processor } from "@poco-marketplace/enclave/runtime/processor.js";
import type { Sandbox } from "@poco-marketplace/enclave/runtime/sandbox.js";
import type { openAppStore, PublishedApp } from "./apps.js";
import type { FetchOptions } from "./fetchFile.js";
import { handledLater } from "./handledLater.js";

/** An app that requires something that this worker does not offer. */
export class AppRefusedError extends Error {
  override readonly name = "AppRefusedError";

  constructor(app: Address) {
    super(`App ${app} asks for the network, and this worker takes no such apps: choose another pool, or another app.`);
  }
}

/** The options of an enclave pool. */
export interface EnclavePoolOptions {
  readonly apps: ReturnType<typeof openAppStore>;
  readonly processor: Processor;
  readonly sandbox: Sandbox;
  /** Whether apps may ask for the network. */
  readonly appNetwork: "allowed" | "refused";
  readonly limits?: Partial<SandboxLimits>;
  /** The number of recently run apps for which a process is kept ready. */
  readonly warm: number;
}

/** A pool of enclave processes, some of them warm. */
export type EnclavePool = ReturnType<typeof openEnclavePool>;

interface WarmProcess {
  readonly app: App;
  readonly started: Promise<EnclaveProcess>;
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

  function start(app: App): Promise<EnclaveProcess> {
    return handledLater(EnclaveProcess.start({ kind: "package", app }, sandbox, limits));
  }

  async function prepare(address: Address, app: App): Promise<void> {
    if (isClosed || warm === 0 || ready.has(address)) return;
    ready.set(address, { app, started: start(app) });
    for (const [old, process] of ready) {
      if (ready.size <= warm) break;
      ready.delete(old);
      await stop(process.started);
    }
  }

  return {
    /**
     * Starts an attested enclave for a task; the caller must run or stop it. `prewarm` starts a process for the app's next
     * task: call it after this task's computation, since it takes processor time.
     *
     * @throws {@link AppRefusedError}, the errors of fetching an app
     */
    async acquire(
      published: PublishedApp,
      { worker, taskId }: { worker: Address; taskId: TaskId },
      options: FetchOptions,
    ): Promise<{ readonly enclave: AttestedEnclave; readonly prewarm: () => void }> {
      const { address } = published;
      const kept = ready.get(address);
      ready.delete(address);
      const app = kept?.app ?? (await apps.get(published, options));
      if (appNetwork === "refused" && app.manifest.permissions.includes("network")) throw new AppRefusedError(address);
      const prepared = await (kept?.started ?? start(app)).catch(() => start(app));
      const enclave = await AttestedEnclave.start({
        app: { kind: "package", app },
        processor,
        worker,
        taskId,
        limits,
        sandbox,
        prepared,
      });
      return { enclave, prewarm: () => void prepare(address, app) };
    },

    /** Stops the ready processes that were not used. */
    async close(): Promise<void> {
      isClosed = true;
      const left = [...ready.values()];
      ready.clear();
      await Promise.all(left.map(({ started }) => stop(started)));
    },
  };
}

async function stop(started: Promise<EnclaveProcess>): Promise<void> {
  const process = await started.catch(() => undefined);
  await process?.stop();
}
