import { writeFile } from "node:fs/promises";

import { InvalidAppError, readApp, UnreadableAppError } from "@poco-marketplace/enclave/app/appFolder.js";
import { InvalidAppManifestError } from "@poco-marketplace/enclave/app/manifest.js";
import { measureApp } from "@poco-marketplace/enclave/app/measurement.js";
import { packApp } from "@poco-marketplace/enclave/app/package.js";
import { parseCommandLine, UsageError, type CommandOutcome } from "../commandLine.js";

const HELP = `npm run --silent measure -- DIR [--pack FILE] [--json]

Measures the app in DIR: the digest, over its files and its manifest (enclave.json), that the quote of an enclave
shows as MRENCLAVE (SGX) or MRTD (TDX). docs/reference/apps.md says how.

  --pack FILE   also write the app as one file, which is what workers fetch; its SHA-256 is MRENCLAVE
  --json        print one JSON object
  --help        print this

Exit code 0: measured. 1: DIR holds no app; the reason says why. 2: the options cannot be used, or DIR cannot be read.`;

/** Runs `poco measure` with these arguments. */
export async function runMeasureCommand(args: readonly string[]): Promise<CommandOutcome> {
  const isJson = args.includes("--json");
  try {
    const options = readOptions(args);
    if (options === undefined) return { code: 0, stdout: HELP, stderr: "" };
    const app = await readApp(options.folder);
    if (options.pack !== undefined) await write(options.pack, packApp(app));
    const measurement = measureApp(app);
    const { entrypoint, permissions } = app.manifest;
    const files = app.files.length;
    const bytes = app.files.reduce((sum, { content }) => sum + content.length, 0);
    const report = { ...measurement, entrypoint, permissions, files, bytes };
    return { code: 0, stdout: isJson ? JSON.stringify(report, null, 2) : describe(report), stderr: "" };
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    const reason = (error as Error).message;
    return { code, stdout: isJson ? JSON.stringify({ reason }, null, 2) : "", stderr: reason };
  }
}

/** Reads the command line; returns `undefined` for `--help`. */
function readOptions(args: readonly string[]): { folder: string; pack: string | undefined } | undefined {
  const { values, positionals } = parse(args);
  if (values.help === true) return undefined;
  const [folder, ...more] = positionals;
  if (folder === undefined || folder === "") throw new UsageError("The app is missing: use measure -- DIR.");
  if (folder.includes("\0")) throw new UsageError("DIR has a NUL character in it: give the path of a folder.");
  if (more.length > 0)
    throw new UsageError(`Only one app is measured at a time: remove ${JSON.stringify(more.join(" "))}.`);
  return { folder, pack: values.pack };
}

function parse(args: readonly string[]) {
  const options = { json: { type: "boolean" }, help: { type: "boolean" }, pack: { type: "string" } } as const;
  return parseCommandLine("npm run measure --", args, { allowPositionals: true, options });
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
