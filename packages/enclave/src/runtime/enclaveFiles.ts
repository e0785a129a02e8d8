import { spawnSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { basename } from "node:path";

import type { RuntimeCode } from "./runtimeCode.js";

/** A file or folder of the machine, and its path in a sandbox. */
export type Bind = readonly [source: string, path: string];

/** A program of the machine, and the libraries that it is linked with. */
export interface HostProgram {
  readonly path: string;
  readonly libraries: readonly string[];
}

/** The path of Node in a sandbox. */
export const NODE = "/usr/bin/node";
/** The folder of a task's files in the sandbox of an enclave: in memory, of a limited size. */
export const WORKSPACE = "/work";

/** Programs that were found. */
const known = new Map<string, HostProgram>();

/** A program that an enclave's sandbox needs, and that this machine does not have. */
export class MissingProgramError extends Error {
  override readonly name = "MissingProgramError";
  readonly program: string;

  constructor(program: string) {
    super(`This machine has no program ${program}, which the sandbox of an enclave needs: install it.`);
    this.program = program;
  }
}

/**
 * Lists what the sandbox of an enclave has of the machine: Node and the libraries that it has loaded, the enclave's code
 * and packages, and other programs with their libraries.
 *
 * @param programs - The names of those programs, which are in `/usr/bin` there.
 * @throws {@link MissingProgramError}
 */
export function enclaveFiles(code: RuntimeCode, programs: readonly string[]): Bind[] {
  return [
    ...programFiles(programs, nodeLibraries()),
    [process.execPath, NODE],
    ...code.folders.map((folder): Bind => [`${code.source}/${folder}`, `/enclave/${folder}`]),
    ...[...code.packages].map(([name, place]): Bind => [place, `/enclave/node_modules/${name}`]),
  ];
}

/**
 * Lists programs of the machine, which get their place in `/usr/bin`, and their libraries.
 *
 * @param more - Further libraries.
 * @throws {@link MissingProgramError}
 */
export function programFiles(programs: readonly string[], more: readonly string[] = []): Bind[] {
  const found = programs.map((name) => findProgram(name));
  const libraries = new Set([...more, ...found.flatMap((program) => program.libraries)]);
  return [
    ...[...libraries].map((path): Bind => [realpathSync(path), path]),
    ...found.map(({ path }, index): Bind => [path, `/usr/bin/${programs[index]}`]),
  ];
}

/** Lists the options of Bubblewrap by which the enclave's code finds the project's own packages. */
export function packageLinks(code: RuntimeCode): string[] {
  const links = [...code.links];
  return links.flatMap(([name, folder]) => ["--symlink", `/enclave/${folder}`, `/enclave/node_modules/${name}`]);
}

/** Lists the options of Bubblewrap for binds that cannot be written to. */
export function readOnly(binds: readonly Bind[]): string[] {
  return binds.flatMap((bind) => ["--ro-bind", ...bind]);
}

/** Lists the libraries that this process of Node has loaded. */
export function nodeLibraries(): string[] {
  // Without this, the report resolves the host names of all connections, which may take long.
  Object.assign(process.report, { excludeNetwork: true });
  const report = process.report.getReport() as { sharedObjects?: readonly string[] };
  return (report.sharedObjects ?? []).filter((path) => path.startsWith("/") && !path.endsWith(".node"));
}

/**
 * Finds a program as a shell does, and its libraries as the loader does.
 *
 * @throws {@link MissingProgramError}
 */
export function findProgram(name: string): HostProgram {
  const before = known.get(name);
  if (before !== undefined) return before;
  const path = spawnSync("which", [name], { encoding: "utf8" }).stdout?.trim() ?? "";
  if (basename(path) !== name) throw new MissingProgramError(name);
  // A program that is linked with nothing makes `ldd` fail.
  const listed = spawnSync("ldd", [path], { encoding: "utf8" }).stdout ?? "";
  const found = { path: realpathSync(path), libraries: listed.match(/\/\S+(?= \(0x)/g) ?? [] };
  known.set(name, found);
  return found;
}
