import type { ContractRunner, Wallet } from "ethers";

import type { SecretsClient } from "@poco-marketplace/sdk/client/secrets.js";
import type { WorkerSession } from "@poco-marketplace/sdk/client/workerSession.js";
import type { Log } from "../log.js";
import type { FetchOptions } from "./fetchFile.js";
import type { EnclavePool } from "./enclavePool.js";
import type { HubCalls } from "./hubCalls.js";
import type { RevealStore } from "./revealStore.js";
import type { Prover } from "./proof.js";

/** The parts that a worker's steps share. */
export interface WorkerContext {
  readonly wallet: Wallet;
  readonly runner: ContractRunner;
  readonly hub: HubCalls;
  readonly scheduler: WorkerSession;
  /** Nothing where there is no secret service: then tasks get no secrets. */
  readonly sms: SecretsClient | undefined;
  readonly enclaves: EnclavePool;
  readonly reveals: RevealStore;
  readonly prover: Prover;
  readonly log: Log;
  readonly ipfsNode: string;
  readonly fetching: Omit<FetchOptions, "signal">;
}
