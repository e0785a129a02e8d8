import { randomUUID } from "node:crypto";
import { openAsBlob } from "node:fs";
import { access, chmod, constants, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { PGlite, type PGliteOptions } from "@electric-sql/pglite";

import { closeToOthers, OWNER_FOLDER, ownFolderAlone } from "@poco-marketplace/enclave/files/ownerOnly.js";
import { DatabaseError } from "./DatabaseError.js";

/**
 * An empty database of PGlite, as an archive. Making one takes seconds, and unpacking it tenths of one, so that it is made
 * once and cached beside the installed packages.
 */
function emptyCluster(): Promise<Blob> {
  return (cluster ??= readOrMakeCluster());
}

let cluster: Promise<Blob> | undefined;

/** Opens PGlite in memory. */
export async function openInMemory(options: PGliteOptions): Promise<PGlite> {
  return PGlite.create({ ...options, loadDataDir: await emptyCluster() });
}

/**
 * Opens PGlite in a folder. A new database is made there as a whole or not at all.
 *
 * @throws {@link DatabaseError} for a folder with other things
 */
export async function openInFolder(folder: string, options: PGliteOptions): Promise<PGlite> {
  if (!(await exists(join(folder, "PG_VERSION")))) {
    await mkdir(folder, { recursive: true, mode: OWNER_FOLDER });
    if ((await readdir(folder)).length > 0)
      throw new DatabaseError(`${folder} holds files, but no database: give another folder, or an empty one.`);
    const draft = `${folder}.draft`;
    await rm(draft, { recursive: true, force: true });
    const made = await PGlite.create(draft, { loadDataDir: await emptyCluster() });
    await made.close();
    await rename(draft, folder);
  }
  await ownFolderAlone(folder);
  const opened = await PGlite.create(folder, options);
  // PGlite unpacks files that anybody may write, and makes some that all may read whenever it starts.
  await closeToOthers(folder);
  return opened;
}

async function readOrMakeCluster(): Promise<Blob> {
  const { version } = JSON.parse(await readFile(pathInPglite("../package.json"), "utf8")) as { version: string };
  const file = pathInPglite(`../../../.cache/poco/empty-pglite-${version}.tar`);
  if (await exists(file, constants.R_OK)) return openAsBlob(file);
  const pglite = await PGlite.create();
  const archive = await pglite.dumpDataDir("none");
  await pglite.close();
  await cache(file, archive);
  return archive;
}

/** Caches the archive for the next process. An account that may not write there makes its own each time. */
async function cache(file: string, archive: Blob): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(draft, archive.stream());
    // There is nothing in it, and other accounts that run what is installed here need not make one.
    await chmod(draft, 0o644);
    await rename(draft, file);
  } catch {
    await rm(draft, { force: true });
  }
}

/** A path from PGlite's module. */
function pathInPglite(path: string): string {
  return fileURLToPath(new URL(path, import.meta.resolve("@electric-sql/pglite")));
}

async function exists(file: string, mode = constants.F_OK): Promise<boolean> {
  return access(file, mode).then(
    () => true,
    () => false,
  );
}
