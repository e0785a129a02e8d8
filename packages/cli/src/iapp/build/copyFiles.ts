import { existsSync } from "node:fs";
import { glob, stat } from "node:fs/promises";
import { join, posix } from "node:path";

import type { NewEntry } from "@poco-marketplace/enclave/image/build/tarWriter.js";
import { BuildError } from "./buildError.js";
import { readList, needsEngine, splitWords, type Instruction } from "./dockerfile.js";
import type { Ignores } from "./ignoreFile.js";
import { entryOf, filesIn } from "./machineFiles.js";

/**
 * Returns the entries that a `COPY` instruction adds to an image.
 *
 * @param folder - The working directory, to which the target is relative.
 * @param isFolder - Whether a path in the image is a folder.
 * @throws {@link BuildError}
 */
export async function copyFiles(
  instruction: Instruction,
  {
    project,
    ignores,
    folder,
    isFolder,
  }: { project: string; ignores: Ignores; folder: string; isFolder: (path: string) => boolean },
): Promise<NewEntry[]> {
  const words = readList(instruction) ?? splitWords(instruction.text);
  const target = words.at(-1);
  const sources = (await Promise.all(words.slice(0, -1).map((word) => find(instruction, word, project)))).flat();
  if (target === undefined || sources.length === 0) {
    throw new BuildError(`Dockerfile, line ${instruction.line}: ${instruction.name} needs a source and a target.`);
  }
  const place = posix.resolve(folder, target);
  const isIntoFolder = target.endsWith("/") || sources.length > 1 || isFolder(place);
  const entries: NewEntry[] = [];
  for (const source of sources) {
    if ((await stat(join(project, source))).isDirectory()) {
      for (const path of await filesIn(join(project, source), (each) => ignores(posix.join(source, each)))) {
        entries.push(await entryOf(posix.join(place, path).slice(1), join(project, source, path)));
      }
      entries.push({ path: place.slice(1), kind: "folder" });
    } else if (!ignores(source)) {
      const path = isIntoFolder ? posix.join(place, posix.basename(source)) : place;
      entries.push(await entryOf(path.slice(1), join(project, source)));
    }
  }
  return entries.filter(({ path }) => path !== "");
}

/** Returns the paths in the project that a source names, which may be a pattern. */
async function find(instruction: Instruction, word: string, project: string): Promise<string[]> {
  const { line, name } = instruction;
  if (/^\w+:\/\/|^git@/.test(word)) throw needsEngine(instruction, "a source on the network");
  const source = posix.normalize(word).replace(/^\/+/, "").replace(/\/$/, "") || ".";
  if (source === ".." || source.startsWith("../")) {
    throw new BuildError(`Dockerfile, line ${line}: ${word} is outside the project: move it into the folder.`);
  }
  const found: string[] = existsSync(join(project, source)) ? [source] : [];
  if (found.length === 0) for await (const path of glob(source, { cwd: project })) found.push(path);
  if (found.length === 0) {
    throw new BuildError(`Dockerfile, line ${line}: ${name} finds no ${word} in ${project}: check the path.`);
  }
  return found.toSorted();
}
