import type { Mutant } from "../../scripts/attestation/fuzz/mutant.js";
import type { Trial } from "../../scripts/attestation/fuzz/trial.js";
import type { FaultName } from "../../src/attestation/fault.js";

/** A quote that the two verifiers once judged differently, and what both must say of it. */
export type QuoteFinding = Mutant &
  Pick<Trial, "court" | "debug"> & {
    readonly name: string;
    /** The first digits of the quote's SHA-256 hash: it is the one that was found, byte for byte. */
    readonly digest: string;
    readonly fate: FaultName | "valid";
  };

/** As `npm run fuzz:quotes` prints them, and named by what was wrong. */
export const QUOTE_FINDINGS: readonly QuoteFinding[] = [];
