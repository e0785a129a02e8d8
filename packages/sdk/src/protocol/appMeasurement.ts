import type { Hex } from "./ids.js";

/** What an app publishes of itself on chain. */
export interface PublishedDigests {
  /** `m_appMREnclave`: nothing, the 32 bytes of MRENCLAVE, or the 240 of MRTD and RTMR0 to RTMR3. */
  readonly mrEnclave: Hex;
  /** `m_appChecksum`: the SHA-256 hash of its package, or of the manifest of its container image. */
  readonly checksum: Hex;
}

/**
 * What an enclave must measure to be an app: `m_appMREnclave`, or where that is empty, as official clients leave it,
 * `m_appChecksum`, since the SHA-256 hash of a packed app is its MRENCLAVE. The same as contracts/attestation/AppMeasurement.sol.
 */
export function publishedMeasurement({ mrEnclave, checksum }: PublishedDigests): Hex {
  return (mrEnclave === "0x" ? checksum : mrEnclave).toLowerCase() as Hex;
}

/**
 * The digest of the container image that an app may be: `m_appChecksum`; undefined where it published `m_appMREnclave`
 * and therefore is none.
 */
export function publishedImage({ mrEnclave, checksum }: PublishedDigests): Hex | undefined {
  return mrEnclave === "0x" ? (checksum.toLowerCase() as Hex) : undefined;
}
