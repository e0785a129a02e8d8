import type { NetworkConnection } from "hardhat/types/network";

import { toHex } from "@poco-marketplace/enclave/attestation/bytes.js";
import { encodePem } from "@poco-marketplace/enclave/attestation/simulated/quoteWriter.js";
import type { AttestationManifest } from "@poco-marketplace/sdk/manifest.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { PlatformRegistry__factory } from "../typechain-types/index.js";
import { runModule, type IgnitionOptions } from "./ignition.js";
import Attestation from "./modules/Attestation.js";
import { certificateOf, type RootOfTrust } from "./rootOfTrust.js";

/** Deploys what is not deployed yet of the contracts that verify quotes, and makes them the hub's. */
export async function deployAttestation(
  connection: NetworkConnection,
  { root, poco, owner }: { root: Exclude<RootOfTrust, "none">; poco: Address; owner: Address },
  options: IgnitionOptions,
): Promise<AttestationManifest> {
  const certificate = certificateOf(root);
  const contracts = await runModule(
    connection,
    Attestation,
    { Attestation: { owner, poco, root: toHex(certificate), rootText: toHex(rootTextOf(certificate)) } },
    options,
  );
  const registry = PlatformRegistry__factory.connect(contracts.platformRegistry, connection.ethers.provider);
  return { ...contracts, simulated: await registry.isSimulated() };
}

/** A root as the chains in quotes end with it. */
export function rootTextOf(certificate: Uint8Array): Uint8Array {
  return Buffer.from(encodePem([certificate]).trimEnd());
}
