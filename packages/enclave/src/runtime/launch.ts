import type { AppStart } from "./messages.js";
import type { EnclaveLimits } from "../task/enclave.js";
import type { Endpoint } from "../network/filter.js";

/** The limits of an enclave: those of its program, and those of all of its processes together. */
export interface SandboxLimits extends EnclaveLimits {
  readonly maxMemoryBytes: number;
  readonly maxProcesses: number;
  /** The size of all files in memory together: the task's, and those that an image's app writes. */
  readonly maxFileBytes: number;
  /** The number of those files and folders, for an image. */
  readonly maxFiles: number;
  /** The number of threads of all processes together, for an image. */
  readonly maxThreads: number;
}

/** The app, the folders and the limits for a sandbox. */
export interface SandboxContents {
  /** The folder that holds the app as it was measured. */
  readonly app: string;
  /** The path of the module to run, within that folder. */
  readonly entrypoint: string;
  /** A folder for the task's files, if the sandbox has none of its own. */
  readonly workspace: string;
  readonly limits: SandboxLimits;
  /**
   * The network of an app that asks for one: the endpoints that it may reach, and the files with which it resolves
   * names.
   */
  readonly network?: { readonly endpoints: readonly Endpoint[]; readonly files: ReadonlyMap<string, string> };
}

/** The command that starts an enclave, and the paths that it sees. */
export interface Launch {
  readonly command: readonly string[];
  /** How the enclave runs the app, with paths as it sees them. */
  readonly app: AppStart;
  readonly workspace: string;
  /** Whether it waits until its network is attached. */
  readonly isGated?: boolean;
}

/** Placeholders for the task's folders in the command that runs an app. */
export const TASK_FOLDERS = { task: "{task}", input: "{in}", output: "{out}" } as const;

/** Disables the inspector: SIGUSR1 would start it, and it shows all memory of the process. */
export const NO_INSPECTOR = "--disable-sigusr1";

/** Flags of Node for the app's process in any sandbox. */
export function appFlags({ maxMemoryBytes }: SandboxLimits): string[] {
  return [`--max-old-space-size=${Math.floor(maxMemoryBytes / 2 ** 20)}`, "--no-addons", NO_INSPECTOR];
}
