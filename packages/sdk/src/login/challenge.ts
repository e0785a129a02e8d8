import type { TypedDataDomain, TypedDataField } from "ethers";

/** What somebody signs to show who they are, as wallets take it. */
export interface Challenge {
  readonly types: Readonly<Record<string, readonly TypedDataField[]>>;
  readonly primaryType: "Challenge";
  readonly domain: { readonly name: string; readonly version: string; readonly chainId: number };
  readonly message: { readonly challenge: string };
}

/** What of a challenge is signed. Other services than ours may ask for more. */
export interface SignedPart {
  readonly types: Readonly<Record<string, readonly TypedDataField[]>>;
  readonly domain: TypedDataDomain;
  readonly message: Readonly<Record<string, unknown>>;
}
