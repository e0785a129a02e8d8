import type { IsolationPolicy } from "./isolation.js";
import type { RevocationList } from "./revocationList.js";
import { INTEL_ROOT_KEY } from "./root.js";
import { ANY_TCB, type TcbPolicy } from "./tcbPolicy.js";

/** The policy by which quotes are verified. */
export interface QuotePolicy extends IsolationPolicy {
  /** The key (x, y) that every chain must end in. */
  readonly rootKey: Uint8Array;
  /** The time at which certificates and revocation lists must be valid. */
  readonly at: Date;
  readonly tcb: TcbPolicy;
  readonly revocationLists: readonly RevocationList[];
  /** Whether a chain is accepted when one of its CAs has no revocation list. */
  readonly missingLists: "accepted" | "refused";
}

/** Makes a policy of Intel's root, the current time, any platform's age, no revocation lists, and full isolation. */
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
