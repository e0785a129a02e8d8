import { dataLength } from "ethers";

import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import type { EnclaveFacts } from "./enclaveFacts.js";
import { assertEnclave } from "./enclaveRefusal.js";
import type { PlatformPolicy } from "./platformPolicy.js";
import { verifyEnclaveQuote, type VerifiedEnclave, type ClaimedEnclave } from "./verifyEnclaveQuote.js";

const MEASUREMENT_BYTES: ReadonlySet<number> = new Set([32, 240]);

/**
 * Refuses an enclave whose measurement is not that of the app as it is published now.
 *
 * @throws {@link EnclaveRefusal}
 */
export async function assertApp(
  facts: Pick<EnclaveFacts, "measurementOf">,
  app: Address,
  { measurement }: VerifiedEnclave,
): Promise<void> {
  const published = (await facts.measurementOf(app)).toLowerCase() as Hex;
  assertEnclave(MEASUREMENT_BYTES.has(dataLength(published)), "AppWithoutMeasurement", { app, published });
  assertEnclave(measurement === published, "WrongMeasurement", { app, expected: published, measured: measurement });
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
