import type { EnclaveLimits } from "../task/enclave.js";
import type { Endpoint } from "../network/filter.js";

/** The limits of an enclave: those of its program, and those of all of its processes together. */
export interface SandboxLimits extends EnclaveLimits {
  readonly maxMemoryBytes: number;
  readonly maxProcesses: number;
  /** The size of input and output files together. */
  readonly maxFileBytes: number;
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
  /** The path of the module to run, as the enclave sees it. */
  readonly program: string;
  readonly workspace: string;
  readonly interpreter: readonly string[];
  /** Whether it waits until its network is attached. */
  readonly isGated?: boolean;
}

/** Placeholders for the task's folders in the command that runs an app. */
export const TASK_FOLDERS = { task: "{task}", input: "{in}", output: "{out}" } as const;

/** The code of the enclave: the folder that holds `packages/`, and what Node needs to run it. */
export interface RuntimeCode {
  readonly source: string;
  /** Paths of modules, relative to `source`, with `/`. */
  readonly main: string;
  readonly guard: string;
  /** Flags with which Node resolves the modules of TypeScript sources. */
  readonly flags: readonly string[];
  /** The folders of code and their package files, relative to `source`. */
  readonly folders: readonly string[];
  /** The folders of the project's own packages by name, relative to `source`. */
  readonly links: ReadonlyMap<string, string>;
  /** The folders of the third-party packages that the code needs, by name. */
  readonly packages: ReadonlyMap<string, string>;
}

/** Disables the inspector: SIGUSR1 would start it, and it shows all memory of the process. */
export const NO_INSPECTOR = "--disable-sigusr1";

/** Flags of Node for the app's process in any sandbox. */
export function appFlags({ maxMemoryBytes }: SandboxLimits): string[] {
  return [`--max-old-space-size=${Math.floor(maxMemoryBytes / 2 ** 20)}`, "--no-addons", NO_INSPECTOR];
}
