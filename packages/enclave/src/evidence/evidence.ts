import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";

/** What an enclave asks to have proven about itself. */
export type Claim = {
  /** The address whose key is said to live in the enclave only. */
  readonly challenge: Address;
};

/** What an enclave shows to be believed. */
export type Evidence = Claim & {
  /** How to judge it. `key` proves nothing beyond holding the key: whoever accepts it trusts the worker. */
  readonly kind: string;
};

/** The hardware, real or not, that an enclave runs on: the one place that knows how to prove it. */
export type Platform = {
  /** Evidence for a claim, made once per enclave. */
  readonly attest: (claim: Claim) => Promise<Evidence>;
};

/** A machine without enclave hardware: its enclaves hold a key, and that is all that they can show. */
export const keyOnlyPlatform: Platform = {
  async attest({ challenge }) {
    return { kind: "key", challenge };
  },
};
