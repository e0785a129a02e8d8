import type { Manifest } from "@poco-marketplace/sdk/manifest.js";
import { NetworkError } from "../networkError.js";

/** Whose enclaves are believed: those of Intel's platforms, of simulated ones, or whatever key a worker names. */
export type AttestationMode = "intel" | "simulated" | "none";

/** The name that the embedded chain has in manifests. */
const EMBEDDED = "embedded";

/** How a deployment was made. */
export function modeOf({ attestation }: Pick<Manifest, "attestation">): AttestationMode {
  if (attestation === undefined) return "none";
  return attestation.simulated ? "simulated" : "intel";
}

/** Whether it is an embedded chain on which clients with plain keys for enclaves are tried. */
export function isUnattested(manifest: Pick<Manifest, "network" | "attestation">): boolean {
  return manifest.network === EMBEDDED && modeOf(manifest) === "none";
}

/**
 * Refuses to go on with a chain that was deployed otherwise than is asked for.
 *
 * @throws {@link NetworkError}
 */
export function assertMode(manifest: Pick<Manifest, "attestation">, asked: AttestationMode): void {
  const kept = modeOf(manifest);
  if (kept === asked) return;
  throw new NetworkError(
    `The chain that is kept was made with --attestation ${kept}, not ${asked}: use --attestation ${kept}, give another ` +
      "--state, or --fresh to forget it.",
  );
}
