import type { FaultName } from "@poco-marketplace/enclave/attestation/fault.js";
import type { QuotePolicy } from "@poco-marketplace/enclave/attestation/verdict.js";
import type { Simulation } from "../simulation.js";

/** What becomes of a mutant. */
export type Fate = FaultName | "believed";

/** What is verified, and by what policy if that is changed too. */
export type Subject = { readonly quote: Uint8Array; readonly policy?: Partial<QuotePolicy> };

/** A quote that is wrong in one way, signed like one that is not; or one that is only unusual. */
export type Mutant = {
  readonly name: string;
  readonly fate: Fate;
  /** Part of the reason, where one fault has many. */
  readonly because?: string;
  readonly make: (simulation: Simulation) => Subject | Promise<Subject>;
};
