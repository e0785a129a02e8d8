import type { IsolationPolicy } from "./isolation.js";
import type { RevocationList } from "./revocationList.js";
import { INTEL_ROOT_KEY } from "./root.js";
import { ANY_TCB, type TcbPolicy } from "./tcbPolicy.js";

/** What quotes are judged by. */
export type QuotePolicy = IsolationPolicy & {
  /** The key (x, y) that every chain must end in. */
  readonly rootKey: Uint8Array;
  /** When certificates and revocation lists must be valid. */
  readonly at: Date;
  readonly tcb: TcbPolicy;
  readonly revocationLists: readonly RevocationList[];
  /** Whether a CA of the chain that has no list among those is a reason to refuse. */
  readonly missingLists: "accepted" | "refused";
};

/** Intel's root, now, whatever the age of the platform, without revocation lists, and nothing that its host can open. */
export function defaultPolicy(changes: Partial<QuotePolicy> = {}): QuotePolicy {
  return {
    rootKey: INTEL_ROOT_KEY,
    at: new Date(),
    tcb: ANY_TCB,
    revocationLists: [],
    missingLists: "accepted",
    debugEnclaves: "refused",
    isolation: "required",
    septVeDisable: "required",
    ...changes,
  };
}
