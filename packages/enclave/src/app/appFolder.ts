import { constants, type Dirent } from "node:fs";
import { lstat, open, readdir, type FileHandle } from "node:fs/promises";
import { join } from "node:path";

import { MANIFEST_FILE, readManifest, type Manifest } from "./manifest.js";

/** A file of an app. */
export type AppFile = {
  /** From the app's folder, with `/`. */
  readonly path: string;
  /** Whether its owner may execute it. */
  readonly isExecutable: boolean;
  readonly content: Uint8Array;
};

/** An app as it was read: what is measured and what is run are these bytes, whatever becomes of the folder. */
export type App = {
  /** In the order of the bytes of their paths. */
  readonly files: readonly AppFile[];
  readonly manifest: Manifest;
};

/** How large an app may be. */
export type AppLimits = { readonly maxBytes: number; readonly maxFiles: number };

/** A folder that can be read and is no app. */
export class InvalidAppError extends Error {
  override readonly name = "InvalidAppError";

  constructor(path: string, reason: string, advice: string) {
    super(`${JSON.stringify(path)} ${reason}: ${advice}.`);
  }
}

/** A folder, or something in it, that cannot be read. */
export class UnreadableAppError extends Error {
  override readonly name = "UnreadableAppError";

  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(`${JSON.stringify(path)} ${reason}: check the path and its permissions.`, options);
  }
}

/** 64 MiB in 10,000 files. */
export const APP_LIMITS: AppLimits = { maxBytes: 64 * 2 ** 20, maxFiles: 10_000 };

const LONGEST_PATH = 1024;

/**
 * Reads an app whole. Every regular file in the folder is part of it; nothing else may be in there.
 *
 * @throws {@link InvalidAppError}, {@link UnreadableAppError}, `InvalidManifestError`
 */
export async function readApp(folder: string, limits: AppLimits = APP_LIMITS): Promise<App> {
  const found = await attempt(folder, () => lstat(folder));
  if (found.isSymbolicLink()) throw new InvalidAppError(folder, "is a link", "name the folder that it leads to");
  if (!found.isDirectory()) throw new InvalidAppError(folder, "is no folder", "name the folder that holds the app");

  const entries = await list(folder, limits);
  const files: AppFile[] = [];
  let left = limits.maxBytes;
  for (const entry of entries) {
    const file = await readAppFile(join(folder, entry), entry, { left, limit: limits.maxBytes });
    left -= file.content.length;
    files.push(file);
  }
  files.sort(byPath);
  return appOf(files, limits, folder);
}

/**
 * The app that these files are, in the order of the bytes of their paths, wherever they come from.
 *
 * @param name What to call the app in errors.
 * @throws {@link InvalidAppError}, `InvalidManifestError`
 */
export function appOf(files: readonly AppFile[], limits: AppLimits = APP_LIMITS, name = "the app"): App {
  if (files.length > limits.maxFiles) {
    throw new InvalidAppError(name, `holds more than ${limits.maxFiles} files`, "remove what the app does not need");
  }
  if (files.reduce((sum, { content }) => sum + content.length, 0) > limits.maxBytes) {
    throw new InvalidAppError(name, `has more than ${limits.maxBytes} bytes`, "remove what the app does not need");
  }
  files.forEach((file, index) => {
    demandPath(file.path);
    const before = files[index - 1];
    if (before !== undefined && byPath(before, file) >= 0) {
      throw new InvalidAppError(file.path, `comes after ${JSON.stringify(before.path)}`, "sort files by their paths");
    }
  });
  const paths = files.map(({ path }) => path);
  demandDistinct(paths);

  const manifest = files.find(({ path }) => path === MANIFEST_FILE);
  if (manifest === undefined) {
    throw new InvalidAppError(name, `has no ${MANIFEST_FILE}`, "write one that says what to run");
  }
  return { files, manifest: readManifest(manifest.content, new Set(paths)) };
}

function byPath(a: AppFile, b: AppFile): number {
  return Buffer.compare(Buffer.from(a.path), Buffer.from(b.path));
}

/** The paths of all files, from the folder; refuses whatever is neither a file nor a folder with something in it. */
async function list(folder: string, { maxFiles }: AppLimits): Promise<string[]> {
  const paths: string[] = [];
  const waiting = [""];
  for (let prefix = waiting.pop(); prefix !== undefined; prefix = waiting.pop()) {
    const path = join(folder, prefix);
    const entries = await attempt(path, () => readdir(path, { encoding: "buffer", withFileTypes: true }));
    if (entries.length === 0 && prefix !== "") {
      throw new InvalidAppError(prefix.slice(0, -1), "is an empty folder", "remove it, for it cannot be measured");
    }
    for (const entry of entries) {
      const name = `${prefix}${readName(prefix, entry)}`;
      if (entry.isDirectory()) waiting.push(`${name}/`);
      else if (entry.isFile()) paths.push(name);
      else if (entry.isSymbolicLink()) throw new InvalidAppError(name, "is a link", "put a copy of the file there");
      else throw new InvalidAppError(name, "is neither a file nor a folder", "remove it");
    }
    if (paths.length + waiting.length > maxFiles) {
      throw new InvalidAppError(folder, `holds more than ${maxFiles} files`, "remove what the app does not need");
    }
  }
  return paths;
}

/** The name of an entry, if it is the same name on every system. */
function readName(prefix: string, { name }: Dirent<Buffer<ArrayBuffer>>): string {
  const text = name.toString("utf8");
  const path = `${prefix}${text}`;
  if (!Buffer.from(text).equals(name)) throw new InvalidAppError(path, "is not named in UTF-8", "rename it");
  demandPath(path);
  return text;
}

/** Refuses a path that leaves the folder, or that other systems would read differently. */
function demandPath(path: string): void {
  if (path.split("/").some((name) => name === "" || name === "." || name === "..")) {
    throw new InvalidAppError(path, "is no path within a folder", "name files as `folder/file`");
  }
  if (path.normalize("NFC") !== path) {
    throw new InvalidAppError(path, "has a name that is not in Unicode's composed form (NFC)", "rename it");
  }
  if (/[\p{C}\\:]/u.test(path)) {
    throw new InvalidAppError(path, "has an invisible character, a backslash or a colon in its name", "rename it");
  }
  if (Buffer.byteLength(path) > LONGEST_PATH) {
    throw new InvalidAppError(`${path.slice(0, 100)}…`, `has a path of more than ${LONGEST_PATH} bytes`, "shorten it");
  }
}

/** Refuses names that would be one file where upper and lower case are the same, and files that are folders too. */
function demandDistinct(paths: readonly string[]): void {
  const files = new Set(paths);
  const seen = new Map<string, string>();
  for (const path of paths.flatMap(withFolders)) {
    const other = seen.get(path.toLowerCase());
    if (other !== undefined && other !== path) {
      throw new InvalidAppError(
        path,
        `differs from ${JSON.stringify(other)} in upper and lower case only`,
        "rename one",
      );
    }
    seen.set(path.toLowerCase(), path);
  }
  const folder = paths.flatMap((path) => withFolders(path).slice(0, -1)).find((path) => files.has(path));
  if (folder !== undefined) throw new InvalidAppError(folder, "is a file and a folder", "rename one");
}

/** `a/b/c` lies in `a/b` and in `a`. */
function withFolders(path: string): string[] {
  const parts = path.split("/");
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

async function readAppFile(
  file: string,
  path: string,
  { left, limit }: { left: number; limit: number },
): Promise<AppFile> {
  // Whatever took the file's place since it was listed is not followed, nor waited for.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await attempt(path, () => open(file, flags));
  try {
    const found = await attempt(path, () => handle.stat());
    if (!found.isFile()) throw new InvalidAppError(path, "is no regular file", "put a copy of the file there");
    const content = await attempt(path, () => readAtMost(handle, left));
    if (content === undefined || found.size > left) {
      throw new InvalidAppError(path, `takes the app beyond ${limit} bytes`, "remove what the app does not need");
    }
    return { path, isExecutable: (found.mode & constants.S_IXUSR) !== 0, content };
  } finally {
    await handle.close();
  }
}

/** All of a file, or nothing if it is longer than that; a file that says it is short may not be. */
async function readAtMost(handle: FileHandle, most: number): Promise<Uint8Array | undefined> {
  const { size } = await handle.stat();
  if (size > most) return undefined;
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.max(size - length, 0) + 1));
    if (bytesRead === 0) return Buffer.concat(chunks);
    length += bytesRead;
    if (length > most) return undefined;
    chunks.push(buffer.subarray(0, bytesRead));
  }
}

async function attempt<Result>(path: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new UnreadableAppError(path, "does not exist", { cause });
    if (code === "ELOOP") throw new InvalidAppError(path, "is a link", "put a copy of the file there");
    throw new UnreadableAppError(path, `cannot be read (${code})`, { cause });
  }
}
