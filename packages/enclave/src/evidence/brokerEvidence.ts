import { AbiCoder } from "ethers";

import { evidenceOf, type QuoteEvidence } from "../attestation/quoteEvidence.js";
import type { Authorization } from "@poco-marketplace/sdk/protocol/authorization.js";
import type { DealId, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { ITeeBroker__factory } from "@poco-marketplace/sdk/typechain.js";
import type { AttestationStruct } from "@poco-marketplace/sdk/chain/teeBroker.js";

/** Of which task of which deal an enclave does its work. */
export type TaskPlace = { readonly dealId: DealId; readonly index: bigint };

const [, ATTESTATION] = ITeeBroker__factory.createInterface().getFunction("check").inputs;

/**
 * What a TEE broker that believes quotes is shown: the permit that the pool's owner signed, and the quote. For deals other
 * than boost deals.
 *
 * @throws AttestationError when it is no quote
 */
export function attestationOf(
  { worker, enclave, sign }: Authorization,
  { dealId, index }: TaskPlace,
  quote: Uint8Array,
): AttestationStruct {
  const evidence = evidenceOf(quote);
  return { ownerSign: sign, worker, enclave, deal: dealId, index, ...evidence, request: "0x", consumedBefore: 0n };
}

/** The same as `authorizationSign`, which the hub hands to the broker. */
export function encodeAttestation(attestation: AttestationStruct): Hex {
  return AbiCoder.defaultAbiCoder().encode([ATTESTATION!], [attestation]) as Hex;
}

/** What a TEE broker was shown, if it was shown a quote rather than a signature alone. */
export function decodeAttestation(sign: Hex): Pick<QuoteEvidence, "platform" | "statement"> | undefined {
  try {
    const [{ platform, statement }] = AbiCoder.defaultAbiCoder().decode([ATTESTATION!], sign) as unknown as [Shown];
    const { authority, serial } = platform;
    return { platform: { authority, serial }, statement };
  } catch {
    return undefined;
  }
}

type Shown = Pick<QuoteEvidence, "platform" | "statement">;
