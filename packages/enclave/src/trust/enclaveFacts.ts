import type { ContractRunner } from "ethers";

import { toHex } from "../attestation/bytes.js";
import { decodeRevert } from "@poco-marketplace/sdk/chain/errors/decodeRevert.js";
import { isApprovedRuntime, readTeeBroker, type TeeBrokerFacts } from "@poco-marketplace/sdk/chain/teeBroker.js";
import type { PublishedDigests } from "@poco-marketplace/sdk/protocol/appMeasurement.js";
import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { App__factory, IPlatformRegistry__factory, type IPoco } from "@poco-marketplace/sdk/typechain.js";
import { EnclaveRefusal } from "./enclaveRefusal.js";
import type { VerifiedEnclave } from "./verifyEnclaveQuote.js";

/** The questions to the chain on which trust in an enclave depends. */
export interface EnclaveFacts {
  /** The digests that an app published, by which enclaves are told to be that app. */
  readonly digestsOf: (app: Address) => Promise<PublishedDigests>;
  /** Whether the hub's TEE broker lists a runtime for images now. It lists none if it is of another kind, or missing. */
  readonly isApprovedRuntime: (runtime: Hex) => Promise<boolean>;
  /** Undefined where the hub has no TEE broker. */
  readonly broker: () => Promise<TeeBrokerFacts | undefined>;
  /** The reason why a registry refuses a platform now, if it does: it or its CA is revoked, or it is too old. */
  readonly refusalBy: (registry: Address, shown: VerifiedPlatform) => Promise<EnclaveRefusal | undefined>;
}

/** A platform, and the key of the root under which its quote was verified. */
export interface VerifiedPlatform extends Pick<VerifiedEnclave, "platform" | "level"> {
  readonly rootKey: Uint8Array;
}

/** Reads the facts from the chain of a hub, each time again. */
export function readEnclaveFacts(hub: IPoco): EnclaveFacts {
  const runner = hub.runner as ContractRunner;
  return {
    async digestsOf(address) {
      const app = App__factory.connect(address, runner);
      const [mrEnclave, checksum] = await Promise.all([app.m_appMREnclave(), app.m_appChecksum()]);
      return { mrEnclave: mrEnclave as Hex, checksum: checksum as Hex };
    },
    isApprovedRuntime: (runtime) => isApprovedRuntime(hub, runtime),
    broker: () => readTeeBroker(hub),
    refusalBy: (registry, shown) => refusalBy(registry, shown, runner),
  };
}

async function refusalBy(
  address: Address,
  { platform, level, rootKey }: VerifiedPlatform,
  runner: ContractRunner,
): Promise<EnclaveRefusal | undefined> {
  const registry = IPlatformRegistry__factory.connect(address, runner);
  const { facts, tee, qeSvn, teeTcbSvn } = level;
  const [problem, revoked, outdated] = await Promise.all([
    registryProblemOf(address, rootKey, runner),
    revertOf(registry.checkNotRevoked(platform)),
    revertOf(registry.checkTcb(facts, tee, qeSvn, teeTcbSvn)),
  ]);
  const reason = problem ?? revoked?.message;
  if (reason !== undefined) return new EnclaveRefusal("PlatformRefusedOnChain", { registry: address, reason });
  if (outdated === undefined) return undefined;
  return new EnclaveRefusal("QuoteRefused", {
    fault: outdated.reason,
    reason: `The registry of platforms ${address} says: ${outdated.message}`,
  });
}

/**
 * Explains why a registry cannot be used for platforms under that root; undefined where it can. Views without a result
 * succeed where there is no contract, so the registry is asked for its root first.
 */
export async function registryProblemOf(
  address: Address,
  rootKey: Uint8Array,
  runner: ContractRunner,
): Promise<string | undefined> {
  try {
    const { x, y } = await IPlatformRegistry__factory.connect(address, runner).rootKey();
    const root = `${x}${y.slice(2)}`;
    return root === toHex(rootKey)
      ? undefined
      : `Its root of trust is ${root}, but this service trusts quotes under ${toHex(rootKey)}: give one with that root.`;
  } catch (error) {
    if (decodeRevert(error) === undefined && (error as { code?: unknown }).code !== "BAD_DATA") throw error;
    return "There is no registry of platforms at that address: check the manifest and --registry.";
  }
}

/** Decodes the error with which a view without a result reverts. */
async function revertOf(view: Promise<unknown>) {
  try {
    await view;
    return undefined;
  } catch (error) {
    const revert = decodeRevert(error);
    if (revert === undefined) throw error;
    return revert;
  }
}
