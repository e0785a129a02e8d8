import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import type { ContainerSetting } from "../container/containerProgram.js";
import type { Architecture } from "../image/manifest.js";
import type { EnclaveLimits, EnclaveResult, PrintedLogs } from "../task/enclave.js";
import type { SealedSecret } from "../session/sealedSecret.js";
import type { ProgramLogs } from "../task/program.js";
import type { EnclaveTask, TaskDataset } from "../task/task.js";

/** A dataset as a worker has it, which cannot decrypt it. */
export type SealedDataset = Omit<TaskDataset, "key">;

/** A task as a worker has it: without secrets, and without program, since the enclave was started with its app. */
export interface SealedTask extends Omit<
  EnclaveTask,
  "program" | "dataset" | "bulk" | "appSecret" | "requesterSecrets"
> {
  readonly dataset?: SealedDataset;
  readonly bulk?: readonly SealedDataset[];
}

/** The secrets of a task, sealed for the enclave. */
export interface SealedSecrets {
  /**
   * All secrets and the task itself, as the secret service seals them. With it, only the files that the worker brings
   * count; without it, there are no secrets.
   */
  readonly session?: SealedSecret;
}

/** How an enclave runs its app. */
export type AppStart =
  | {
      readonly kind: "package";
      /** The path of the app's module. */
      readonly module: string;
      /** The command that precedes that path, with `TASK_FOLDERS` as placeholders. */
      readonly interpreter: readonly string[];
      /** The processor for whose system calls the interpreter reads a filter, from `FIRST_INPUT`. */
      readonly filtered?: Architecture;
    }
  | { readonly kind: "image"; readonly setting: ContainerSetting };

/** The first message to an enclave: the worker that it works for, and how it runs the app. */
export interface StartMessage {
  readonly worker: Address;
  readonly taskId: Hex;
  readonly app: AppStart;
  readonly workspace: string;
  readonly limits: EnclaveLimits;
  readonly logs: PrintedLogs;
}

/** The first message of an enclave: its public keys. */
export interface KeysMessage {
  readonly enclave: Address;
  readonly encryptionKey: Uint8Array;
}

/** The second message to an enclave: its task. */
export interface TaskMessage {
  readonly task: SealedTask;
  readonly secrets: SealedSecrets;
}

/** The reason why there is no result, and the program's output until then. */
export interface TaskFailure {
  readonly name: string;
  readonly message: string;
  readonly exitCode?: number;
  readonly logs?: ProgramLogs;
}

/** The last message of an enclave. */
export type OutcomeMessage = { readonly result: EnclaveResult } | { readonly failure: TaskFailure };
