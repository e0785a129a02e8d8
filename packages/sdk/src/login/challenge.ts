import type { TypedDataDomain, TypedDataField } from "ethers";

/** A challenge that an account signs to log in, as EIP-712 typed data for wallets. */
export interface Challenge {
  readonly types: Readonly<Record<string, readonly TypedDataField[]>>;
  readonly primaryType: "Challenge";
  readonly domain: { readonly name: string; readonly version: string; readonly chainId: number };
  readonly message: { readonly challenge: string };
}

/** The signed part of a challenge. Other services may have other fields. */
export interface SignedPart {
  readonly types: Readonly<Record<string, readonly TypedDataField[]>>;
  readonly domain: TypedDataDomain;
  readonly message: Readonly<Record<string, unknown>>;
}
