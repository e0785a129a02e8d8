import { writeFile } from "node:fs/promises";

import { InvalidAppError, readApp, UnreadableAppError } from "@poco-marketplace/enclave/app/appFolder.js";
import { InvalidAppManifestError } from "@poco-marketplace/enclave/app/manifest.js";
import { measureApp } from "@poco-marketplace/enclave/app/measurement.js";
import { packApp } from "@poco-marketplace/enclave/app/package.js";
import { ImageError } from "@poco-marketplace/enclave/image/imageError.js";
import { UsageError, type CommandOutcome } from "../commandLine.js";
import { imageNamed, measureImage, writeImageReport } from "./measureImage.js";

/** The options of `poco measure`. */
interface MeasureOptions {
  /** The file to write the packed app to. */
  readonly pack?: string | undefined;
  readonly json?: true | undefined;
}

/** Measures the app in a folder, or a container image by its name. */
export async function runMeasureCommand(target: string, { pack, json }: MeasureOptions = {}): Promise<CommandOutcome> {
  const isJson = json === true;
  try {
    checkFolder(target);
    const image = imageNamed(target);
    if (image !== undefined) {
      if (pack !== undefined) throw new UsageError("--pack is for the app in a folder: an image is not packed.");
      const report = await measureImage(image);
      return { code: 0, stdout: isJson ? JSON.stringify(report, null, 2) : writeImageReport(report), stderr: "" };
    }
    const app = await readApp(target);
    if (pack !== undefined) await write(pack, packApp(app));
    const { mrEnclave, mrTd } = measureApp(app);
    const { entrypoint, permissions } = app.manifest;
    const files = app.files.length;
    const bytes = app.files.reduce((sum, { content }) => sum + content.length, 0);
    const report = { mrEnclave, mrTd, entrypoint, permissions, files, bytes };
    return { code: 0, stdout: isJson ? JSON.stringify(report, null, 2) : describe(report), stderr: "" };
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    const reason = (error as Error).message;
    return { code, stdout: isJson ? JSON.stringify({ reason }, null, 2) : "", stderr: reason };
  }
}

function checkFolder(folder: string): void {
  if (folder === "") throw new UsageError("The app is missing: give its folder, or the name of its image.");
  if (folder.includes("\0")) throw new UsageError("DIR has a NUL character in it: give the path of a folder.");
}

async function write(file: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(file, bytes);
  } catch (cause) {
    throw new UsageError(`The package cannot be written: ${(cause as Error).message}.`, { cause });
  }
}

function codeOf(error: unknown): 1 | 2 | undefined {
  if (error instanceof InvalidAppError || error instanceof InvalidAppManifestError) return 1;
  if (error instanceof ImageError) return error.reason === "InvalidName" ? 2 : 1;
  if (error instanceof UsageError || error instanceof UnreadableAppError) return 2;
  return undefined;
}

type Report = {
  readonly mrEnclave: string;
  readonly mrTd: string;
  readonly entrypoint: string;
  readonly permissions: readonly string[];
  readonly files: number;
  readonly bytes: number;
};

function describe({ mrEnclave, mrTd, entrypoint, permissions, files, bytes }: Report): string {
  return [
    ["MRENCLAVE", mrEnclave],
    ["MRTD", mrTd],
    ["entrypoint", entrypoint],
    ["permissions", permissions.length === 0 ? "read its input, write its output" : `use ${permissions.join(", ")}`],
    ["contents", `${files} files, ${bytes} bytes`],
  ]
    .map(([name, value]) => `${name!.padEnd(11)}  ${value}`)
    .join("\n");
}
