import { areEqual } from "../attestation/bytes.js";
import { INTEL_ROOT_KEY } from "../attestation/root.js";
import type { QuotePolicy } from "../attestation/verdict.js";
import type { Manifest } from "@poco-marketplace/sdk/manifest.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";

/**
 * By what platforms and their enclaves are judged, by everyone who trusts them with something: the secret service before it
 * releases secrets, the scheduler before it signs.
 */
export interface PlatformPolicy {
  /** How quotes are judged now. It is asked for each quote. */
  readonly policy: () => QuotePolicy;
  /**
   * Registries of platforms, besides that of the hub's TEE broker. Each of them must find a platform neither revoked nor too
   * old, whenever something is asked for.
   */
  readonly registries: readonly Address[];
  /** Whether the policy, under Intel's root, may leave open which platforms are too old. */
  readonly outdatedPlatforms: "accepted" | "refused";
}

/** What a platform policy is made from. */
export interface PlatformPolicyParts extends Pick<PlatformPolicy, "policy"> {
  /** None by default. */
  readonly registries?: readonly Address[];
  /** Refused by default. */
  readonly outdatedPlatforms?: PlatformPolicy["outdatedPlatforms"];
  /** The registry that it names counts. */
  readonly manifest?: Pick<Manifest, "attestation">;
}

/** Under Intel's root, nothing says which platforms are too old. */
export class MissingTcbPolicyError extends Error {
  override readonly name = "MissingTcbPolicyError";

  constructor() {
    super(
      "Quotes under Intel's root are to be believed, and nothing says which platforms are too old: those with known holes " +
        'would be trusted. Give a TCB policy that says "otherPlatforms": "refused" (--tcb FILE, see docs/reference/quotes.md), ' +
        "or say --accept-outdated-platforms.",
    );
  }
}

/**
 * The one way to a platform policy: every registry that the manifest names, and those that are given.
 *
 * @throws MissingTcbPolicyError
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
