import { access, constants, stat } from "node:fs/promises";
import { dirname, extname, resolve } from "node:path";

import { splitArgs } from "./args.js";
import { environmentOf, type TaskFolders } from "./inputs.js";
import { ProgramNotRunnableError } from "./program.js";
import type { EnclaveTask } from "./task.js";
import type { ProgramCommand, TaskProgram } from "./taskProgram.js";

/** The options of a program that is a file. */
export interface ModuleProgramOptions {
  /**
   * The command that precedes the path of a JavaScript module: Node by default. `{task}`, `{in}` and `{out}` stand for
   * the folder of the task and those within it.
   */
  readonly interpreter?: readonly string[];
  /** What the interpreter reads from pipes, as `ProgramCommand` says. */
  readonly inputs?: readonly Uint8Array[];
  /** The folders in which the program may look for executables, as in a PATH variable. */
  readonly path?: string;
}

const DEFAULT_PATH = [dirname(process.execPath), "/usr/local/bin", "/usr/bin", "/bin"].join(":");

/** A program that is a file: a module of Node, a Python script, or anything executable. */
export class ModuleProgram implements TaskProgram {
  readonly #file: string;
  readonly #interpreter: readonly string[];
  readonly #inputs: readonly Uint8Array[];
  readonly #path: string;

  /** @param file - The path of the program. */
  constructor(
    file: string,
    { interpreter = [process.execPath], inputs = [], path = DEFAULT_PATH }: ModuleProgramOptions = {},
  ) {
    this.#file = resolve(file);
    this.#interpreter = interpreter;
    this.#inputs = inputs;
    this.#path = path;
  }

  /** @throws {@link ProgramNotRunnableError}, `UnbalancedQuoteError` */
  async commandFor(task: EnclaveTask, folders: TaskFolders): Promise<ProgramCommand> {
    const args = typeof task.args === "string" ? splitArgs(task.args) : (task.args ?? []);
    const folder = dirname(folders.output);
    return {
      name: this.#file,
      command: [...(await this.#start(folders)), ...args],
      environment: { PATH: this.#path, ...environmentOf(task, folders) },
      inputs: this.#inputs,
      folder,
    };
  }

  async #start({ input, output }: TaskFolders): Promise<string[]> {
    const file = this.#file;
    const found = await stat(file).catch(() => undefined);
    if (!found?.isFile()) throw new ProgramNotRunnableError(file, "does not exist", "give the path of the iApp's file");

    switch (extname(file)) {
      case ".js":
      case ".mjs":
      case ".cjs":
      case ".ts":
      case ".mts": {
        const task = dirname(output);
        const placed = (word: string) =>
          word.replaceAll("{in}", input).replaceAll("{out}", output).replaceAll("{task}", task);
        return [...this.#interpreter.map(placed), file];
      }
      case ".py":
        return ["python3", file];
    }
    try {
      await access(file, constants.X_OK);
    } catch (cause) {
      const advice = "make it executable (chmod +x), or name it .js, .mjs, .ts or .py";
      throw new ProgramNotRunnableError(file, "is not executable", advice, { cause });
    }
    return [file];
  }
}
