import type { webcrypto } from "node:crypto";

import type { EnclaveBinding } from "@poco-marketplace/sdk/wire/reportData.js";
import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { openSecret, sealSecret, type SealedSecret } from "./sealedSecret.js";

/** A dataset of a task, as it is registered on chain, with its key. */
export interface SessionDataset {
  readonly address: Address;
  /** The checksum that the dataset has on chain. */
  readonly checksum: Hex;
  /** Base64. */
  readonly key: string;
}

/** The storage for the result. */
export interface SessionStorage {
  /** Such as `ipfs` or `dropbox`. */
  readonly provider: string;
  /** URL of the service that uploads it. */
  readonly proxy?: string;
  /** The provider's access token. */
  readonly token?: string;
}

/**
 * The task of an enclave as the secret service read it on chain. None of it comes from the worker, which could
 * otherwise run the app on the data with its own arguments, or encrypt the result for itself.
 */
export interface TaskSession {
  readonly taskId: Hex;
  readonly dealId: Hex;
  /** Index of the task, from `botFirst` to `botFirst + botSize - 1`. */
  readonly index: bigint;
  readonly botFirst: bigint;
  readonly botSize: bigint;
  /** The deal's `iexec_args`. */
  readonly args?: string;
  /** URLs of the public input files. */
  readonly inputFiles: readonly string[];
  /** The deal's dataset. */
  readonly dataset?: SessionDataset;
  /** The datasets of a bulk task's slice, in order, without those that are withheld. */
  readonly bulk?: readonly SessionDataset[];
  /** The secret that the app's developer pushed. */
  readonly appSecret?: string;
  /** The requester's secrets by the number that the deal gives them, from 1. */
  readonly requesterSecrets: Readonly<Record<string, string>>;
  /** The beneficiary's public key as PEM, when the result is to be encrypted. */
  readonly resultKey?: string;
  readonly storage: SessionStorage;
}

/** A session as JSON encodes it. */
type WrittenSession = Omit<TaskSession, "index" | "botFirst" | "botSize"> &
  Record<"index" | "botFirst" | "botSize", string>;

/**
 * Seals a session for the enclave that a quote attests, as one secret, so that no part of it can be replaced.
 */
export function sealSession(binding: EnclaveBinding, session: TaskSession): Promise<SealedSecret> {
  const { index, botFirst, botSize, ...rest } = session;
  const written: WrittenSession = { ...rest, index: `${index}`, botFirst: `${botFirst}`, botSize: `${botSize}` };
  return sealSecret(binding, "session", JSON.stringify(written));
}

/**
 * Opens a sealed session in the enclave.
 *
 * @throws {@link UnopenedSecretError}
 */
export async function openSession(
  enclave: { pair: webcrypto.CryptoKeyPair; binding: EnclaveBinding },
  sealed: SealedSecret,
): Promise<TaskSession> {
  const plain = Buffer.from(await openSecret(enclave, "session", sealed)).toString("utf8");
  const { index, botFirst, botSize, ...rest } = JSON.parse(plain) as WrittenSession;
  return { ...rest, index: BigInt(index), botFirst: BigInt(botFirst), botSize: BigInt(botSize) };
}
