import { SecretExistsError, type SecretWriter, type SecretName } from "@poco-marketplace/sdk/client/secrets.js";

/** Secrets that any worker can read. */
export interface SecretVault extends SecretWriter {
  /** Reads a secret; undefined where there is none. */
  readonly read: (name: SecretName) => Promise<string | undefined>;
}

/**
 * Opens a vault in memory, for workers of the demo without an attested enclave. The secret service, unlike it, releases
 * secrets only to enclaves that prove themselves.
 */
export function openMemoryVault(): SecretVault {
  const secrets = new Map<string, string>();
  return {
    async push(name, secret) {
      if (secrets.has(keyOf(name))) throw new SecretExistsError(name);
      secrets.set(keyOf(name), secret);
    },
    async read(name) {
      return secrets.get(keyOf(name));
    },
  };
}

function keyOf(name: SecretName): string {
  return name.kind === "dataset" ? `dataset ${name.dataset}` : `results of ${name.beneficiary}`;
}
