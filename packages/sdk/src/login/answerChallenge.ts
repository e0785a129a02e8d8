import { TypedDataEncoder, type Signer, type TypedDataField } from "ethers";

import { InvalidFieldError } from "../protocol/field.js";
import type { SignedPart } from "./challenge.js";

/**
 * Signs a challenge, and returns the header `Authorization` for one request, as official clients make it.
 *
 * The service chooses what is signed, so only a challenge is: never an order or a permit, which would move money.
 *
 * @throws {@link InvalidFieldError} for typed data of another type, or for a contract
 */
export async function answerChallenge(
  wallet: Pick<Signer, "getAddress" | "signTypedData">,
  { domain, types, message }: SignedPart,
): Promise<string> {
  const { EIP712Domain: _, ...own } = types as Record<string, TypedDataField[]>;
  const names = Object.keys(own);
  if (names.join() !== "Challenge" || (domain.verifyingContract ?? undefined) !== undefined) {
    throw new InvalidFieldError("the challenge", { types: names, domain }, "a Challenge that is for no contract");
  }
  const sign = await wallet.signTypedData(domain, own, message);
  return `${TypedDataEncoder.hash(domain, own, message)}_${sign}_${await wallet.getAddress()}`;
}
