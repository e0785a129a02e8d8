import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

import { UsageError } from "../../commandLine.js";

/** The file of the official command line. Whatever else is in it is left alone. */
export const IAPP_FILE = "iapp.config.json";
/** Our own file: the official command line drops fields that it does not know from its file. */
export const POCO_FILE = "poco.json";

/** The project of an app. */
export interface IappProject {
  readonly folder: string;
  /** Its name, as people write it. */
  readonly name: string;
  /** The last part of its image's name: the name in lower case, with `-` for blanks. */
  readonly imageName: string;
  /** The registry and namespace that its images are pushed to, such as `ghcr.io/alice`, if it says. */
  readonly registry: string | undefined;
  /** The secret of the app's developer; `null` if there is none. */
  readonly appSecret: string | null | undefined;
}

/** The fields of both files that are read here. */
interface ProjectFields {
  readonly name?: unknown;
  readonly projectName?: unknown;
  readonly registry?: unknown;
  readonly appSecret?: unknown;
}

const NAME = /^[A-Za-z0-9 -]{2,}$/;

/** Returns what is wrong with the name of a project, if anything is. */
export function nameProblem(name: string): string | undefined {
  if (name.length < 2) return "a name has at least two characters";
  if (!NAME.test(name)) return "a name has letters, digits, blanks and hyphens only";
  return /[A-Za-z0-9]/.test(name) ? undefined : "a name has a letter or a digit";
}

/** Returns the last part of the name of a project's image. */
export function imageNameOf(name: string): string {
  return name.toLowerCase().replaceAll(/[ -]+/g, "-").replaceAll(/^-|-$/g, "");
}

/**
 * Reads the project that a folder is in: the folder itself, or the nearest one above, with one of the two files.
 *
 * @throws {@link UsageError} where there is none, or a file of it cannot be used
 */
export async function readProject(from: string): Promise<IappProject> {
  const folder = folderOf(resolve(from));
  if (folder === undefined) {
    throw new UsageError(
      `There is no app here: neither ${resolve(from)} nor a folder above has ${POCO_FILE} or ${IAPP_FILE}. ` +
        "Make one with poco iapp init, or name its folder with --project.",
    );
  }
  const [own, official] = await Promise.all([POCO_FILE, IAPP_FILE].map((file) => readFields(join(folder, file))));
  const name = own?.name ?? official?.projectName;
  const file = join(folder, own?.name === undefined ? IAPP_FILE : POCO_FILE);
  const problem = typeof name === "string" ? nameProblem(name) : "there is no name";
  if (problem !== undefined) throw new UsageError(`The name of the project in ${file} is of no use: ${problem}.`);
  const registry = textIn(own, "registry", join(folder, POCO_FILE));
  const appSecret = official?.appSecret === null ? null : textIn(official, "appSecret", join(folder, IAPP_FILE));
  return { folder, name: name as string, imageName: imageNameOf(name as string), registry, appSecret };
}

function folderOf(start: string): string | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    if ([POCO_FILE, IAPP_FILE].some((file) => existsSync(join(folder, file)))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

async function readFields(file: string): Promise<ProjectFields | undefined> {
  if (!existsSync(file)) return undefined;
  try {
    const read = JSON.parse(await readFile(file, "utf8")) as unknown;
    if (typeof read === "object" && read !== null && !Array.isArray(read)) return read;
  } catch (cause) {
    throw new UsageError(`${file} cannot be read as JSON: ${(cause as Error).message}.`, { cause });
  }
  throw new UsageError(`${file} holds no JSON object: write {"name": "my-app"}.`);
}

function textIn(fields: ProjectFields | undefined, name: keyof ProjectFields, file: string): string | undefined {
  const value = fields?.[name];
  if (value === undefined || typeof value === "string") return value;
  throw new UsageError(`"${name}" in ${file} is no text: write it in quotation marks, or leave it out.`);
}
