import type { Provider, Signer } from "ethers";

import type { SecretsClient } from "@poco-marketplace/sdk/client/secrets.js";
import type { WorkerSession } from "@poco-marketplace/sdk/client/workerSession.js";
import type { Log } from "../log.js";
import type { FetchOptions } from "./fetchFile.js";
import type { EnclavePool } from "./enclavePool.js";
import type { HubCalls } from "./hubCalls.js";
import type { RevealStore } from "./revealStore.js";
import type { Prover } from "./proof.js";

/** The part of a scheduler session that an attempt uses. */
export type AttemptScheduler = Pick<WorkerSession, "authorize" | "report" | "download" | "logs" | "result">;

/** The parts that a worker's attempts share. */
export interface WorkerContext {
  /** The worker's account. */
  readonly account: Signer & { readonly address: string };
  readonly runner: Provider;
  readonly hub: HubCalls;
  readonly scheduler: AttemptScheduler;
  /** Undefined without a secret service: then tasks get no secrets. */
  readonly sms: SecretsClient | undefined;
  readonly enclaves: EnclavePool;
  readonly reveals: RevealStore;
  readonly prover: Prover;
  readonly log: Log;
  readonly ipfsNode: string;
  readonly fetching: Omit<FetchOptions, "signal">;
}
