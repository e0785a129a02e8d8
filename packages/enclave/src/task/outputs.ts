import { constants } from "node:fs";
import { lstat, open, readdir } from "node:fs/promises";
import { basename, join, relative, sep } from "node:path";

import JSZip from "jszip";

import type { ProgramLogs } from "./program.js";

/** The longest file name that a result may contain. */
export const MAX_FILE_NAME_LENGTH = 31;

/** A program that left nothing behind. */
export class EmptyOutputError extends Error {
  override readonly name = "EmptyOutputError";

  constructor() {
    super(
      "The program wrote nothing: make it write its result and computed.json into the folder that IEXEC_OUT names.",
    );
  }
}

/** A result that is larger than allowed. */
export class OutputTooLargeError extends Error {
  override readonly name = "OutputTooLargeError";
  readonly actual: number;
  readonly limit: number;

  constructor(actual: number, limit: number) {
    super(`The program wrote ${actual} bytes where ${limit} are allowed: make it write less.`);
    this.actual = actual;
    this.limit = limit;
  }
}

/** A file whose name is too long for a result. */
export class FileNameTooLongError extends Error {
  override readonly name = "FileNameTooLongError";
  readonly file: string;

  constructor(file: string) {
    const length = basename(file).length;
    super(`The program wrote "${file}", a name of ${length} characters: use at most ${MAX_FILE_NAME_LENGTH}.`);
    this.file = file;
  }
}

/** An entry of the output that is neither a file nor a folder, such as a link. */
export class NotARegularFileError extends Error {
  override readonly name = "NotARegularFileError";
  readonly file: string;

  constructor(file: string, options?: ErrorOptions) {
    const advice = "make it write files and folders only, no links";
    super(`The program left "${file}", which is not a regular file: ${advice}.`, options);
    this.file = file;
  }
}

/** A file or folder of the output without permission to read it. */
export class UnreadableFileError extends Error {
  override readonly name = "UnreadableFileError";
  readonly file: string;

  constructor(file: string, options?: ErrorOptions) {
    super(
      `The program left "${file}", which cannot be read: make it leave the permissions of its files as they are.`,
      options,
    );
    this.file = file;
  }
}

/** A file of a result, with its path within the output folder. */
export interface OutputFile {
  readonly path: string;
  readonly content: Uint8Array;
}

/**
 * Refuses a folder that holds more than `limit` bytes; it is cheap enough to be called while a program runs.
 *
 * @throws {@link OutputTooLargeError}
 */
export async function checkSize(folder: string, limit: number): Promise<void> {
  const files = await listFolder(folder);
  const total = files.reduce((sum, { size }) => sum + size, 0);
  if (total > limit) throw new OutputTooLargeError(total, limit);
}

/**
 * Reads everything that a program left in its output folder, in the order of the paths.
 *
 * @throws {@link EmptyOutputError}, {@link OutputTooLargeError}, {@link FileNameTooLongError},
 * {@link NotARegularFileError}, {@link UnreadableFileError}
 */
export async function readOutput(folder: string, limit: number): Promise<OutputFile[]> {
  const entries = await listFolder(folder);
  for (const { path, isFile } of entries) {
    if (!isFile) throw new NotARegularFileError(path);
    if (basename(path).length > MAX_FILE_NAME_LENGTH) throw new FileNameTooLongError(path);
  }
  await checkSize(folder, limit);
  if (entries.length === 0) throw new EmptyOutputError();

  const files: OutputFile[] = [];
  for (const { path } of entries) files.push({ path, content: await readRegular(folder, path) });
  return files.toSorted(byPath);
}

function byPath(a: OutputFile, b: OutputFile): number {
  return a.path < b.path ? -1 : 1;
}

/** Reads a file only if it still is one: it may have been replaced by a link or a pipe since it was listed. */
async function readRegular(folder: string, path: string): Promise<Uint8Array> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(join(folder, path), flags).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "EACCES") throw new UnreadableFileError(path, { cause });
    throw new NotARegularFileError(path, { cause });
  });
  try {
    if (!(await handle.stat()).isFile()) throw new NotARegularFileError(path);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/** Adds what a program printed to its output, unless it has left files of these names itself. */
export function withLogs(files: readonly OutputFile[], { stdout, stderr }: ProgramLogs): OutputFile[] {
  const printed = Object.entries({ "stdout.txt": stdout, "stderr.txt": stderr })
    .filter(([path, text]) => text !== "" && files.every((file) => file.path !== path))
    .map(([path, text]) => ({ path, content: Buffer.from(text) }));
  return [...files, ...printed].toSorted(byPath);
}

/** Packs the result as it is delivered, `iexec_out.zip`: the same files give the same bytes. */
export async function zipOutput(files: readonly OutputFile[]): Promise<Uint8Array> {
  const zip = new JSZip();
  for (const { path, content } of files) zip.file(path, content, { date: ZIP_EPOCH, createFolders: false });
  return zip.generateAsync({ type: "uint8array", compression: "DEFLATE" });
}

const ZIP_EPOCH = new Date(Date.UTC(1980, 0, 1));

interface Entry {
  readonly path: string;
  readonly isFile: boolean;
  readonly size: number;
}

async function listFolder(folder: string): Promise<Entry[]> {
  if (!(await lstat(folder).catch(() => undefined))?.isDirectory()) return [];
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: Error) => {
    const { code, path = folder } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT") return [];
    throw code === "EACCES" ? new UnreadableFileError(relative(folder, path), { cause }) : cause;
  });
  const entries = await Promise.all(
    found.map(async (entry): Promise<Entry[]> => {
      if (entry.isDirectory()) return [];
      const file = join(entry.parentPath, entry.name);
      const stats = await lstat(file).catch(() => undefined);
      const path = relative(folder, file).split(sep).join("/");
      return stats === undefined ? [] : [{ path, isFile: stats.isFile(), size: stats.size }];
    }),
  );
  return entries.flat();
}
