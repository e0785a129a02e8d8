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
 * The enclaves that get work permits where a deal asks for enclaves: those that prove to be the deal's app on a platform
 * that the policy accepts; or, unattested, any key that a worker names, which is for development chains.
 */
export type EnclaveTrust = PlatformPolicy | "unattested";

/**
 * The trust that a scheduler's options ask for: besides what they name, the registry of its deployment counts.
 *
 * @throws MissingTcbPolicyError
 */
export function enclaveTrust(
  option: PlatformPolicyParts | "unattested",
  manifest: Pick<Manifest, "attestation">,
): EnclaveTrust {
  return option === "unattested" ? option : platformPolicy({ manifest, ...option });
}

/** The worker that asks to contribute to a task, and its enclave. */
export interface DealEnclave {
  readonly worker: Address;
  readonly taskId: TaskId;
  readonly app: Address;
  readonly request: AuthorizationRequest;
}

/**
 * Refuses what is not an enclave of the deal's app, whatever the hub's TEE broker would say about it. Returns the proven
 * enclave; nothing where enclaves prove nothing.
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
