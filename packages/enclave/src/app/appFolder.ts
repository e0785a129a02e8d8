import { constants, type Dirent } from "node:fs";
import { lstat, open, readdir, type FileHandle } from "node:fs/promises";
import { join } from "node:path";

import { MANIFEST_FILE, readAppManifest, type AppManifest } from "./manifest.js";

/** A file of an app. */
export interface AppFile {
  /** The path within the app's folder, with `/`. */
  readonly path: string;
  /** Whether its owner may execute it. */
  readonly isExecutable: boolean;
  readonly content: Uint8Array;
}

/** An app as it was read: these bytes are measured and run, even if the folder changes. */
export interface App {
  /** Sorted by the bytes of their paths. */
  readonly files: readonly AppFile[];
  readonly manifest: AppManifest;
}

/** The limits of an app. */
export interface AppLimits {
  readonly maxBytes: number;
  readonly maxFiles: number;
}

/** A folder that is not an app. */
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
 * Reads a whole app. Every regular file in the folder is part of it; the folder may not hold anything else.
 *
 * @throws {@link InvalidAppError}, {@link UnreadableAppError}, {@link InvalidAppManifestError}
 */
export async function readApp(folder: string, limits: AppLimits = APP_LIMITS): Promise<App> {
  const found = await attempt(folder, () => lstat(folder));
  if (found.isSymbolicLink()) throw new InvalidAppError(folder, "is a link", "name the folder that it leads to");
  if (!found.isDirectory()) throw new InvalidAppError(folder, "is not a folder", "name the folder that holds the app");

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
 * Makes an app of files from any source, which have to be sorted by the bytes of their paths.
 *
 * @param name - The name of the app in errors.
 * @throws {@link InvalidAppError}, {@link InvalidAppManifestError}
 */
export function appOf(files: readonly AppFile[], limits: AppLimits = APP_LIMITS, name = "the app"): App {
  if (files.length > limits.maxFiles) {
    throw new InvalidAppError(name, `holds more than ${limits.maxFiles} files`, "remove what the app does not need");
  }
  if (files.reduce((sum, { content }) => sum + content.length, 0) > limits.maxBytes) {
    throw new InvalidAppError(name, `has more than ${limits.maxBytes} bytes`, "remove what the app does not need");
  }
  files.forEach((file, index) => {
    assertPath(file.path);
    const before = files[index - 1];
    if (before !== undefined && byPath(before, file) >= 0) {
      throw new InvalidAppError(file.path, `comes after ${JSON.stringify(before.path)}`, "sort files by their paths");
    }
  });
  const paths = files.map(({ path }) => path);
  assertDistinct(paths);

  const manifest = files.find(({ path }) => path === MANIFEST_FILE);
  if (manifest === undefined) {
    throw new InvalidAppError(name, `has no ${MANIFEST_FILE}`, "write one that says what to run");
  }
  return { files, manifest: readAppManifest(manifest.content, new Set(paths)) };
}

function byPath(a: AppFile, b: AppFile): number {
  return Buffer.compare(Buffer.from(a.path), Buffer.from(b.path));
}

/** Lists the paths of all files; refuses entries that are neither files nor folders, and empty folders. */
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

/** Reads the name of an entry, and refuses one that is not the same on every system. */
function readName(prefix: string, { name }: Dirent<Buffer<ArrayBuffer>>): string {
  const text = name.toString("utf8");
  const path = `${prefix}${text}`;
  if (!Buffer.from(text).equals(name)) throw new InvalidAppError(path, "is not named in UTF-8", "rename it");
  assertPath(path);
  return text;
}

/** Refuses a path that leaves the folder, or that other systems read differently. */
function assertPath(path: string): void {
  if (path.split("/").some((name) => name === "" || name === "." || name === "..")) {
    throw new InvalidAppError(path, "is not a path within a folder", "name files as `folder/file`");
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

/** Refuses names that differ in case only, and a name that is a file and a folder. */
function assertDistinct(paths: readonly string[]): void {
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

/** Lists a path and the folders that it lies in: `a/b/c`, `a/b` and `a`. */
function withFolders(path: string): string[] {
  const parts = path.split("/");
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

async function readAppFile(
  file: string,
  path: string,
  { left, limit }: { left: number; limit: number },
): Promise<AppFile> {
  // The file may have been replaced since it was listed: a link is not followed, a pipe not waited for.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await attempt(path, () => open(file, flags));
  try {
    const found = await attempt(path, () => handle.stat());
    if (!found.isFile()) throw new InvalidAppError(path, "is not a regular file", "put a copy of the file there");
    const content = await attempt(path, () => readAtMost(handle, left));
    if (content === undefined || found.size > left) {
      throw new InvalidAppError(path, `takes the app beyond ${limit} bytes`, "remove what the app does not need");
    }
    return { path, isExecutable: (found.mode & constants.S_IXUSR) !== 0, content };
  } finally {
    await handle.close();
  }
}

/** Reads a whole file, or undefined if it is longer; the size that the system states is not trusted. */
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
