import type { NetworkConnection } from "hardhat/types/network";

import { toHex } from "@poco-marketplace/enclave/attestation/bytes.js";
import { readCertificate } from "@poco-marketplace/enclave/attestation/certificate.js";
import { INTEL_ROOT_KEY } from "@poco-marketplace/enclave/attestation/root.js";
import type { AttestationManifest, Manifest } from "@poco-marketplace/sdk/manifest.js";
import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { PlatformRegistry__factory, QuoteVerifier__factory, TeeBroker__factory } from "../typechain-types/index.js";
import { finding, type Finding } from "./finding.js";
import type { Parameters } from "./parameters.js";
import { certificateOf } from "./rootOfTrust.js";

/** Reads back what decides whose enclaves a hub believes: the root, who owns what, and who asks whom. */
export async function readAttestation(
  { ethers: { provider } }: NetworkConnection,
  { manifest, parameters, deployer }: { manifest: Manifest; parameters: Parameters; deployer: Address },
): Promise<Finding[]> {
  const { rootOfTrust } = parameters;
  const { attestation } = manifest;
  const presence = finding("attestation", rootOfTrust !== "none", attestation !== undefined);
  if (rootOfTrust === "none" || attestation === undefined) return [presence];

  const { platformRegistry, quoteVerifier, teeBroker } = attestation;
  const registry = PlatformRegistry__factory.connect(platformRegistry, provider);
  const verifier = QuoteVerifier__factory.connect(quoteVerifier, provider);
  const broker = TeeBroker__factory.connect(teeBroker, provider);
  const wanted = parameters.owner === "deployer" ? deployer : parameters.owner;
  const key = toHex(readCertificate(certificateOf(rootOfTrust), "root certificate").publicKey);
  const { x, y } = await registry.rootKey();
  return [
    presence,
    finding("root key", key, `${x}${y.slice(2)}`),
    ...simulation(attestation, key, await registry.isSimulated()),
    finding("owner of the platform registry", wanted, await registry.owner()),
    finding("registry of the quote verifier", platformRegistry, await verifier.registry()),
    finding("owner of the TEE broker", wanted, await broker.owner()),
    finding("hub of the TEE broker", manifest.poco, await broker.hub()),
    finding("registry of the TEE broker", platformRegistry, await broker.registry()),
    finding("debug enclaves", false, await broker.areDebugEnclavesAccepted()),
  ];
}

/** The same is said on chain and in the manifest, and it is true. */
function simulation({ simulated }: AttestationManifest, key: string, found: boolean): Finding[] {
  const isSimulated = key !== toHex(INTEL_ROOT_KEY);
  return [
    finding("simulated root", isSimulated, found),
    finding("simulated root in the manifest", isSimulated, simulated),
  ];
}
