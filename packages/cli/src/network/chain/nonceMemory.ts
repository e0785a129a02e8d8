import { Transaction } from "ethers";

/** The time for which a client built on ethers caches an answer (250 ms) and a margin, in milliseconds. */
const CACHE_MS = 270;

/**
 * Delays the answers to transactions so that clients do not reuse a nonce.
 *
 * Clients built on ethers cache answers for a quarter of a second. This chain mines faster than that, so a client that
 * sends two transactions in a row would give both the same nonce. Therefore a transaction whose sender's nonce was
 * requested just before is answered only after the cached nonce has expired.
 */
export function rememberNonces() {
  const requestedAt = new Map<string, number>();
  return {
    /** Records a request for the nonce of an account. */
    recordRequest([account]: readonly unknown[]): void {
      const now = performance.now();
      for (const [known, at] of requestedAt) if (now - at > CACHE_MS) requestedAt.delete(known);
      if (typeof account === "string") requestedAt.set(account.toLowerCase(), now);
    },
    /** Returns the delay before a transaction is answered, in milliseconds. */
    delayFor([signed]: readonly unknown[]): number {
      const at = requestedAt.get(senderOf(signed) ?? "");
      return at === undefined ? 0 : Math.max(0, at + CACHE_MS - performance.now());
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
