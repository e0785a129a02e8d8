import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, matchesGlob, posix } from "node:path";

/** Whether a path in the project is left out of its image. */
export type Ignores = (path: string) => boolean;

/** Reads the `.dockerignore` of a project: the last pattern that matches a path, or a folder above it, decides. */
export async function readIgnoreFile(project: string): Promise<Ignores> {
  const file = join(project, ".dockerignore");
  const text = existsSync(file) ? await readFile(file, "utf8") : "";
  const rules = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const isKept = line.startsWith("!");
      return { isKept, pattern: posix.normalize(line.slice(isKept ? 1 : 0)).replaceAll(/^\/|\/$/g, "") };
    });
  return (path) => {
    const folders = path.split("/").map((_, index, parts) => parts.slice(0, index + 1).join("/"));
    const last = rules.findLast(({ pattern }) => folders.some((folder) => matchesGlob(folder, pattern)));
    return last !== undefined && !last.isKept;
  };
}
