import { signedMessageHash } from "@poco-marketplace/sdk/protocol/authorization.js";
import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { recoverSigner } from "@poco-marketplace/sdk/protocol/signature.js";
import type { ChainFacts } from "./chainFacts.js";
import { demand } from "./refusal.js";

/** Who is to have signed what, and the signature, if there is one. */
export interface SignedChallenge {
  readonly signer: Address;
  /** 32 bytes, of which the Ethereum message is signed. */
  readonly challenge: Hex;
  readonly sign: Hex | undefined;
}

/** A signature of a contract may be longer than one of a key, but not without end. */
const MAX_LENGTH = 4096;

/** The signature in the header Authorization, if it is one. */
export function readSignature(header: string | undefined): Hex | undefined {
  const isHex = header !== undefined && header.length <= MAX_LENGTH && /^0x(?:[0-9a-fA-F]{2})+$/.test(header);
  return isHex ? (header as Hex) : undefined;
}

/**
 * Refuses a challenge that somebody else signed, or nobody. Contracts sign too (ERC-1271).
 *
 * @throws SecretRefusal
 */
export async function demandSignature(chain: ChainFacts, { signer, challenge, sign }: SignedChallenge): Promise<void> {
  demand(sign !== undefined, "MissingSignature", { signer, challenge });
  const hash = signedMessageHash(challenge);
  const isSigned = await chain.isSignedBy(signer, hash, sign);
  demand(isSigned, "WrongSigner", { signer, challenge, recovered: recoverSigner(hash, sign) });
}
