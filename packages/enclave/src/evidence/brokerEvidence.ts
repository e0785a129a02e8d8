import { AbiCoder } from "ethers";

import { evidenceOf, type QuoteEvidence } from "../attestation/quoteEvidence.js";
import type { Authorization } from "@poco-marketplace/sdk/protocol/authorization.js";
import type { DealId, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { ITeeBroker__factory } from "@poco-marketplace/sdk/typechain.js";
import type { AttestationStruct } from "@poco-marketplace/sdk/chain/teeBroker.js";

/** The task that an enclave works on, as the index of a deal. */
export interface TaskOfDeal {
  readonly dealId: DealId;
  readonly index: bigint;
}

const [, ATTESTATION] = ITeeBroker__factory.createInterface().getFunction("check").inputs;

/**
 * Builds the evidence for a TEE broker that verifies quotes: the permit that the pool's owner signed, and the quote. It
 * is for classic deals only.
 *
 * @throws {@link AttestationError} when `quote` is not a quote
 */
export function attestationOf(
  { worker, enclave, sign }: Authorization,
  { dealId, index }: TaskOfDeal,
  quote: Uint8Array,
): AttestationStruct {
  const evidence = evidenceOf(quote);
  return { ownerSign: sign, worker, enclave, deal: dealId, index, ...evidence, request: "0x", consumedBefore: 0n };
}

/** Encodes the evidence as `authorizationSign`, which the hub passes to the broker. */
export function encodeAttestation(attestation: AttestationStruct): Hex {
  return AbiCoder.defaultAbiCoder().encode([ATTESTATION!], [attestation]) as Hex;
}

/** Decodes the evidence for a TEE broker; undefined where it is a plain signature. */
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
