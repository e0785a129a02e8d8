import { dataLength } from "ethers";

import {
  publishedImage,
  publishedMeasurement,
  type PublishedDigests,
} from "@poco-marketplace/sdk/protocol/appMeasurement.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { toHex } from "../attestation/bytes.js";
import { imageConfiguration } from "../attestation/imageRule.js";
import type { EnclaveFacts } from "./enclaveFacts.js";
import { assertEnclave, EnclaveRefusal } from "./enclaveRefusal.js";
import type { PlatformPolicy } from "./platformPolicy.js";
import {
  verifyEnclaveQuote,
  type ClaimedEnclave,
  type VerifiedEnclave,
  type VerifiedImage,
} from "./verifyEnclaveQuote.js";

const MEASUREMENT_BYTES: ReadonlySet<number> = new Set([32, 240]);

/**
 * Refuses an enclave that is not the app as it is published now: its measurement differs; or it is of an image, and the
 * app is another or none, or its runtime is not approved now.
 *
 * @throws {@link EnclaveRefusal}
 */
export async function assertApp(
  facts: Pick<EnclaveFacts, "digestsOf" | "isApprovedRuntime">,
  app: Address,
  proven: VerifiedEnclave,
): Promise<void> {
  const digests = await facts.digestsOf(app);
  if (proven.kind === "image") return assertImage(facts, app, digests, proven);
  const published = publishedMeasurement(digests);
  assertEnclave(MEASUREMENT_BYTES.has(dataLength(published)), "AppWithoutMeasurement", { app, published });
  const { measurement } = proven;
  assertEnclave(measurement === published, "WrongMeasurement", { app, expected: published, measured: measurement });
}

async function assertImage(
  facts: Pick<EnclaveFacts, "isApprovedRuntime">,
  app: Address,
  digests: PublishedDigests,
  { digest, runtime }: VerifiedImage,
): Promise<void> {
  const published = publishedImage(digests);
  if (published === undefined) {
    const value = toHex(imageConfiguration(digest));
    throw new EnclaveRefusal("ConfiguredEnclave", { field: "MRCONFIGID", value });
  }
  assertEnclave(digest === published, "WrongImage", { app, expected: published, actual: digest });
  assertEnclave(await facts.isApprovedRuntime(runtime), "UnapprovedRuntime", { runtime });
}

/**
 * Refuses a platform that is revoked or too old in a registry: one of those in the policy, or that of the hub's TEE
 * broker.
 *
 * @throws {@link EnclaveRefusal}
 */
export async function assertPlatform(
  facts: EnclaveFacts,
  { platform, level }: VerifiedEnclave,
  { registries, rootKey }: { readonly registries: readonly Address[]; readonly rootKey: Uint8Array },
): Promise<void> {
  const ofBroker = (await facts.broker())?.registry;
  const asked = new Set([...registries, ...(ofBroker === undefined ? [] : [ofBroker])]);
  const refusals = await Promise.all(
    [...asked].map((registry) => facts.refusalBy(registry, { platform, level, rootKey })),
  );
  const refusal = refusals.find((one) => one !== undefined);
  if (refusal !== undefined) throw refusal;
}

/**
 * Verifies an enclave completely: its quote, its app and its platform. Nothing is cached.
 *
 * @throws {@link EnclaveRefusal}
 */
export async function verifyEnclave(
  facts: EnclaveFacts,
  { app, ...claim }: ClaimedEnclave & { readonly app: Address },
  { policy, registries }: PlatformPolicy,
): Promise<VerifiedEnclave> {
  const quotes = policy();
  const verified = verifyEnclaveQuote(claim, quotes);
  await Promise.all([
    assertApp(facts, app, verified),
    assertPlatform(facts, verified, { registries, rootKey: quotes.rootKey }),
  ]);
  return verified;
}
