import type { webcrypto } from "node:crypto";

import type { EnclaveBinding } from "@poco-marketplace/sdk/wire/reportData.js";
import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { openSecret, sealSecret, type SealedSecret } from "./sealedSecret.js";

/** A dataset of a task, as the chain knows it, and its key. */
export type SessionDataset = {
  readonly address: Address;
  /** The checksum that the dataset carries on chain. */
  readonly checksum: Hex;
  /** Base64. */
  readonly key: string;
};

/** Where a result is put. */
export type SessionStorage = {
  /** Such as `ipfs` or `dropbox`. */
  readonly provider: string;
  /** URL of the service that takes it there. */
  readonly proxy?: string;
  /** What the provider asks for to let somebody in. */
  readonly token?: string;
};

/**
 * What an enclave is told about its task by the secret service, which read it on chain: nothing of this is left to the
 * worker, who would otherwise run the app on the data with arguments, or encrypt the result for a beneficiary, of its
 * own.
 */
export type TaskSession = {
  readonly taskId: Hex;
  readonly dealId: Hex;
  /** Index of the task, from `botFirst` to `botFirst + botSize - 1`. */
  readonly index: bigint;
  readonly botFirst: bigint;
  readonly botSize: bigint;
  /** The deal's `iexec_args`. */
  readonly args?: string;
  /** URLs of the public files that the app is to have. */
  readonly inputFiles: readonly string[];
  /** The deal's dataset. */
  readonly dataset?: SessionDataset;
  /** The datasets of the task's slice, in its order, when the deal runs over many; without those that are withheld. */
  readonly bulk?: readonly SessionDataset[];
  /** The secret that the app's developer pushed. */
  readonly appSecret?: string;
  /** The requester's secrets by the number that the deal gives them, from 1. */
  readonly requesterSecrets: Readonly<Record<string, string>>;
  /** The beneficiary's public key as PEM, when the result is to be encrypted. */
  readonly resultKey?: string;
  readonly storage: SessionStorage;
};

/** A session as JSON has it. */
type WrittenSession = Omit<TaskSession, "index" | "botFirst" | "botSize"> &
  Record<"index" | "botFirst" | "botSize", string>;

/**
 * Seals a session for the enclave that a quote vouches for, all in one: nobody can put a part of another in its place.
 */
export function sealSession(binding: EnclaveBinding, session: TaskSession): Promise<SealedSecret> {
  const { index, botFirst, botSize, ...rest } = session;
  const written: WrittenSession = { ...rest, index: `${index}`, botFirst: `${botFirst}`, botSize: `${botSize}` };
  return sealSecret(binding, "session", JSON.stringify(written));
}

/**
 * Opens a session, in the enclave.
 *
 * @throws `UnopenedSecretError`
 */
export async function openSession(
  enclave: { pair: webcrypto.CryptoKeyPair; binding: EnclaveBinding },
  sealed: SealedSecret,
): Promise<TaskSession> {
  const plain = Buffer.from(await openSecret(enclave, "session", sealed)).toString("utf8");
  const { index, botFirst, botSize, ...rest } = JSON.parse(plain) as WrittenSession;
  return { ...rest, index: BigInt(index), botFirst: BigInt(botFirst), botSize: BigInt(botSize) };
}
