import { TypedDataEncoder, type Signer, type TypedDataField } from "ethers";

import type { SignedPart } from "./challenge.js";

/** Signs a challenge, and returns the header `Authorization` for one request, as official clients make it. */
export async function answerChallenge(
  wallet: Pick<Signer, "getAddress" | "signTypedData">,
  { domain, types, message }: SignedPart,
): Promise<string> {
  const { EIP712Domain: _, ...own } = types as Record<string, TypedDataField[]>;
  const sign = await wallet.signTypedData(domain, own, message);
  return `${TypedDataEncoder.hash(domain, own, message)}_${sign}_${await wallet.getAddress()}`;
}
