import { Transaction } from "ethers";

/** How long a client built on ethers gives the same answer to the same question, in milliseconds, and a little. */
const REMEMBERED = 270;

/**
 * Clients built on ethers remember for a quarter of a second what they were told, which no other chain is quick enough for:
 * whoever sends two transactions one after the other would send them with the same nonce. So a transaction of somebody
 * whose nonce was asked for just now is answered when that is forgotten.
 */
export function rememberNonces() {
  const askedAt = new Map<string, number>();
  return {
    /** Somebody asks for the nonce of an account. */
    asked([account]: readonly unknown[]): void {
      const now = performance.now();
      for (const [known, at] of askedAt) if (now - at > REMEMBERED) askedAt.delete(known);
      if (typeof account === "string") askedAt.set(account.toLowerCase(), now);
    },
    /** When to answer a transaction, in milliseconds from now. */
    patience([signed]: readonly unknown[]): number {
      const at = askedAt.get(senderOf(signed) ?? "");
      return at === undefined ? 0 : Math.max(0, at + REMEMBERED - performance.now());
    },
  };
}

function senderOf(signed: unknown): string | undefined {
  try {
    return Transaction.from(String(signed)).from?.toLowerCase();
  } catch {
    return undefined;
  }
}
