import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";

import { getBytes } from "ethers";

import type { Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { measureApp } from "../app/measurement.js";
import { runtimeIdOf, type RuntimeFields } from "../attestation/imageRule.js";
import { PRODUCTION_DOMAIN, USUAL_FEATURES } from "../attestation/simulated/reports.js";
import { runtimeCode, type RuntimeCode } from "./runtimeCode.js";

/** A runtime that is measured in place of hardware, and its id in the lists of TEE brokers. */
export interface SimulatedRuntime extends RuntimeFields {
  readonly id: Hex;
}

const ZEROS = new Uint8Array(48);
let ofThisCode: SimulatedRuntime | undefined;

/** Returns the runtime that this code is. It is measured once per process, which takes some 50 ms. */
export function simulatedRuntime(): SimulatedRuntime {
  ofThisCode ??= runtimeOf(runtimeCode());
  return ofThisCode;
}

/**
 * Measures a runtime. MRTD covers the code that is put into each enclave, byte by byte, in the layout that measures apps,
 * and the names and versions of the packages that it needs; it covers neither their bytes nor Node. No firmware and no
 * kernel is measured: RTMR0 to RTMR2 are zero.
 */
export function runtimeOf(code: Pick<RuntimeCode, "source" | "folders" | "packages">): SimulatedRuntime {
  const paths = code.folders.flatMap((place) => filesIn(code.source, place)).toSorted();
  const files = paths.map((path) => ({ path, isExecutable: false, content: readFileSync(join(code.source, path)) }));
  const packages = [...code.packages].map(([name, folder]) => `${name} ${versionOf(folder)}\n`).toSorted();
  const needed = { path: "packages", isExecutable: false, content: Buffer.from(packages.join("")) };
  const { mrTd } = measureApp({ files: [...files, needed] });
  const fields: RuntimeFields = {
    tdAttributes: PRODUCTION_DOMAIN,
    xfam: USUAL_FEATURES,
    mrTd: getBytes(mrTd),
    rtmr: [ZEROS, ZEROS, ZEROS],
  };
  return { ...fields, id: runtimeIdOf(fields) };
}

/** Lists the files at a place, which is a folder or a file itself, by their paths from the source, with `/`. */
function filesIn(source: string, place: string): string[] {
  if (statSync(join(source, place)).isFile()) return [place];
  return readdirSync(join(source, place), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(source, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
}

function versionOf(folder: string): string {
  return (JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string }).version;
}
