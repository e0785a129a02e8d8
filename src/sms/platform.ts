import { AbiCoder, keccak256 } from "ethers";

import { toHex } from "../attestation/bytes.js";
import type { PckChain } from "../attestation/pckChain.js";
import type { Hex } from "../protocol/ids.js";

/** A certificate of a platform, as the registry of platforms names it. */
export interface PckName {
  readonly authority: Hex;
  readonly serial: bigint;
}

/** The name under which the registry of platforms knows the platform of a verified chain. */
export function pckNameOf({ pck, intermediate }: PckChain): PckName {
  const { publicKey, subjectName, extensions } = intermediate;
  const authority = AbiCoder.defaultAbiCoder().encode(
    ["bytes32", "bytes32", "bytes32", "bytes20"],
    [
      toHex(publicKey.subarray(0, 32)),
      toHex(publicKey.subarray(32)),
      keccak256(subjectName),
      toHex(extensions.subjectKeyId!),
    ],
  );
  return { authority: keccak256(authority) as Hex, serial: BigInt(toHex(pck.serial)) };
}
