import { HDNodeWallet, Mnemonic } from "ethers";

import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";

/** An account of an embedded chain, with its role. */
export interface ChainAccount {
  readonly address: Address;
  readonly privateKey: Hex;
  readonly role: string;
}

/** The mnemonic that development chains commonly use. Its keys are public. */
export const MNEMONIC = "test test test test test test test test test test test junk";

/** The roles of an embedded chain's accounts in order; those of the workers follow. */
export const ACCOUNT_ROLES = [
  "protocol owner",
  "workerpool owner",
  "app developer",
  "data provider",
  "requester",
  "beneficiary",
] as const;

/** Derives the accounts of an embedded chain, which are funded when it starts. */
export function accountsOf(workers: number): ChainAccount[] {
  const parent = HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(MNEMONIC), "m/44'/60'/0'/0");
  const roles = [...ACCOUNT_ROLES, ...Array.from({ length: workers }, (_, i) => `worker ${i + 1}`)];
  return roles.map((role, i) => {
    const { address, privateKey } = parent.deriveChild(i);
    return { address: address as Address, privateKey: privateKey as Hex, role };
  });
}
