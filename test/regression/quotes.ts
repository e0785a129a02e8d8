import type { Mutant } from "../harness/fuzz/mutant.js";
import type { Trial } from "../harness/fuzz/trial.js";
import type { FaultName } from "@poco-marketplace/enclave/attestation/fault.js";

/** A quote that the two verifiers once judged differently, and what both must say of it. */
export type QuoteFinding = Mutant &
  Pick<Trial, "verifier" | "debug"> & {
    readonly name: string;
    /** The first digits of the quote's SHA-256 hash: it is the one that was found, byte for byte. */
    readonly digest: string;
    readonly fate: FaultName | "valid";
  };

/** As `npm run fuzz:quotes` prints them, and named by what was wrong. */
export const QUOTE_FINDINGS: readonly QuoteFinding[] = [
  {
    name: "an extension that no object identifier names",
    verifier: "quote",
    debug: "refused",
    base: { layout: "v3", ca: "Platform" },
    splices: [
      { part: "intermediate signed", at: 3, cut: 1, put: "33" },
      { part: "intermediate signed", at: 406, cut: 4, put: "a030819d" },
      { part: "intermediate signed", at: 558, cut: 0, put: "300706035501810400" },
    ],
    digest: "885a023d2fedf25d",
    fate: "MalformedDer",
  },
  {
    name: "a critical extension that nothing names, in a chain for the registry",
    verifier: "chain",
    debug: "refused",
    base: { layout: "v3", ca: "Processor" },
    splices: [
      { part: "pck signed", at: 3, cut: 1, put: "05" },
      { part: "pck signed", at: 416, cut: 5, put: "6830820264" },
      { part: "pck signed", at: 534, cut: 6, put: "0b0600" },
    ],
    digest: "87301ec0708f0d60",
    fate: "MalformedDer",
  },
];
