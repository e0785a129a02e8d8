import type { TaskFolders } from "./inputs.js";
import type { ProgramLogs } from "./program.js";
import type { EnclaveTask } from "./task.js";

/** The descriptor after those of standard input, output and errors. */
export const FIRST_INPUT = 3;

/** A command that runs the program of a task. */
export interface ProgramCommand {
  /** The name of the program in errors. */
  readonly name: string;
  readonly command: readonly string[];
  /** All variables of the command's process. */
  readonly environment: Readonly<Record<string, string>>;
  /**
   * What the command reads from pipes, from the file descriptor {@link FIRST_INPUT} on. Every account of the machine can
   * read the arguments of a process, so these are where secrets go.
   */
  readonly inputs?: readonly Uint8Array[];
  /** The folder in which the command is started. */
  readonly folder: string;
  /** Says what to do about a failure, if the command's output tells it better than the program's own. */
  readonly advise?: (logs: ProgramLogs) => string | undefined;
}

/** The program of a task, which is started once the task's files are in its folders. */
export interface TaskProgram {
  commandFor(task: EnclaveTask, folders: TaskFolders): Promise<ProgramCommand>;
}
