import { HDNodeWallet, Mnemonic } from "ethers";

import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";

/** Somebody on the chain, and what it is there for. */
export interface ChainAccount {
  readonly address: Address;
  readonly privateKey: Hex;
  readonly role: string;
}

/** The words that development chains use everywhere: everybody knows these keys. */
export const MNEMONIC = "test test test test test test test test test test test junk";

/** Who has which account of an embedded chain; workers come after them. */
export const ACCOUNT_ROLES = [
  "protocol owner",
  "workerpool owner",
  "app developer",
  "data provider",
  "requester",
  "beneficiary",
] as const;

/** The accounts of an embedded chain, which are funded when it starts. */
export function accountsOf(workers: number): ChainAccount[] {
  const parent = HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(MNEMONIC), "m/44'/60'/0'/0");
  const roles = [...ACCOUNT_ROLES, ...Array.from({ length: workers }, (_, i) => `worker ${i + 1}`)];
  return roles.map((role, i) => {
    const { address, privateKey } = parent.deriveChild(i);
    return { address: address as Address, privateKey: privateKey as Hex, role };
  });
}
