import { TAG } from "@poco-marketplace/enclave/attestation/der.js";
import { der, derNatural } from "@poco-marketplace/enclave/attestation/simulated/derWriter.js";
import { signWith, type SigningKey } from "@poco-marketplace/enclave/attestation/simulated/signingKey.js";

const ECDSA_WITH_SHA256 = Buffer.from("300a06082a8648ce3d040302", "hex");

/** Signs the content of a certificate or of a revocation list, valid or not. */
export function sign(signed: Uint8Array, key: SigningKey): Uint8Array {
  return assemble(signed, signWith(key, signed));
}

/** Appends a signature (r, s) to the content of a certificate. */
export function assemble(signed: Uint8Array, signature: Uint8Array): Uint8Array {
  const pair = der(TAG.SEQUENCE, derNatural(signature.subarray(0, 32)), derNatural(signature.subarray(32)));
  return der(TAG.SEQUENCE, signed, ECDSA_WITH_SHA256, der(TAG.BIT_STRING, Uint8Array.of(0), pair));
}
