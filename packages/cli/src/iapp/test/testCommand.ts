import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";

import { EnclaveFailedError } from "@poco-marketplace/enclave/runtime/attestedEnclave.js";
import type { BuiltImage } from "@poco-marketplace/enclave/image/build/imageDocuments.js";
import type { EnclaveResult } from "@poco-marketplace/enclave/task/enclave.js";
import type { ProgramLogs } from "@poco-marketplace/enclave/task/program.js";
import { unzip } from "@poco-marketplace/sdk/protect/zip.js";
import { wholeNumber, type CommandContext, type CommandOutcome } from "../../commandLine.js";
import type { TestValues } from "../../commands/iapp.js";
import { failureSentence } from "../../failureSentence.js";
import { buildProject, machineArchitecture } from "../build/buildProject.js";
import { readProject, type IappProject } from "../project/project.js";
import { readSecret, readSecrets } from "../secretValues.js";
import { readInputFiles, readMocks } from "./testInput.js";
import { runTest, type TestInput } from "./runTest.js";

/** The outcome of a test. */
interface TestReport {
  readonly image: string;
  readonly imageBytes: number;
  /** Whether a worker would have had a result. */
  readonly passed: boolean;
  /** Why not. */
  readonly reason?: string;
  readonly seconds?: number;
  /** The digest that would be on chain. */
  readonly resultDigest?: string;
  readonly callbackData?: string;
  /** The sizes of the files of the result, in bytes, by path in the folder `output`. */
  readonly files?: Readonly<Record<string, number>>;
  readonly logs?: ProgramLogs;
}

/**
 * Builds an app and runs it as a worker would.
 *
 * @throws {@link UsageError}; `BuildError`
 */
export async function runTestCommand(
  values: TestValues,
  { environment, progress }: Pick<CommandContext, "environment" | "progress">,
): Promise<CommandOutcome> {
  const project = await readProject(values.project ?? ".");
  const input = await readInput(project, values);
  const timeoutMs = 1000 * wholeNumber("--timeout", values.timeout, 1, 86_400);
  const built = await progress.during(
    "building the image",
    buildProject(project, { environment, say: progress.print }),
  );
  const running = runTest(built, input, { architecture: machineArchitecture(), environment, limits: { timeoutMs } });
  const report = await progress.during("running the app", reportOf(built, running, join(project.folder, "output")));
  return {
    code: report.passed ? 0 : 1,
    stdout: values.json === true ? JSON.stringify(report, null, 2) : describe(report, project),
    stderr: report.reason ?? "",
  };
}

async function readInput(project: IappProject, values: TestValues): Promise<TestInput> {
  const { args, data: names = [], inputFile = [], secret = [] } = values;
  const appSecret = values.appSecret ?? project.appSecret ?? undefined;
  const [data, inputFiles, requesterSecrets] = await Promise.all([
    readMocks(project.folder, names),
    readInputFiles(inputFile),
    readSecrets(secret),
  ]);
  return {
    args,
    data,
    isBulk: values.bulk === true || data.length > 1,
    inputFiles,
    requesterSecrets,
    appSecret: appSecret === undefined ? undefined : await readSecret("--app-secret", appSecret),
  };
}

async function reportOf(built: BuiltImage, running: Promise<EnclaveResult>, output: string): Promise<TestReport> {
  const image = { image: built.digest, imageBytes: built.layers.reduce((sum, { size }) => sum + size, 0) };
  await emptyFolder(output);
  try {
    const { archive, digest, callbackData, logs, durationMs } = await running;
    const files = await unzip(archive);
    for (const [path, content] of files) {
      await mkdir(dirname(join(output, path)), { recursive: true });
      await writeFile(join(output, path), content);
    }
    return {
      ...image,
      passed: true,
      seconds: Math.round(durationMs) / 1000,
      resultDigest: digest,
      ...(callbackData !== undefined && { callbackData }),
      files: Object.fromEntries([...files].map(([path, content]) => [path, content.length])),
      logs,
    };
  } catch (error) {
    // These are mistakes of this program.
    if (error instanceof TypeError || error instanceof ReferenceError) throw error;
    const logs = error instanceof EnclaveFailedError ? error.logs : undefined;
    return { ...image, passed: false, reason: failureSentence(error), ...(logs !== undefined && { logs }) };
  }
}

async function emptyFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true });
}

function describe(report: TestReport, { folder }: IappProject): string {
  const { image, imageBytes, passed, seconds, resultDigest, callbackData, files = {}, logs } = report;
  const lines = [`Image    ${image} (${(imageBytes / 1e6).toFixed(1)} MB)`];
  for (const stream of ["stdout", "stderr"] as const) {
    const text = logs?.[stream].trimEnd() ?? "";
    if (text !== "") lines.push(`${stream}   ${text.replaceAll("\n", "\n         ")}`);
  }
  if (!passed) return lines.join("\n");
  const place = relative("", join(folder, "output"));
  const listed = Object.entries(files).map(([path, size]) => `         ${join(place, path)} (${size} bytes)`);
  const result = callbackData === undefined ? `Digest   ${resultDigest}` : `Callback ${callbackData}`;
  return [...lines, `Result   after ${seconds} s:`, ...listed, result].join("\n");
}
