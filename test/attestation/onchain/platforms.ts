import type { ContractTransactionResponse } from "ethers";
import type { NetworkConnection } from "hardhat/types/network";

import { toHex } from "@poco-marketplace/enclave/attestation/bytes.js";
import type { Tee } from "@poco-marketplace/enclave/attestation/header.js";
import { readCertificate } from "@poco-marketplace/enclave/attestation/certificate.js";
import type { SimulatedPlatform } from "@poco-marketplace/enclave/attestation/simulated/platform.js";
import { signWith } from "@poco-marketplace/enclave/attestation/simulated/signingKey.js";
import type { PlatformRegistry } from "../../../typechain-types/index.js";
import type { IPlatformRegistry } from "../../../typechain-types/index.js";

export const TEE_INDEX: Readonly<Record<Tee, bigint>> = { SGX: 0n, TDX: 1n };

/** A key as contracts take it. */
export function keyOf(point: Uint8Array) {
  return { x: toHex(point.subarray(0, 32)), y: toHex(point.subarray(32)) };
}

/** A CA as those that it certifies refer to it. */
export function authorityKeyOf({ ethers }: NetworkConnection, der: Uint8Array) {
  const { publicKey, subjectName, extensions } = readCertificate(der, "intermediate certificate");
  const key = {
    key: keyOf(publicKey),
    nameHash: ethers.keccak256(subjectName),
    keyId: toHex(extensions.subjectKeyId!),
  };
  const id = ethers.keccak256(
    ethers.AbiCoder.defaultAbiCoder().encode(
      ["bytes32", "bytes32", "bytes32", "bytes20"],
      [key.key.x, key.key.y, key.nameHash, key.keyId],
    ),
  );
  return { key, id };
}

/** The name of a platform at its level of updates. */
export function pckNameOf(connection: NetworkConnection, { chain }: Pick<SimulatedPlatform, "chain">) {
  const { serial } = readCertificate(chain[0], "PCK certificate");
  return { authority: authorityKeyOf(connection, chain[1]).id, serial: BigInt(toHex(serial)) };
}

/** Registers the attestation key of a platform, as its quoting enclave vouches for it. */
export function registerAttestationKey(
  connection: NetworkConnection,
  registry: PlatformRegistry | IPlatformRegistry,
  platform: SimulatedPlatform,
  tee: Tee = "SGX",
  report = platform.machine.quotingEnclaves[tee].report,
): Promise<ContractTransactionResponse> {
  const { attestationKey, authenticationData } = platform.machine.quotingEnclaves[tee];
  const signature = signWith(platform.pckKey, report);
  return registry.registerAttestationKey(
    pckNameOf(connection, platform),
    keyOf(platform.pckKey.point),
    toHex(Uint8Array.from(platform.facts.tcbComponents)),
    TEE_INDEX[tee],
    keyOf(attestationKey.point),
    report,
    [toHex(signature.subarray(0, 32)), toHex(signature.subarray(32))],
    authenticationData,
  );
}
