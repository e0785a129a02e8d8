import type { Address, Hex } from "../../protocol/ids.js";
import type { EnclaveLimits, EnclaveResult } from "../enclave.js";
import type { SealedSecret } from "../sealedSecret.js";
import type { EnclaveTask, TaskDataset } from "../task.js";

/** A dataset as a worker has it: it cannot read it. */
export type SealedDataset = Omit<TaskDataset, "key">;

/** A task as a worker has it: without program, which is the app that the enclave was started with, nor secrets. */
export type SealedTask = Omit<EnclaveTask, "program" | "dataset" | "bulk" | "appSecret" | "requesterSecrets"> & {
  readonly dataset?: SealedDataset;
  readonly bulk?: readonly SealedDataset[];
};

/** The secrets of a task, each sealed for the enclave. */
export type SealedSecrets = {
  /**
   * All of them and the task itself, as the secret service gives them. What else is here or in the task then counts
   * for nothing.
   */
  readonly session?: SealedSecret;
  /** By the address of the dataset. */
  readonly datasetKeys?: Readonly<Record<Address, SealedSecret>>;
  readonly appSecret?: SealedSecret;
  readonly requesterSecrets?: Readonly<Record<number, SealedSecret>>;
};

/** First word to an enclave: whom it works for, and how it is to run the app. */
export type BirthMessage = {
  readonly worker: Address;
  readonly taskId: Hex;
  readonly program: string;
  /** What runs a JavaScript module, before its path; `{out}` and `{in}` stand for the task's folders. */
  readonly interpreter: readonly string[];
  readonly workspace: string;
  readonly limits: EnclaveLimits;
};

/** First word of an enclave: its public keys. */
export type BornMessage = { readonly enclave: Address; readonly encryptionKey: Uint8Array };

/** Second word to an enclave: what to do. */
export type TaskMessage = { readonly task: SealedTask; readonly secrets: SealedSecrets };

/** Last word of an enclave. */
export type OutcomeMessage =
  { readonly result: EnclaveResult } | { readonly failure: { readonly name: string; readonly message: string } };
