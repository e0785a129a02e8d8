import { dataLength } from "ethers";

import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import type { EnclaveFacts } from "./enclaveFacts.js";
import { assertEnclave } from "./enclaveRefusal.js";
import type { PlatformPolicy } from "./platformPolicy.js";
import { proveEnclave, type ProvenEnclave, type ShownEnclave } from "./proveEnclave.js";

const MEASUREMENT_BYTES: ReadonlySet<number> = new Set([32, 240]);

/**
 * Refuses an enclave whose measurement is not that of the app as it is published now.
 *
 * @throws {@link EnclaveRefusal}
 */
export async function assertApp(
  facts: Pick<EnclaveFacts, "measurementOf">,
  app: Address,
  { measurement }: ProvenEnclave,
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
  { platform, level }: ProvenEnclave,
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
export async function judgeEnclave(
  facts: EnclaveFacts,
  { app, ...shown }: ShownEnclave & { readonly app: Address },
  { policy, registries }: PlatformPolicy,
): Promise<ProvenEnclave> {
  const quotes = policy();
  const proven = proveEnclave(shown, quotes);
  await Promise.all([
    assertApp(facts, app, proven),
    assertPlatform(facts, proven, { registries, rootKey: quotes.rootKey }),
  ]);
  return proven;
}
