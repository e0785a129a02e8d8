import { X509Certificate } from "node:crypto";

import { areEqual } from "@poco-marketplace/enclave/attestation/bytes.js";
import { readCertificate } from "@poco-marketplace/enclave/attestation/certificate.js";
import { INTEL_ROOT_CERTIFICATE, INTEL_ROOT_KEY } from "@poco-marketplace/enclave/attestation/root.js";
import { SIMULATED } from "@poco-marketplace/enclave/attestation/simulated/authority.js";

/**
 * Whom a hub believes about enclaves: nobody but the workerpools' owners, all platforms under Intel's root, or those under
 * a simulated root, of which this is the certificate in DER.
 */
export type RootOfTrust = "none" | "intel" | { readonly simulated: Uint8Array };

/** A root of trust out of parsed JSON. Throws an Error that says what is wrong with it. */
export function readRootOfTrust(value: unknown = "none"): RootOfTrust {
  if (value === "none" || value === "intel") return value;
  const { simulated } = Object(value) as Record<string, unknown>;
  if (typeof simulated !== "string") {
    const found = JSON.stringify(value);
    throw new Error(`rootOfTrust should be "none", "intel" or {"simulated": "<base64>"}, but is ${found}.`);
  }
  return { simulated: demandSimulated(Buffer.from(simulated, "base64")) };
}

/** The certificate of a root, in DER. */
export function certificateOf(root: Exclude<RootOfTrust, "none">): Uint8Array {
  return root === "intel" ? INTEL_ROOT_CERTIFICATE : root.simulated;
}

/** Nobody shall take a simulation for Intel: it says what it is, and Intel's root is named "intel". */
function demandSimulated(der: Uint8Array): Uint8Array {
  const { publicKey } = read(der);
  if (areEqual(publicKey, INTEL_ROOT_KEY)) {
    throw new Error('rootOfTrust.simulated is Intel\'s own root: write "rootOfTrust": "intel".');
  }
  const { subject } = new X509Certificate(der);
  if (!subject.includes(`CN=${SIMULATED} `)) {
    const name = JSON.stringify(subject.split("\n"));
    throw new Error(`rootOfTrust.simulated is of ${name}: its common name should begin with ${SIMULATED}.`);
  }
  return der;
}

function read(der: Uint8Array) {
  try {
    return readCertificate(der, "root certificate");
  } catch (cause) {
    throw new Error("rootOfTrust.simulated should be a certificate in DER, as base64, but cannot be read.", { cause });
  }
}
