import type { Hex } from "./ids.js";

/** What an app publishes of itself on chain. */
export interface PublishedDigests {
  /** `m_appMREnclave`: nothing, the 32 bytes of MRENCLAVE, or the 240 of MRTD and RTMR0 to RTMR3. */
  readonly mrEnclave: Hex;
  /** `m_appChecksum`: the SHA-256 hash of its package. */
  readonly checksum: Hex;
}

/**
 * What an enclave must measure to be an app: `m_appMREnclave`, or where that is empty, as official clients leave it,
 * `m_appChecksum`, since the SHA-256 hash of a packed app is its MRENCLAVE. The same as contracts/attestation/AppMeasurement.sol.
 */
export function publishedMeasurement({ mrEnclave, checksum }: PublishedDigests): Hex {
  return (mrEnclave === "0x" ? checksum : mrEnclave).toLowerCase() as Hex;
}
