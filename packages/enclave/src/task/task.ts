import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import type { TaskProgram } from "./taskProgram.js";

/**
 * A dataset that a task may read. Parts that could not be fetched are undefined; the task then fails with their name.
 */
export interface TaskDataset {
  readonly address: Address;
  /** The checksum that the dataset carries on chain. */
  readonly checksum: Hex;
  /** The encrypted file, from where the dataset's multiaddr points. */
  readonly encrypted: Uint8Array | undefined;
  /** The base64 key, from the secret service. */
  readonly key: string | undefined;
}

/** A public file that the requester provides for the program. */
export interface InputFile {
  readonly url: string;
  readonly content: Uint8Array;
}

/** Everything that an enclave needs to run one task of a deal. */
export interface EnclaveTask {
  readonly taskId: Hex;
  readonly dealId: Hex;
  /** Index of the task, from `botFirst` to `botFirst + botSize - 1`. */
  readonly index: bigint;
  readonly botFirst: bigint;
  readonly botSize: bigint;
  /** The worker that the result is sealed for. */
  readonly worker: Address;
  /** The iApp, or its path: any executable, or a .js, .mjs, .cjs, .ts, .mts or .py file. */
  readonly program: TaskProgram | string;
  /** The deal's `iexec_args`, or arguments that are split already. */
  readonly args?: string | readonly string[];
  /** The deal's dataset. */
  readonly dataset?: TaskDataset;
  /** The datasets of this task's slice, when the deal runs over many. */
  readonly bulk?: readonly TaskDataset[];
  readonly inputFiles?: readonly InputFile[];
  /** The secret that the iApp's developer pushed. */
  readonly appSecret?: string;
  /** The requester's secrets by the number that the deal's `iexec_secrets` gives them, from 1. */
  readonly requesterSecrets?: Readonly<Record<string, string>>;
  /** The beneficiary's public key as PEM, when the result is to be encrypted. */
  readonly resultKey?: string;
}

/** A task with an invalid field. */
export class InvalidTaskError extends Error {
  override readonly name = "InvalidTaskError";

  constructor(what: string, value: string, advice: string) {
    super(`The task's ${what} is ${value}: ${advice}.`);
  }
}

/** A dataset of the deal that is missing. */
export class MissingDatasetError extends Error {
  override readonly name = "MissingDatasetError";
  readonly dataset: Address;

  constructor(dataset: Address, part: "encrypted file" | "key") {
    const advice = part === "key" ? "push it to the secret service" : "store it where its multiaddr points";
    super(`The task reads dataset ${dataset}, whose ${part} is missing: ${advice}, then run the task again.`);
    this.dataset = dataset;
  }
}
