import { areEqual } from "../attestation/bytes.js";
import { INTEL_ROOT_KEY } from "../attestation/root.js";
import type { QuotePolicy } from "../attestation/verdict.js";
import type { Manifest } from "@poco-marketplace/sdk/manifest.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";

/**
 * The policy by which platforms and their enclaves are trusted: by the secret service before it releases secrets, and
 * by the scheduler before it signs.
 */
export interface PlatformPolicy {
  /** Returns the current policy for quotes. It is called for each quote. */
  readonly policy: () => QuotePolicy;
  /**
   * Registries of platforms, besides that of the hub's TEE broker. A platform must be neither revoked nor too old in
   * any of them.
   */
  readonly registries: readonly Address[];
  /** Whether the policy, under Intel's root, may accept platforms of any age. */
  readonly outdatedPlatforms: "accepted" | "refused";
}

/** The parts of a platform policy. */
export interface PlatformPolicyParts extends Pick<PlatformPolicy, "policy"> {
  /** None by default. */
  readonly registries?: readonly Address[];
  /** Refused by default. */
  readonly outdatedPlatforms?: PlatformPolicy["outdatedPlatforms"];
  /** A deployment, whose registry is one of those that are asked. */
  readonly manifest?: Pick<Manifest, "attestation">;
}

/** A policy under Intel's root that does not say which platforms are too old. */
export class MissingTcbPolicyError extends Error {
  override readonly name = "MissingTcbPolicyError";

  constructor() {
    super(
      "Quotes under Intel's root are to be trusted, and nothing says which platforms are too old: those with known " +
        'vulnerabilities would be trusted. Give a TCB policy that says "otherPlatforms": "refused" (--tcb FILE, see docs/reference/quotes.md), ' +
        "or give --accept-outdated-platforms.",
    );
  }
}

/**
 * Makes a platform policy, with the registry of the manifest and those that are given.
 *
 * @throws {@link MissingTcbPolicyError}
 */
export function platformPolicy({
  policy,
  registries = [],
  manifest,
  outdatedPlatforms = "refused",
}: PlatformPolicyParts): PlatformPolicy {
  const { rootKey, tcb } = policy();
  const isIntel = areEqual(rootKey, INTEL_ROOT_KEY);
  if (isIntel && tcb.otherPlatforms === "accepted" && outdatedPlatforms === "refused")
    throw new MissingTcbPolicyError();

  const named = manifest?.attestation?.platformRegistry;
  const asked = named === undefined ? registries : [...new Set([named, ...registries])];
  return { policy, registries: asked, outdatedPlatforms };
}
