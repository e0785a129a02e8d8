import { randomUUID } from "node:crypto";
import { openAsBlob } from "node:fs";
import { access, chmod, constants, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { PGlite, type PGliteOptions } from "@electric-sql/pglite";

import { closeToOthers, OWNER_FOLDER, ownFolderAlone } from "@poco-marketplace/enclave/files/ownerOnly.js";
import { DatabaseError } from "./DatabaseError.js";

/**
 * An empty database of PGlite, as an archive. To make one takes seconds, and to unpack it tenths of one, so that it is
 * made once and kept with what is installed.
 */
function emptyCluster(): Promise<Blob> {
  return (kept ??= keptOrMade());
}

let kept: Promise<Blob> | undefined;

/** Opens PGlite in memory. */
export async function openInMemory(options: PGliteOptions): Promise<PGlite> {
  return PGlite.create({ ...options, loadDataDir: await emptyCluster() });
}

/**
 * Opens PGlite in a folder. What is made there for the first time is there as a whole or not at all.
 *
 * @throws {@link DatabaseError} for a folder with other things
 */
export async function openInFolder(folder: string, options: PGliteOptions): Promise<PGlite> {
  if (!(await isThere(join(folder, "PG_VERSION")))) {
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

async function keptOrMade(): Promise<Blob> {
  const { version } = JSON.parse(await readFile(inPglite("../package.json"), "utf8")) as { version: string };
  const file = inPglite(`../../../.cache/poco/empty-pglite-${version}.tar`);
  if (await isThere(file, constants.R_OK)) return openAsBlob(file);
  const pglite = await PGlite.create();
  const archive = await pglite.dumpDataDir("none");
  await pglite.close();
  await keep(file, archive);
  return archive;
}

/** The next process need not make it; that of somebody who may not write there makes its own. */
async function keep(file: string, archive: Blob): Promise<void> {
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
function inPglite(path: string): string {
  return fileURLToPath(new URL(path, import.meta.resolve("@electric-sql/pglite")));
}

async function isThere(file: string, how = constants.F_OK): Promise<boolean> {
  return access(file, how).then(
    () => true,
    () => false,
  );
}
