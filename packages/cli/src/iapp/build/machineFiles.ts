import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { lstat, readdir, readlink, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import type { NewEntry } from "@poco-marketplace/enclave/image/build/tarWriter.js";
import { BuildError } from "./buildError.js";

const CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";

/** The variables that every base has. */
export const BASE_ENVIRONMENT: ReadonlyMap<string, string> = new Map([
  ["PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
  ["SSL_CERT_FILE", CERTIFICATES],
]);

/** Returns the entry of a file of this machine at a path in the image; of a link, the file that it leads to. */
export async function fileEntry(path: string, file: string): Promise<NewEntry> {
  const { size, mode } = await stat(file);
  const isExecutable = (mode & 0o111) !== 0;
  return { path, kind: "file", mode: isExecutable ? 0o755 : 0o644, content: { file, size } };
}

/** Returns the entry of a file or a link of this machine at a path in the image. */
export async function entryOf(path: string, file: string): Promise<NewEntry> {
  const isLink = (await lstat(file)).isSymbolicLink();
  return isLink ? { path, kind: "link", target: await readlink(file) } : fileEntry(path, file);
}

/** Returns the files that every base has: accounts, certificates, a folder for temporary files. */
export async function skeleton(): Promise<NewEntry[]> {
  return [
    textEntry("etc/passwd", "root:x:0:0:root:/root:/sbin/nologin\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n"),
    textEntry("etc/group", "root:x:0:\nnogroup:x:65534:\n"),
    textEntry("etc/nsswitch.conf", "hosts: files dns\n"),
    { path: "root", kind: "folder", mode: 0o700 },
    { path: "tmp", kind: "folder", mode: 0o1777 },
    ...(existsSync(CERTIFICATES) ? [await fileEntry(CERTIFICATES.slice(1), CERTIFICATES)] : []),
  ];
}

function textEntry(path: string, content: string): NewEntry {
  return { path, kind: "file", content: Buffer.from(content) };
}

/**
 * Returns the shared libraries that programs and libraries of this machine need, at the paths where they are looked for.
 *
 * @throws {@link BuildError} if one is missing
 */
export async function sharedLibraries(files: readonly string[]): Promise<NewEntry[]> {
  const { stdout } = await promisify(execFile)("ldd", [...files], { maxBuffer: 2 ** 26 }).catch((cause: unknown) => {
    // A program without shared libraries is an error for ldd.
    const { stdout: said = "", stderr = "" } = cause as { stdout?: string; stderr?: string };
    if (/not a dynamic executable|statically linked/.test(said + stderr)) return { stdout: said };
    throw new BuildError("The shared libraries of this machine cannot be listed: install ldd (libc-bin).", { cause });
  });
  const missing = /^\s*(\S+) => not found/m.exec(stdout)?.[1];
  if (missing !== undefined)
    throw new BuildError(`The shared library ${missing} is missing on this machine: install it.`);
  const paths = new Set([...stdout.matchAll(/^\s*(?:\S+ => )?(\/\S+) \(0x/gm)].map(([, path]) => path!));
  return Promise.all([...paths].toSorted().map(async (path) => fileEntry(path.slice(1), await realpath(path))));
}

/** Returns the paths of all files and links in a folder, without those that are left out. */
export async function filesIn(folder: string, isLeftOut: (path: string) => boolean, prefix = ""): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(join(folder, prefix), { withFileTypes: true })) {
    const path = prefix === "" ? entry.name : `${prefix}/${entry.name}`;
    if (isLeftOut(path)) continue;
    if (entry.isDirectory()) found.push(...(await filesIn(folder, isLeftOut, path)));
    else found.push(path);
  }
  return found.toSorted();
}

/**
 * Sorts entries by path, and adds the folders that they are in. Of two entries for a path, the last one counts.
 */
export function withFolders(entries: readonly NewEntry[]): NewEntry[] {
  const byPath = new Map<string, NewEntry>();
  for (const { path } of entries) {
    const parts = path.split("/").slice(0, -1);
    for (const [index] of parts.entries()) {
      const folder = parts.slice(0, index + 1).join("/");
      byPath.set(folder, { path: folder, kind: "folder" });
    }
  }
  for (const entry of entries) byPath.set(entry.path, entry);
  return [...byPath.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
