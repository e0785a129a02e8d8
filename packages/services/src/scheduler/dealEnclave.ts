import { getBytes, ZeroAddress } from "ethers";

import type { Manifest } from "@poco-marketplace/sdk/manifest.js";
import { HttpError } from "../http/HttpError.js";
import type { Address, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import { verifyEnclave } from "@poco-marketplace/enclave/trust/verifyEnclave.js";
import type { EnclaveFacts } from "@poco-marketplace/enclave/trust/enclaveFacts.js";
import type { VerifiedEnclave } from "@poco-marketplace/enclave/trust/verifyEnclaveQuote.js";
import {
  platformPolicy,
  type PlatformPolicy,
  type PlatformPolicyParts,
} from "@poco-marketplace/enclave/trust/platformPolicy.js";
import type { AuthorizationRequest } from "@poco-marketplace/sdk/wire/scheduler.js";

/**
 * What a scheduler signs for where a deal asks for enclaves: those that prove to be the deal's app on a platform that will
 * do; or, unattested, whatever key a worker names, which is for chains that clients are tried on.
 */
export type EnclaveTrust = PlatformPolicy | "unattested";

/**
 * The same out of what a scheduler was told: the registry of its deployment counts, whatever else does.
 *
 * @throws MissingTcbPolicyError
 */
export function enclaveTrust(
  told: PlatformPolicyParts | "unattested",
  manifest: Pick<Manifest, "attestation">,
): EnclaveTrust {
  return told === "unattested" ? told : platformPolicy({ manifest, ...told });
}

/** Who wants to contribute to a task, with what. */
export interface DealEnclave {
  readonly worker: Address;
  readonly taskId: TaskId;
  readonly app: Address;
  readonly request: AuthorizationRequest;
}

/**
 * Refuses what is no enclave of the deal's app, whatever the hub's TEE broker would say of it. Returns what was proven;
 * nothing where enclaves prove nothing.
 *
 * @throws HttpError, EnclaveRefusal
 */
export async function assertDealEnclave(
  facts: EnclaveFacts,
  trust: EnclaveTrust,
  { worker, taskId, app, request: { enclave, encryptionKey, quote } }: DealEnclave,
): Promise<VerifiedEnclave | undefined> {
  if (enclave === undefined || enclave === ZeroAddress) {
    throw new HttpError(400, `Task ${taskId} is for enclaves: give the address of yours.`);
  }
  if (trust === "unattested") return undefined;
  if (quote === undefined || encryptionKey === undefined) {
    throw new HttpError(
      403,
      `Task ${taskId} is for enclaves, and address ${enclave} alone proves none: give its quote and its encryption key too.`,
    );
  }
  const binding = { worker, taskId, enclave, encryptionKey: getBytes(encryptionKey) };
  return verifyEnclave(facts, { app, binding, quote: getBytes(quote) }, trust);
}
