import type { ContractRunner, Wallet } from "ethers";

import type { SmsClient } from "@poco-marketplace/sdk/client/secrets.js";
import type { FetchOptions } from "./fetchFile.js";
import type { Furnace } from "./furnace.js";
import type { HubCalls } from "./hubCalls.js";
import type { Notes } from "./notes.js";
import type { Prover } from "./proof.js";
import type { SchedulerClient } from "./schedulerClient.js";

/** Where a worker says what it does; never a secret. */
export interface WorkerLog {
  info(values: object, message: string): void;
  warn(values: object, message: string): void;
}

/** What a worker works with. */
export interface Bench {
  readonly wallet: Wallet;
  readonly runner: ContractRunner;
  readonly hub: HubCalls;
  readonly scheduler: SchedulerClient;
  /** Nothing where there is no secret service: then tasks get no secrets. */
  readonly sms: SmsClient | undefined;
  readonly furnace: Furnace;
  readonly notes: Notes;
  readonly prover: Prover;
  readonly log: WorkerLog;
  readonly ipfsNode: string;
  readonly fetching: Omit<FetchOptions, "signal">;
}
