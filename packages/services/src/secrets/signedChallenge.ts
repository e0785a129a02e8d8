import { signedMessageHash } from "@poco-marketplace/sdk/protocol/authorization.js";
import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { recoverSigner } from "@poco-marketplace/sdk/protocol/signature.js";
import type { ChainFacts } from "./chainFacts.js";
import { assertRequest } from "./refusal.js";

/** A challenge, the account that has to sign it, and the signature, if there is one. */
export interface SignedChallenge {
  readonly signer: Address;
  /** 32 bytes; their Ethereum message is signed. */
  readonly challenge: Hex;
  readonly sign: Hex | undefined;
}

/** The longest signature, in characters: a contract may take a longer one than a key makes. */
const MAX_LENGTH = 4096;

/** Reads the signature in the header Authorization, if there is one. */
export function readSignature(header: string | undefined): Hex | undefined {
  const isHex = header !== undefined && header.length <= MAX_LENGTH && /^0x(?:[0-9a-fA-F]{2})+$/.test(header);
  return isHex ? (header as Hex) : undefined;
}

/**
 * Refuses a challenge that its signer did not sign. Contracts sign too (ERC-1271).
 *
 * @throws {@link SecretRefusal}
 */
export async function assertSignedBy(chain: ChainFacts, { signer, challenge, sign }: SignedChallenge): Promise<void> {
  assertRequest(sign !== undefined, "MissingSignature", { signer, challenge });
  const hash = signedMessageHash(challenge);
  const isSigned = await chain.isSignedBy(signer, hash, sign);
  assertRequest(isSigned, "WrongSigner", { signer, challenge, recovered: recoverSigner(hash, sign) });
}
