import { createHash } from "node:crypto";

import { getBytes, keccak256 } from "ethers";

import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { toHex } from "./bytes.js";
import type { TdReport } from "./tdReport.js";

/** The first byte of MRCONFIGID, which says that the digest of an image follows. */
const CONFIG_VERSION = 1;
const CONFIG_PADDING = 15;
/** The first bytes of the event with which a runtime extends RTMR3. */
const EVENT = Buffer.from("PoCo image 1");
const REGISTER_BYTES = 48;

/** The fields of a report that identify the runtime of a trust domain, and the choices that its host made for it. */
export type RuntimeFields = Pick<TdReport, "tdAttributes" | "xfam" | "mrTd"> & {
  /** RTMR0, RTMR1 and RTMR2, and perhaps RTMR3, which is left out. */
  readonly rtmr: readonly [Uint8Array, Uint8Array, Uint8Array, ...Uint8Array[]];
};

/**
 * Returns MRCONFIGID of a trust domain that runs an image: 01, the digest, and 15 zeros.
 *
 * @param digest - The SHA-256 of the image's manifest or index, 32 bytes.
 */
export function imageConfiguration(digest: Hex): Uint8Array {
  return Buffer.concat([Uint8Array.of(CONFIG_VERSION), getBytes(digest), Buffer.alloc(CONFIG_PADDING)]);
}

/** Returns the digest of the image in MRCONFIGID; undefined where it has another layout. */
export function imageDigestIn(mrConfigId: Uint8Array): Hex | undefined {
  const digest = toHex(mrConfigId.subarray(1, -CONFIG_PADDING));
  return toHex(mrConfigId) === toHex(imageConfiguration(digest)) ? digest : undefined;
}

/**
 * Returns RTMR3 of a trust domain whose runtime has verified an image, and extended the register with it once:
 * SHA-384(48 zeros ‖ SHA-384("PoCo image 1" ‖ digest)).
 */
export function imageRegister(digest: Hex): Uint8Array {
  const event = createHash("sha384").update(EVENT).update(getBytes(digest)).digest();
  return createHash("sha384").update(Buffer.alloc(REGISTER_BYTES)).update(event).digest();
}

/**
 * Returns the id of a runtime, by which owners of TEE brokers approve it: keccak256(attributes ‖ XFAM ‖ MRTD ‖ RTMR0 ‖
 * RTMR1 ‖ RTMR2). The same as contracts/attestation/ImageRule.sol.
 */
export function runtimeIdOf({ tdAttributes, xfam, mrTd, rtmr }: RuntimeFields): Hex {
  return keccak256(Buffer.concat([tdAttributes, xfam, mrTd, ...rtmr.slice(0, 3)])) as Hex;
}
