import { getBytes } from "ethers";

import { imageConfiguration, imageRegister } from "../attestation/imageRule.js";
import type { SimulatedPlatform } from "../attestation/simulated/platform.js";
import { writeQuote } from "../attestation/simulated/quoteWriter.js";
import { DEBUG_DOMAIN, DEBUG_ENCLAVE, type TdFields } from "../attestation/simulated/reports.js";
import type { ImageMeasurement, Measurement } from "../app/measurement.js";
import { simulatedRuntime, type SimulatedRuntime } from "./simulatedRuntime.js";

/** Measures an app when it is loaded, and makes quotes about it: hardware, or a simulation of it. */
export interface Processor {
  readonly isSimulated: boolean;
  readonly quote: (loaded: Measurement, reportData: Uint8Array) => Uint8Array;
}

/** Options of a simulated processor. */
export interface ProcessorOptions {
  /** SGX has version 3, TDX has 4 and 5. An image is always in a trust domain: its quotes have version 4 instead of 3. */
  readonly version?: 3 | 4 | 5;
  /** Whether enclaves run in debug mode, which verifiers refuse. */
  readonly mode?: "production" | "debug";
  /** The runtime that runs images; by default the one that this code is. */
  readonly runtime?: SimulatedRuntime;
}

/** Simulates a processor on a simulated platform, which its quotes tell from a genuine one by their root. */
export function simulatedProcessor(
  platform: SimulatedPlatform,
  { version = 3, mode = "production", runtime }: ProcessorOptions = {},
): Processor {
  const ofEnclave = mode === "debug" && { attributes: DEBUG_ENCLAVE };
  const ofDomain = mode === "debug" && { tdAttributes: DEBUG_DOMAIN };
  return {
    isSimulated: true,
    quote(loaded, reportData) {
      if (loaded.kind === "package" && version === 3)
        return writeQuote(platform, {
          version,
          body: { mrEnclave: getBytes(loaded.mrEnclave), reportData, ...ofEnclave },
        });
      const measured =
        loaded.kind === "package"
          ? { mrTd: getBytes(loaded.mrTd) }
          : imageFields(loaded, runtime ?? simulatedRuntime());
      return writeQuote(platform, {
        version: version === 5 ? 5 : 4,
        body: { ...measured, reportData, ...ofDomain },
      });
    },
  };
}

/** The fields of a trust domain that an honest host started for an image, and whose runtime has verified the image. */
function imageFields({ digest }: ImageMeasurement, runtime: SimulatedRuntime): TdFields {
  const { tdAttributes, xfam, mrTd, rtmr } = runtime;
  const [rtmr0, rtmr1, rtmr2] = rtmr;
  return {
    tdAttributes,
    xfam,
    mrTd,
    mrConfigId: imageConfiguration(digest),
    rtmr: [rtmr0, rtmr1, rtmr2, imageRegister(digest)],
  };
}
