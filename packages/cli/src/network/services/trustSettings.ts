import { readFileSync, statSync } from "node:fs";

import { readRevocationLists } from "@poco-marketplace/enclave/attestation/revocationLists.js";
import { INTEL_ROOT_KEY } from "@poco-marketplace/enclave/attestation/root.js";
import { ANY_TCB } from "@poco-marketplace/enclave/attestation/tcbPolicy.js";
import { defaultPolicy } from "@poco-marketplace/enclave/attestation/verdict.js";
import { openProvider } from "@poco-marketplace/sdk/chain/openProvider.js";
import type { Manifest } from "@poco-marketplace/sdk/manifest.js";
import { registryProblemOf } from "@poco-marketplace/enclave/trust/enclaveFacts.js";
import { platformPolicy, type PlatformPolicy } from "@poco-marketplace/enclave/trust/platformPolicy.js";
import { readTcbPolicy } from "../../quote/policyFile.js";
import { NetworkError } from "../networkError.js";
import type { Setting, SettingValues } from "../settings.js";
import { address, flag } from "../values.js";
import { root } from "./commonSettings.js";

/** Returns the current content of a file, which is read again after a change: lists are renewed while services run. */
type FreshFile<T> = () => T;

/** The settings by which a service judges the platforms of enclaves. The network passes them on to its services. */
export const trustSettings = {
  root,
  tcb: {
    hint: "FILE",
    help: "the minimum security versions of platforms, in JSON as docs/reference/quotes.md shows (read again when it changes)",
    read: (file: string) => freshFile(file, (content) => readTcbPolicy(content.toString("utf8"))),
    otherwise: undefined,
  },
  crl: {
    hint: "FILE,…",
    help: "revocation lists; if there are any, every CA must have one (read again when they change)",
    read: (files: string) => files.split(",").map((file) => freshFile(file, readRevocationLists)),
    otherwise: undefined,
    isList: true,
  },
  registry: {
    hint: "ADDRESS,…",
    help: "registries of platforms to use besides those of the manifest and of the hub's TEE broker",
    read: (addresses: string) => addresses.split(",").map(address),
    otherwise: [],
    isList: true,
  },
  septVeDisable: {
    hint: "HOW",
    help: "whether trust domains must have SEPT_VE_DISABLE: required (default) or optional",
    read: requiredOrOptional,
    otherwise: "required",
  },
  acceptOutdatedPlatforms: {
    hint: "",
    help: "under Intel's root, do without --tcb: platforms with known vulnerabilities, however old, are trusted",
    read: flag,
    otherwise: false,
  },
} as const satisfies Readonly<Record<string, Setting<unknown>>>;

/**
 * Builds the policy by which a service judges platforms from its settings and its manifest.
 *
 * @throws {@link MissingTcbPolicyError}
 */
export function trustOf(
  {
    root: certificate,
    tcb,
    crl,
    registry,
    septVeDisable,
    acceptOutdatedPlatforms,
  }: SettingValues<typeof trustSettings>,
  manifest: Manifest,
): PlatformPolicy {
  const rootKey = certificate?.publicKey.export({ format: "der", type: "spki" }).subarray(-64) ?? INTEL_ROOT_KEY;
  return platformPolicy({
    manifest,
    registries: registry,
    outdatedPlatforms: acceptOutdatedPlatforms ? "accepted" : "refused",
    policy: () =>
      defaultPolicy({
        rootKey,
        tcb: tcb?.() ?? ANY_TCB,
        revocationLists: crl?.flatMap((lists) => lists()) ?? [],
        missingLists: crl === undefined ? "accepted" : "refused",
        septVeDisable,
      }),
  });
}

/**
 * Asserts that each registry is a registry of platforms under the policy's root.
 *
 * @throws {@link NetworkError}
 */
export async function assertRegistries(
  { policy, registries }: PlatformPolicy,
  { rpc, chainId }: { readonly rpc: string; readonly chainId: number },
): Promise<void> {
  const provider = openProvider(rpc, chainId);
  try {
    for (const registry of registries) {
      // A node that does not answer is ignored here: registries are queried again for each quote.
      const problem = await registryProblemOf(registry, policy().rootKey, provider).catch(() => undefined);
      if (problem !== undefined) throw new NetworkError(`Registry of platforms ${registry}: ${problem}`);
    }
  } finally {
    provider.destroy();
  }
}

function requiredOrOptional(value: string): "required" | "optional" {
  if (value === "required" || value === "optional") return value;
  throw new Error("use required or optional");
}

/** Reads a file at once, to fail early, and again after each change. */
function freshFile<T>(file: string, read: (content: Buffer) => T): FreshFile<T> {
  let known = open();
  return () => {
    if (stampOf(file) !== known.stamp) known = open();
    return known.content;
  };

  function open(): { stamp: string; content: T } {
    // The stamp is taken before the content, so that a write in between causes another read.
    const stamp = stampOf(file);
    try {
      return { stamp, content: read(readFileSync(file)) };
    } catch (error) {
      throw new Error((error as Error).message.replace(/\.$/, ""), { cause: error });
    }
  }
}

function stampOf(file: string): string {
  const { mtimeMs, size, ino } = statSync(file);
  return `${ino} ${size} ${mtimeMs}`;
}
