import { verifyAuthorization } from "ethers";

import type { HistoryProvider } from "./entry.js";

interface Pending {
  readonly hash: string;
  readonly from: string;
  readonly nonce: string;
  readonly authorizationList?: readonly Record<"chainId" | "address" | "nonce" | "yParity" | "r" | "s", string>[];
}

/**
 * Returns the pending transactions that can never be mined, since their sender's nonce was used otherwise: by a
 * delegation of its code (EIP-7702), mined or pending. The node mines no block while there is such a transaction.
 */
export async function staleTransactions(provider: HistoryProvider): Promise<string[]> {
  const pending = (await provider.request({ method: "eth_pendingTransactions" })) as Pending[];
  const delegated = new Set(pending.flatMap(({ authorizationList = [] }) => authorizationList.map(usedUp)));
  const stale: string[] = [];
  for (const { hash, from, nonce } of pending) {
    const next = await provider.request({ method: "eth_getTransactionCount", params: [from, "latest"] });
    if (Number(nonce) < Number(next) || delegated.has(accountAndNonce(from, nonce))) stale.push(hash);
  }
  return stale;
}

function usedUp({ chainId, address, nonce, yParity, r, s }: NonNullable<Pending["authorizationList"]>[number]): string {
  try {
    const signature = { r: pad(r), s: pad(s), yParity: Number(yParity) as 0 | 1 };
    return accountAndNonce(verifyAuthorization({ chainId, address, nonce: BigInt(nonce) }, signature), nonce);
  } catch {
    // An authorization without a valid signature has no effect.
    return "";
  }
}

function accountAndNonce(account: string, nonce: string): string {
  return `${account.toLowerCase()} ${Number(nonce)}`;
}

function pad(word: string): string {
  return `0x${word.slice(2).padStart(64, "0")}`;
}
