import type { Manifest } from "@poco-marketplace/sdk/manifest.js";
import { NetworkError } from "../networkError.js";

/** The platforms whose enclaves are trusted: Intel's, simulated ones, or `none`: any key that a worker names counts. */
export type AttestationMode = "intel" | "simulated" | "none";

/** The name of the embedded chain in manifests. */
const EMBEDDED = "embedded";

/** Returns the attestation mode of a deployment. */
export function modeOf({ attestation }: Pick<Manifest, "attestation">): AttestationMode {
  if (attestation === undefined) return "none";
  return attestation.simulated ? "simulated" : "intel";
}

/** Returns whether the deployment is on an embedded chain without attestation, where plain keys serve as enclaves. */
export function isUnattested(manifest: Pick<Manifest, "network" | "attestation">): boolean {
  return manifest.network === EMBEDDED && modeOf(manifest) === "none";
}

/**
 * Asserts that the stored chain was deployed with the requested attestation mode.
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
