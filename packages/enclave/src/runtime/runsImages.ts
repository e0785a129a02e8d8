import { execFile } from "node:child_process";
import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { removeFolder } from "../files/removeFolder.js";
import { sandboxAccount } from "../files/sandboxAccount.js";
import { findProgram, MissingProgramError, programFiles, type Bind } from "./enclaveFiles.js";
import { IMAGE_PROGRAMS, imageSandbox, ROOT } from "./imageLaunch.js";
import type { Sandbox } from "./sandbox.js";
import { UnprivilegedStart } from "./unprivilegedStart.js";

/** A machine on which no image can be run. */
export class ImageSandboxError extends Error {
  override readonly name = "ImageSandboxError";

  constructor(problem: string) {
    super(`Container images cannot be run here: ${problem}.`);
  }
}

/** The packages of Debian that have the programs. */
const PACKAGES: Readonly<Record<string, string>> = { bwrap: "bubblewrap", mount: "mount", which: "debianutils" };
const UTILITIES = "util-linux";
const LIMITS = { maxFileBytes: 2 ** 20, maxFiles: 100, maxThreads: 100 };
/** A sandbox in the sandbox, as apps have, that writes into the image's files. */
const TRIAL = [
  ["bwrap", "--unshare-all", "--unshare-user", "--disable-userns", "--ro-bind", "/", "/", "--bind", ROOT, ROOT],
  ["--proc", "/proc", "--dev", "/dev", "--", "mkdir", `${ROOT}/trial`],
].flat();

/** What was found out about this machine: it does not change while a worker runs. */
let found: Promise<string | undefined> | undefined;

/**
 * Finds out whether images can be run in a sandbox, which is tried once.
 *
 * @returns What is missing, as the end of a sentence; undefined if nothing is.
 */
export function imageProblem({ kind }: Pick<Sandbox, "kind">): Promise<string | undefined> {
  if (kind !== "bubblewrap") {
    const advice = "install it (apt install bubblewrap), and do not say --sandbox none";
    return Promise.resolve(`they need Bubblewrap, as Node's permission model does not apply to them; ${advice}`);
  }
  found ??= tryOut();
  return found;
}

/** @throws {@link ImageSandboxError} */
export async function assertRunsImages(sandbox: Pick<Sandbox, "kind">): Promise<void> {
  const problem = await imageProblem(sandbox);
  if (problem !== undefined) throw new ImageSandboxError(problem);
}

async function tryOut(): Promise<string | undefined> {
  if (process.platform !== "linux") return "their sandbox needs Linux";
  const folder = await mkdtemp(join(tmpdir(), "trial-"));
  try {
    if (sandboxAccount() !== undefined) findProgram("setpriv");
    const start = new UnprivilegedStart(folder);
    const root = join(folder, "root");
    await mkdir(root);
    await start.give(root);
    const files = programFiles(IMAGE_PROGRAMS).map(([source, path]): Bind => [start.place(source), path]);
    const command = imageSandbox({ files, root: start.place(root), limits: LIMITS, network: "none" }, TRIAL);
    const problem = await failureOf([...(await start.prefix()), ...command]);
    if (problem === undefined) return undefined;
    const namespaces = await failureOf(["bwrap", "--unshare-all", "--unshare-user", "--ro-bind", "/", "/", "true"]);
    return namespaces === undefined
      ? `their sandbox does not work, which needs Linux 5.11 or newer with overlayfs (${problem})`
      : `the kernel or a container around this allows no user namespaces (${namespaces}); allow them, on Ubuntu by ` +
          "sysctl kernel.apparmor_restrict_unprivileged_userns=0";
  } catch (error) {
    if (!(error instanceof MissingProgramError)) throw error;
    const { program } = error;
    return `there is no program ${program}: install it (apt install ${PACKAGES[program] ?? UTILITIES})`;
  } finally {
    await removeFolder(folder);
  }
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1)!.slice(0, 200);
}

/** Runs a command, and returns the last line of its output if it fails. */
function failureOf([program, ...args]: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(program!, args, { timeout: 10_000 }, (error, _, stderr) => {
      resolve(error === null ? undefined : lastLine(`${error.message}\n${stderr}`));
    });
  });
}
