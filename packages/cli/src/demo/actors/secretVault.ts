import { SecretExistsError, type SecretWriter, type SecretName } from "@poco-marketplace/sdk/client/secrets.js";
import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import type { Evidence } from "@poco-marketplace/enclave/evidence/evidence.js";

/** Keeps secrets for their owners and gives them to enclaves that prove themselves. */
export interface SecretVault extends SecretWriter {
  /** Gives a secret to an enclave that works on a task, or nothing where there is none. */
  readonly release: (name: SecretName, request: SecretRequest) => Promise<string | undefined>;
}

/** Who asks, and for which task. */
export interface SecretRequest {
  readonly taskId: Hex;
  readonly evidence: Evidence;
}

/**
 * A vault in memory, for demonstrations and tests.
 *
 * It believes every enclave. The secret service, `secretService.ts`, believes those that prove themselves.
 */
export function openMemoryVault(): SecretVault {
  const secrets = new Map<string, string>();
  return {
    async push(name, secret) {
      if (secrets.has(keyOf(name))) throw new SecretExistsError(name);
      secrets.set(keyOf(name), secret);
    },
    async release(name) {
      return secrets.get(keyOf(name));
    },
  };
}

function keyOf(name: SecretName): string {
  return name.kind === "dataset" ? `dataset ${name.dataset}` : `results of ${name.beneficiary}`;
}
