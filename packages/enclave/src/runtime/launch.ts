import type { Manifest } from "../app/manifest.js";
import type { EnclaveLimits } from "../task/enclave.js";
import type { Endpoint } from "../network/filter.js";

/** Limits of an enclave: those of the program, and those of all of its processes together. */
export type SandboxLimits = EnclaveLimits & {
  readonly maxMemoryBytes: number;
  readonly maxProcesses: number;
  /** Files of inputs and outputs, together. */
  readonly maxFileBytes: number;
};

/** What a sandbox is to hold. */
export type Contents = {
  /** The folder that holds the app as it was measured. */
  readonly app: string;
  readonly manifest: Manifest;
  /** A folder for the task's files, if the sandbox has none of its own. */
  readonly workspace: string;
  readonly limits: SandboxLimits;
  /** For an app that asks for the network where there is one: what it may reach, and the files with which it finds names. */
  readonly network?: { readonly endpoints: readonly Endpoint[]; readonly files: ReadonlyMap<string, string> };
};

/** How to start an enclave: a command, and where it finds things. */
export type Launch = {
  readonly command: readonly string[];
  /** Where the app is, as the enclave sees it. */
  readonly app: string;
  readonly workspace: string;
  readonly interpreter: readonly string[];
  /** Whether it waits for its network. */
  readonly isGated?: boolean;
};

/** Stand for the task's folders in the command that runs an app. */
export const TASK_FOLDERS = { task: "{task}", input: "{in}", output: "{out}" } as const;

/** Where the code of the enclave is: the folder that holds `packages/`, and what Node needs to run it. */
export type RuntimeCode = {
  readonly source: string;
  /** From `source`, with `/`. */
  readonly main: string;
  readonly guard: string;
  /** What Node is told so that it finds the modules of TypeScript sources. */
  readonly flags: readonly string[];
  /** The folders of code, and the files that describe their packages, from `source`. */
  readonly folders: readonly string[];
  /** By the name of each of the project's own packages: its folder, from `source`. */
  readonly links: ReadonlyMap<string, string>;
  /** By the name of each package of others that the code needs: its folder. */
  readonly packages: ReadonlyMap<string, string>;
};

/** Whoever sends SIGUSR1 to a Node that listens to it may look at all that it knows. */
export const NO_INSPECTOR = "--disable-sigusr1";

/** Flags of Node for the app's process, in any sandbox. */
export function appFlags({ maxMemoryBytes }: SandboxLimits): string[] {
  return [`--max-old-space-size=${Math.floor(maxMemoryBytes / 2 ** 20)}`, "--no-addons", NO_INSPECTOR];
}
