import { getBytes } from "ethers";

import type { SimulatedPlatform } from "../attestation/simulated/platform.js";
import { writeQuote } from "../attestation/simulated/quoteWriter.js";
import { DEBUG_DOMAIN, DEBUG_ENCLAVE } from "../attestation/simulated/reports.js";
import type { Measurement } from "../app/measurement.js";

/** Measures an app when it is loaded, and makes quotes about it: hardware, or a simulation of it. */
export interface Processor {
  readonly isSimulated: boolean;
  readonly quote: (loaded: Measurement, reportData: Uint8Array) => Uint8Array;
}

/** Options of a simulated processor. */
export interface ProcessorOptions {
  /** SGX has version 3, TDX has 4 and 5. */
  readonly version?: 3 | 4 | 5;
  /** Whether enclaves run in debug mode, which verifiers refuse. */
  readonly mode?: "production" | "debug";
}

/** Simulates a processor on a simulated platform, which its quotes tell from a genuine one by their root. */
export function simulatedProcessor(
  platform: SimulatedPlatform,
  { version = 3, mode = "production" }: ProcessorOptions = {},
): Processor {
  return {
    isSimulated: true,
    quote(loaded, reportData) {
      if (loaded.kind === "image") throw new Error("The simulated processor makes no quotes about images yet.");
      const { mrEnclave, mrTd } = loaded;
      const isDebug = mode === "debug";
      return version === 3
        ? writeQuote(platform, {
            version,
            body: { mrEnclave: getBytes(mrEnclave), reportData, ...(isDebug && { attributes: DEBUG_ENCLAVE }) },
          })
        : writeQuote(platform, {
            version,
            body: { mrTd: getBytes(mrTd), reportData, ...(isDebug && { tdAttributes: DEBUG_DOMAIN }) },
          });
    },
  };
}
