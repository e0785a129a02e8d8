import { readFile } from "node:fs/promises";
import { join, posix } from "node:path";

import { describeImage, type BuiltImage } from "@poco-marketplace/enclave/image/build/imageDocuments.js";
import type { NewEntry } from "@poco-marketplace/enclave/image/build/tarWriter.js";
import { writeLayer, type BuiltLayer } from "@poco-marketplace/enclave/image/build/writeLayer.js";
import type { Architecture } from "@poco-marketplace/enclave/image/manifest.js";
import type { Base } from "./base.js";
import { BuildError } from "./buildError.js";
import { copyFiles } from "./copyFiles.js";
import {
  expand,
  parseDockerfile,
  readList,
  needsEngine,
  splitOptions,
  splitWords,
  type Instruction,
} from "./dockerfile.js";
import { readIgnoreFile, type Ignores } from "./ignoreFile.js";
import { installPackages } from "./installPackages.js";
import type { LayerCache } from "./layerCache.js";
import { withFolders } from "./machineFiles.js";
import { nodeBase } from "./nodeBase.js";
import { pythonBase } from "./pythonBase.js";

/** The options of a build. */
export interface BuildOptions {
  /** The folder of the project, which has the Dockerfile. */
  readonly project: string;
  /** An empty folder for layers. */
  readonly folder: string;
  readonly cache: LayerCache;
  readonly architecture: Architecture;
  /** Tells people what is done. */
  readonly say: (line: string) => void;
}

/** The image while it is built. */
interface Stage {
  readonly layers: BuiltLayer[];
  /** The files and folders of the image besides those of the base, by path without a slash at the start. */
  readonly files: Map<string, NewEntry>;
  /** Entries that are not in a layer yet. */
  pending: NewEntry[];
  readonly environment: Map<string, string>;
  readonly arguments: Map<string, string>;
  readonly labels: Map<string, string>;
  workingDirectory: string;
  user: string;
  entrypoint: readonly string[] | undefined;
  command: readonly string[] | undefined;
}

/** Instructions that change nothing of what workers run. */
const IGNORED = new Set(["EXPOSE", "MAINTAINER", "STOPSIGNAL", "HEALTHCHECK", "VOLUME"]);

/**
 * Builds an image without a container engine: interprets a Dockerfile of one stage, with Node and Python of this machine in
 * the place of the images of that name. Nothing but installing packages can be run.
 *
 * @throws {@link BuildError}
 */
export async function buildAlone(options: BuildOptions): Promise<BuiltImage> {
  const { project, folder, architecture } = options;
  const text = await readFile(join(project, "Dockerfile"), "utf8").catch((cause: unknown) => {
    throw new BuildError(`There is no Dockerfile in ${project}: write one, or copy that of poco iapp init.`, { cause });
  });
  const ignores = await readIgnoreFile(project);
  const stage: Stage = {
    layers: [],
    files: new Map(),
    pending: [],
    environment: new Map(),
    arguments: new Map(),
    labels: new Map(),
    workingDirectory: "/",
    user: "",
    entrypoint: undefined,
    command: undefined,
  };
  const [first, ...instructions] = parseDockerfile(text);
  if (first?.name !== "FROM") throw new BuildError(`${join(project, "Dockerfile")} does not begin with FROM.`);
  await begin(stage, first, options);
  for (const instruction of instructions) await apply(stage, instruction, ignores, options);
  await flush(stage, folder);
  return describeImage(stage.layers, runConfigOf(stage), architecture);
}

async function begin(stage: Stage, instruction: Instruction, { cache, say }: BuildOptions): Promise<void> {
  const { rest } = splitOptions(instruction.text);
  const [image = ""] = splitWords(rest);
  const base = await baseFor(image, instruction, cache);
  if (base === undefined) return;
  say(`${image}: ${base.name} of this machine takes its place, since no container engine is used (DOCKER_HOST).`);
  stage.layers.push(base.layer);
  for (const [name, value] of base.environment) stage.environment.set(name, value);
}

async function baseFor(image: string, instruction: Instruction, cache: LayerCache): Promise<Base | undefined> {
  const name = image.replace(/@.*$/, "").split("/").at(-1)!.split(":")[0];
  const isOfficial = /^(?:docker\.io\/)?(?:library\/)?[a-z]+(?:[:@]|$)/.test(image);
  if (name === "scratch" && isOfficial) return undefined;
  if (name === "node" && isOfficial) return nodeBase(cache);
  if (name === "python" && isOfficial) return pythonBase(cache);
  throw needsEngine(instruction, `the image ${image}`);
}

async function apply(stage: Stage, raw: Instruction, ignores: Ignores, options: BuildOptions): Promise<void> {
  const variables = new Map([...stage.arguments, ...stage.environment]);
  const { name } = raw;
  const { options: flags, rest } = splitOptions(raw.text);
  const isExpanded = ["WORKDIR", "COPY", "ADD", "ENV", "USER", "LABEL", "ARG"].includes(name);
  const instruction = { ...raw, text: isExpanded ? expand(rest, variables) : rest };
  switch (name) {
    case "WORKDIR":
      stage.workingDirectory = posix.resolve(stage.workingDirectory, instruction.text);
      return add(stage, [{ path: stage.workingDirectory.slice(1), kind: "folder" }]);
    case "COPY":
    case "ADD": {
      if (flags.has("from")) throw needsEngine(instruction, "--from");
      const isFolder = (path: string) => path === "/" || stage.files.get(path.slice(1))?.kind === "folder";
      const { workingDirectory: folder } = stage;
      return add(stage, await copyFiles(instruction, { project: options.project, ignores, folder, isFolder }));
    }
    case "RUN": {
      const { workingDirectory: folder } = stage;
      const prefix = folder === "/" ? "" : `${folder.slice(1)}/`;
      const within = [...stage.files].filter(([path, { kind }]) => path.startsWith(prefix) && kind === "file");
      const files = new Map(within.map(([path, entry]) => [path.slice(prefix.length), entry]));
      await flush(stage, options.folder);
      const layer = await installPackages(instruction, { files, folder, cache: options.cache });
      if (layer !== undefined) stage.layers.push(layer);
      return;
    }
    case "ENV":
    case "LABEL":
    case "ARG":
      return define(stage, instruction);
    case "USER":
      stage.user = instruction.text.trim();
      return;
    case "ENTRYPOINT":
    case "CMD": {
      const list = readList(instruction);
      if (list === undefined) throw needsEngine(instruction, "a command line for a shell");
      if (name === "CMD") stage.command = list;
      else stage.entrypoint = list;
      return;
    }
    default:
      if (!IGNORED.has(name)) throw needsEngine(instruction, name === "FROM" ? "a second stage" : "no meaning here");
  }
}

/** Sets variables or labels: `NAME=value …`, or one as `NAME value`. */
function define(stage: Stage, { name, text, line }: Instruction): void {
  const words = splitWords(text);
  const [first = ""] = words;
  const pairs = first.includes("=") || name === "ARG" ? words : [`${first}=${text.slice(first.length).trim()}`];
  const target = { ENV: stage.environment, LABEL: stage.labels, ARG: stage.arguments }[name]!;
  for (const pair of pairs) {
    const equals = pair.indexOf("=");
    if (equals === 0 || (equals === -1 && name !== "ARG")) {
      throw new BuildError(`Dockerfile, line ${line}: ${name} has ${pair}: write NAME=value.`);
    }
    target.set(equals === -1 ? pair : pair.slice(0, equals), equals === -1 ? "" : pair.slice(equals + 1));
  }
}

function add(stage: Stage, entries: readonly NewEntry[]): void {
  const there = entries.filter(({ path }) => path !== "");
  stage.pending.push(...there);
  for (const entry of withFolders(there)) stage.files.set(entry.path, entry);
}

/** Makes a layer of the entries that are not in one. */
async function flush(stage: Stage, folder: string): Promise<void> {
  if (stage.pending.length === 0) return;
  const entries = withFolders(stage.pending);
  stage.pending = [];
  stage.layers.push(await writeLayer(join(folder, `${stage.layers.length}.tar.gz`), entries));
}

function runConfigOf({ environment, labels, workingDirectory, user, entrypoint, command }: Stage) {
  return {
    Env: [...environment].map(([name, value]) => `${name}=${value}`),
    WorkingDir: workingDirectory,
    ...(entrypoint !== undefined && { Entrypoint: entrypoint }),
    ...(command !== undefined && { Cmd: command }),
    ...(user !== "" && { User: user }),
    ...(labels.size > 0 && { Labels: Object.fromEntries(labels) }),
  };
}
