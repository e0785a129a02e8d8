import { posix } from "node:path";

import type { ContainerImage } from "../image/manifest.js";
import { assertContainer, ContainerError } from "./containerError.js";
import { findAccount, type ImageAccount } from "./imageAccount.js";
import type { ImageRoot } from "./imageRoot.js";

/** The process that an image asks for. */
export interface ImageProcess {
  /** The program as the image names it, and its arguments. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly account: ImageAccount;
  /** An absolute path. */
  readonly workingDirectory: string;
}

/** The parts of an image that say how it is run. */
export type ImageConfig = Pick<
  ContainerImage,
  "architecture" | "entrypoint" | "command" | "environment" | "workingDirectory" | "user"
>;

/** The folders that are searched for programs if the image names none, as in container engines. */
const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/** The owner may execute it. Everything in an image belongs to the account that it runs as. */
const EXECUTABLE = 0o100;

/**
 * Finds out what an image asks for, as container engines do.
 *
 * @param args - The deal's arguments, which replace the image's own (CMD); the image's own if there are none.
 * @throws {@link ContainerError}
 */
export function processOf(image: ImageConfig, args: readonly string[], root: ImageRoot): ImageProcess {
  const command = [...image.entrypoint, ...(args.length > 0 ? args : image.command)];
  const account = findAccount(root, image.user);
  const environment = { PATH: DEFAULT_PATH, HOME: account.home, ...image.environment };
  checkProgram(command[0], image.workingDirectory, environment.PATH, root);
  return { command, environment, account, workingDirectory: image.workingDirectory };
}

function checkProgram(
  program: string | undefined,
  workingDirectory: string,
  path: string,
  root: ImageRoot,
): asserts program is string {
  if (program === undefined) throw new ContainerError("NothingToRun", {});
  const isPath = program.includes("/");
  let problem: string | undefined;
  for (const folder of isPath ? [""] : path.split(":")) {
    const place = folder === "" ? program : `${folder}/${program}`;
    const { stats } = root.find(posix.isAbsolute(place) ? place : `${workingDirectory}/${place}`);
    if (stats === undefined) continue;
    problem = !stats.isFile() ? "is not a file" : (stats.mode & EXECUTABLE) === 0 ? "may not be executed" : undefined;
    if (problem === undefined) return;
  }
  const folder = isPath ? JSON.stringify(workingDirectory) : `its PATH, ${JSON.stringify(path)}`;
  assertContainer(problem !== undefined, "ProgramNotFound", {
    program,
    where: posix.isAbsolute(program) ? "" : ` in ${folder}`,
  });
  throw new ContainerError("ProgramNotExecutable", { program, problem });
}
