import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import type { EnclaveLimits, EnclaveResult } from "../task/enclave.js";
import type { SealedSecret } from "../session/sealedSecret.js";
import type { ProgramLogs } from "../task/program.js";
import type { EnclaveTask, TaskDataset } from "../task/task.js";

/** A dataset as a worker has it: it cannot read it. */
export type SealedDataset = Omit<TaskDataset, "key">;

/** A task as a worker has it: without program, which is the app that the enclave was started with, nor secrets. */
export type SealedTask = Omit<EnclaveTask, "program" | "dataset" | "bulk" | "appSecret" | "requesterSecrets"> & {
  readonly dataset?: SealedDataset;
  readonly bulk?: readonly SealedDataset[];
};

/** The secrets of a task, sealed for the enclave. */
export type SealedSecrets = {
  /**
   * All of them and the task itself, as the secret service gives them: of what the worker says, only files count then.
   * Without it, there are no secrets.
   */
  readonly session?: SealedSecret;
};

/** First word to an enclave: whom it works for, and how it is to run the app. */
export type BirthMessage = {
  readonly worker: Address;
  readonly taskId: Hex;
  readonly program: string;
  /** What runs a JavaScript module, before its path; `TASK_FOLDERS` stand for the task's folders. */
  readonly interpreter: readonly string[];
  readonly workspace: string;
  readonly limits: EnclaveLimits;
};

/** First word of an enclave: its public keys. */
export type BornMessage = { readonly enclave: Address; readonly encryptionKey: Uint8Array };

/** Second word to an enclave: what to do. */
export type TaskMessage = { readonly task: SealedTask; readonly secrets: SealedSecrets };

/** Why there is no result, and what the program said until then. */
export type Failure = {
  readonly name: string;
  readonly message: string;
  readonly exitCode?: number;
  readonly logs?: ProgramLogs;
};

/** Last word of an enclave. */
export type OutcomeMessage = { readonly result: EnclaveResult } | { readonly failure: Failure };
