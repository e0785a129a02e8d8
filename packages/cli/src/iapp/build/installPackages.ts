import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

import type { NewEntry } from "@poco-marketplace/enclave/image/build/tarWriter.js";
import { writeLayer, type BuiltLayer } from "@poco-marketplace/enclave/image/build/writeLayer.js";
import { BuildError } from "./buildError.js";
import { needsEngine, splitWords, type Instruction } from "./dockerfile.js";
import type { LayerCache } from "./layerCache.js";
import { entryOf, filesIn, withFolders } from "./machineFiles.js";
import { libraryInImage, machinePython } from "./pythonBase.js";

/** Files of the image that are in the folder where packages are installed, by path in that folder. */
export type FolderFiles = ReadonlyMap<string, NewEntry>;

/** A command of a Dockerfile that installs packages. */
interface Installation {
  readonly program: "npm" | "pip";
  readonly args: readonly string[];
}

/**
 * Installs packages with the npm or the pip of this machine, as a `RUN` instruction says.
 *
 * @param files - The files of the working directory, such as package.json.
 * @param folder - The working directory in the image.
 * @returns nothing if there is nothing to install
 * @throws {@link BuildError} for other commands, and if the installation fails
 */
export async function installPackages(
  instruction: Instruction,
  { files, folder, cache }: { files: FolderFiles; folder: string; cache: LayerCache },
): Promise<BuiltLayer | undefined> {
  const { program, args } = readInstallation(instruction);
  const contents = await Promise.all([...files].map(async ([path, entry]) => [path, await contentOf(entry)] as const));
  if (program === "pip" && !(await hasRequirements(args, new Map(contents)))) return undefined;
  const python = program === "pip" ? await machinePython() : undefined;
  const hashes = contents.map(([path, content]) => [path, createHash("sha256").update(content).digest("hex")]);
  const recipe = {
    install: program,
    version: 1,
    args,
    folder,
    hashes,
    python,
    node: process.version,
    arch: process.arch,
  };
  return cache.layer(recipe, async (file) => {
    const place = await mkdtemp(join(tmpdir(), "install-"));
    try {
      for (const [path, content] of contents) {
        await mkdir(dirname(join(place, path)), { recursive: true });
        await writeFile(join(place, path), content);
      }
      const target = program === "npm" ? `${folder}/node_modules` : `${libraryInImage(python!)}/site-packages`;
      const made = join(place, program === "npm" ? "node_modules" : "site-packages");
      await mkdir(made, { recursive: true });
      const command =
        program === "npm"
          ? ["npm", ...args]
          : ["python3", "-m", "pip", ...args, "--target", made, "--no-compile", "--disable-pip-version-check"];
      await run(instruction, command, place);
      const installed = await filesIn(made, (path) => /(?:^|\/)__pycache__$/.test(path));
      const entries = installed.map((path) => entryOf(`${target}/${path}`.slice(1), join(made, path)));
      return await writeLayer(file, withFolders(await Promise.all(entries)));
    } finally {
      await rm(place, { recursive: true });
    }
  });
}

function readInstallation(instruction: Instruction): Installation {
  const { text } = instruction;
  const [program, ...args] = splitWords(text.replace(/^(?:python3? -m )?pip3?(?= )/, "pip"));
  const isSimple = !/[&|;<>`$()*]/.test(text);
  if (isSimple && program === "npm" && ["ci", "install", "i"].includes(args[0] ?? "")) return { program, args };
  if (isSimple && program === "pip" && args[0] === "install") return { program, args };
  throw needsEngine(instruction, `"${text}"`);
}

/** Whether anything is named to install: a file of requirements may have comments only. */
async function hasRequirements(args: readonly string[], files: ReadonlyMap<string, Uint8Array>): Promise<boolean> {
  const at = args.findIndex((arg) => arg === "-r" || arg === "--requirement");
  const file = files.get(args[at + 1]?.replace(/^\.\//, "") ?? "");
  if (at === -1 || file === undefined) return true;
  return Buffer.from(file)
    .toString()
    .split("\n")
    .some((line) => line.trim() !== "" && !line.trim().startsWith("#"));
}

async function contentOf({ content = new Uint8Array() }: NewEntry): Promise<Uint8Array> {
  return content instanceof Uint8Array ? content : readFile(content.file);
}

async function run({ line, text }: Instruction, [program, ...args]: readonly string[], cwd: string): Promise<void> {
  try {
    await promisify(execFile)(program!, args, { cwd, maxBuffer: 2 ** 26 });
  } catch (cause) {
    const { stderr = "", stdout = "", code } = cause as { stderr?: string; stdout?: string; code?: unknown };
    if (code === "ENOENT") {
      throw new BuildError(`Dockerfile, line ${line}: there is no ${program} here: install it, or set DOCKER_HOST.`, {
        cause,
      });
    }
    const words = `${stdout}\n${stderr}`.trim().split("\n").slice(-15).join("\n");
    throw new BuildError(`Dockerfile, line ${line}: ${text} failed:\n${words}`, { cause });
  }
}
