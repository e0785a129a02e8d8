import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  futimesSync,
  lchownSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeSync,
  type Stats,
} from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";

import type { HostAccount } from "../files/sandboxAccount.js";
import { assertImage, ImageError } from "./imageError.js";
import type { TarEntry } from "./tarReader.js";

/** The limits of an unpacked image. */
export interface UnpackLimits {
  /** The maximum size of all layers as uncompressed tar files, in bytes. */
  readonly maxBytes: number;
  readonly maxFileBytes: number;
  /** The maximum number of entries of all layers. */
  readonly maxEntries: number;
  /** The maximum number of characters in the paths of all layers, which are kept in memory. */
  readonly maxPathCharacters: number;
}

/** The default limits: 32 GiB in 500,000 entries, no file of more than 16 GiB, and 64 MiB of paths. */
export const UNPACK_LIMITS: UnpackLimits = {
  maxBytes: 32 * 2 ** 30,
  maxFileBytes: 16 * 2 ** 30,
  maxEntries: 500_000,
  maxPathCharacters: 64 * 2 ** 20,
};

/**
 * The maximum bytes of a path, which has to fit into 4,096 together with the root folder, and of a name, as in file
 * systems.
 */
const MAX_PATH_BYTES = 2048;
const MAX_NAME_BYTES = 255;
const MAX_TARGET_BYTES = 4095;
/** Files up to this size are written in one call. */
const SMALL_FILE_BYTES = 2 ** 18;
/** Disk space is allocated in multiples of this. */
const DISK_BLOCK = 4096;

const WHITEOUT = ".wh.";
const OPAQUE = ".wh..wh..opq";
/** The prefix of files that AUFS uses for itself. */
const BOOKKEEPING = ".wh..wh.";

/** The permissions that are kept, without setuid and setgid, and those that the owner always gets. */
const FILE_MODE = { kept: 0o777, added: 0o600 };
const FOLDER_MODE = { kept: 0o1777, added: 0o700 };

/**
 * The folder into which the layers of an image are unpacked, one after the other. No link is followed on the way to an
 * entry, so nothing outside the folder is written, changed or removed.
 *
 * One account owns all files; owners in the image are ignored. As in rootless container engines, devices are
 * skipped: they cannot be created, and a container gets its own `/dev`. Pipes are skipped because Node cannot create
 * them.
 */
export class RootFolder {
  readonly #root: string;
  readonly #limits: UnpackLimits;
  readonly #owner: HostAccount | undefined;
  #layer = 0;
  #bytes = 0;
  #entries = 0;
  #pathCharacters = 0;
  #diskBytes = 0;
  #skipped = 0;
  /** Paths in this layer, with their parent folders. */
  #paths = new Set<string>();
  /** Paths that are known to be folders, not links. */
  #folders = new Set<string>();
  /** Modification times of folders, which are set when all layers are unpacked. */
  readonly #times = new Map<string, number>();

  /**
   * @param root - An empty folder that nothing else writes to.
   * @param owner - The account that owns all files, if it is not this process's; only root may give files away.
   */
  constructor(root: string, limits: UnpackLimits = UNPACK_LIMITS, owner?: HostAccount) {
    this.#root = root;
    this.#limits = limits;
    this.#owner = owner;
    this.#giveAway(root);
  }

  /** The maximum disk space of the entries so far, in bytes. */
  get diskBytes(): number {
    return this.#diskBytes;
  }

  /** The number of skipped devices and pipes. */
  get skipped(): number {
    return this.#skipped;
  }

  /** Begins the next layer, whose whiteouts remove entries of the layers before. */
  beginLayer(): void {
    this.#layer += 1;
    this.#paths = new Set([""]);
    this.#folders = new Set([""]);
  }

  /** @throws `ImageError` ImageTooLarge when the layers have more bytes than allowed */
  countBytes(length: number): void {
    this.#bytes += length;
    const { maxBytes: limit } = this.#limits;
    const advice = "leave out what the app does not need";
    assertImage(this.#bytes <= limit, "ImageTooLarge", { what: "bytes when it is unpacked", limit, advice });
  }

  /**
   * Unpacks an entry.
   *
   * @throws `ImageError` UnsafeEntry, ImageTooLarge, NoSpace
   */
  async add(entry: TarEntry): Promise<void> {
    this.#entries += 1;
    const { maxEntries: limit } = this.#limits;
    const advice = "leave out what the app does not need";
    assertImage(this.#entries <= limit, "ImageTooLarge", { what: "entries", limit, advice });
    try {
      await this.#place(entry);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOSPC" || code === "EDQUOT")
        throw new ImageError("NoSpace", { folder: this.#root }, { cause: error });
      if (code === "EMLINK") throw this.#refuse(entry.name, "has more hard links than a file can have");
      throw error;
    }
  }

  /** Sets the modification times of folders when all layers are unpacked. */
  async finish(): Promise<void> {
    const waiting = [""];
    for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
      const path = join(this.#root, folder);
      for (const found of await readdir(path, { withFileTypes: true })) {
        if (found.isDirectory()) waiting.push(folder === "" ? found.name : `${folder}/${found.name}`);
      }
      const time = this.#times.get(folder) ?? 0;
      utimesSync(path, time, time);
    }
  }

  async #place(entry: TarEntry): Promise<void> {
    const names = this.#split(entry.name, entry.name, "");
    const name = names.at(-1) ?? "";
    if (names.slice(0, -1).some((one) => one.startsWith(WHITEOUT))) {
      throw this.#refuse(entry.name, `lies in a folder whose name begins with "${WHITEOUT}"`);
    }
    if (name.startsWith(WHITEOUT)) return this.#whiteOut(entry.name, names);
    if (name === "" && entry.kind !== "folder") throw this.#refuse(entry.name, "is the root and no folder");

    this.#enter(entry.name, names.slice(0, -1), "make");
    const path = names.join("/");
    switch (entry.kind) {
      case "folder":
        return this.#addFolder(path, entry);
      case "file":
        return this.#addFile(path, entry);
      case "link":
        return this.#addLink(path, entry);
      case "hardLink":
        return this.#addHardLink(path, entry);
      case "device":
      case "pipe":
        this.#makeRoom(path);
        this.#skipped += 1;
    }
  }

  #addFolder(path: string, { mode, mtime }: TarEntry): void {
    const place = join(this.#root, path);
    if (path !== "" && !this.#lookAt(path)?.isDirectory()) {
      this.#makeRoom(path);
      mkdirSync(place, FOLDER_MODE.added);
      this.#giveAway(place);
      this.#diskBytes += DISK_BLOCK;
    }
    chmodSync(place, (mode & FOLDER_MODE.kept) | FOLDER_MODE.added);
    this.#times.set(path, timeOf(mtime));
    this.#note(path);
    this.#folders.add(path);
  }

  async #addFile(path: string, { name, mode, mtime, size, body }: TarEntry): Promise<void> {
    if (name.endsWith("/")) throw this.#refuse(name, "is a file with the name of a folder");
    const { maxFileBytes: limit } = this.#limits;
    assertImage(size <= limit, "ImageTooLarge", {
      what: `bytes in the file ${JSON.stringify(path.slice(0, 200))}`,
      limit,
      advice: "make that file smaller",
    });
    this.#makeRoom(path);
    const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
    const file = openSync(join(this.#root, path), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, FILE_MODE.added);
    try {
      if (size <= SMALL_FILE_BYTES) writeAll(file, await body.whole());
      else for await (const piece of body.pieces()) writeAll(file, piece);
      if (this.#owner !== undefined) fchownSync(file, this.#owner.uid, this.#owner.gid);
      fchmodSync(file, (mode & FILE_MODE.kept) | FILE_MODE.added);
      futimesSync(file, timeOf(mtime), timeOf(mtime));
    } finally {
      closeSync(file);
    }
    this.#diskBytes += Math.ceil(size / DISK_BLOCK) * DISK_BLOCK;
    this.#note(path);
  }

  /** The target of a link is not checked: only the app follows links, within this root folder. */
  #addLink(path: string, { name, linkname, mtime }: TarEntry): void {
    const length = Buffer.byteLength(linkname);
    if (length === 0 || length > MAX_TARGET_BYTES || linkname.includes("\0")) {
      throw this.#refuse(name, `is a link to a name of ${length} bytes`);
    }
    this.#makeRoom(path);
    symlinkSync(linkname, join(this.#root, path));
    this.#giveAway(join(this.#root, path));
    lutimesSync(join(this.#root, path), timeOf(mtime), timeOf(mtime));
    this.#diskBytes += DISK_BLOCK;
    this.#note(path);
  }

  #addHardLink(path: string, { name, linkname }: TarEntry): void {
    const shown = JSON.stringify(linkname.slice(0, 200));
    const names = this.#split(linkname, name, `is a hard link to ${shown}, which `);
    const target = names.join("/");
    if (target === path || target.startsWith(`${path}/`)) throw this.#refuse(name, "is a hard link to itself");
    const isThere = this.#enter(name, names.slice(0, -1), "find", `is a hard link to ${shown}, which `);
    const found = isThere ? this.#lookAt(target) : undefined;
    if (found === undefined) throw this.#refuse(name, `is a hard link to ${shown}, which is not there`);
    if (found.isDirectory()) throw this.#refuse(name, `is a hard link to ${shown}, which is a folder`);
    this.#makeRoom(path);
    // Neither path is followed if it is a link: the link itself gets another name.
    linkSync(join(this.#root, target), join(this.#root, path));
    this.#note(path);
  }

  /** Removes an entry of the layers below by its name, but nothing from this layer. */
  #whiteOut(entryName: string, names: readonly string[]): void {
    const [folders, name] = [names.slice(0, -1), names.at(-1)!];
    if (name.startsWith(BOOKKEEPING) && name !== OPAQUE) return;
    const removed = name.slice(WHITEOUT.length);
    if (removed === "" || removed === "." || removed === "..") {
      throw this.#refuse(entryName, "removes what has no name");
    }
    if (!this.#enter(entryName, folders, "remove")) return;
    const folder = folders.join("/");
    if (name === OPAQUE) this.#removeOlderIn(folder);
    else this.#removeOlder(folder === "" ? removed : `${folder}/${removed}`);
  }

  #removeOlder(path: string): void {
    const found = this.#lookAt(path);
    if (found === undefined) return;
    if (!this.#paths.has(path)) this.#remove(path, found);
    else if (found.isDirectory()) this.#removeOlderIn(path);
  }

  #removeOlderIn(folder: string): void {
    for (const name of readdirSync(join(this.#root, folder))) {
      this.#removeOlder(folder === "" ? name : `${folder}/${name}`);
    }
  }

  /**
   * Walks to a folder from the root through folders that are no links; with the purpose `make`, missing folders are
   * created.
   *
   * @param about - The beginning of the sentence of an error.
   * @returns Whether all folders exist.
   */
  #enter(entryName: string, names: readonly string[], purpose: "make" | "find" | "remove", about = ""): boolean {
    let folder = "";
    for (const name of names) {
      folder = folder === "" ? name : `${folder}/${name}`;
      if (this.#folders.has(folder)) continue;
      const found = this.#lookAt(folder);
      if (found !== undefined && !found.isDirectory() && purpose === "remove" && this.#paths.has(folder)) {
        // A file took the place of a folder, and everything in the folder is gone.
        return false;
      }
      if (found?.isSymbolicLink())
        throw this.#refuse(entryName, `${about}lies below the link ${JSON.stringify(folder)}`);
      if (found !== undefined && !found.isDirectory()) {
        throw this.#refuse(entryName, `${about}lies below the file ${JSON.stringify(folder)}`);
      }
      if (purpose !== "make") {
        if (found === undefined) return false;
        continue;
      }
      if (found === undefined) {
        mkdirSync(join(this.#root, folder));
        chmodSync(join(this.#root, folder), 0o755);
        this.#giveAway(join(this.#root, folder));
        this.#diskBytes += DISK_BLOCK;
        this.#times.delete(folder);
      }
      this.#note(folder);
      this.#folders.add(folder);
    }
    return true;
  }

  /** Removes the entry at a path, if there is one. */
  #makeRoom(path: string): void {
    const found = this.#lookAt(path);
    if (found !== undefined) this.#remove(path, found);
  }

  #remove(path: string, found: Stats): void {
    if (!found.isDirectory()) return unlinkSync(join(this.#root, path));
    rmSync(join(this.#root, path), { recursive: true });
    this.#folders = new Set([""]);
  }

  #giveAway(place: string): void {
    if (this.#owner !== undefined) lchownSync(place, this.#owner.uid, this.#owner.gid);
  }

  #lookAt(path: string): Stats | undefined {
    // During the first layer, only entries of that layer exist.
    if (this.#layer === 1 && !this.#paths.has(path)) return undefined;
    return lstatSync(join(this.#root, path), { throwIfNoEntry: false });
  }

  /** Records a path of this layer. */
  #note(path: string): void {
    if (this.#paths.has(path)) return;
    this.#paths.add(path);
    this.#pathCharacters += path.length;
    const { maxPathCharacters: limit } = this.#limits;
    const advice = "leave out what the app does not need";
    assertImage(this.#pathCharacters <= limit, "ImageTooLarge", {
      what: "characters in the paths of its files",
      limit,
      advice,
    });
  }

  /**
   * Splits a path into names from the root.
   *
   * @param about - The beginning of the sentence of an error.
   */
  #split(path: string, entryName: string, about: string): string[] {
    if (path.startsWith("/")) throw this.#refuse(entryName, `${about}has an absolute path`);
    if (path === "" || path.includes("\0")) throw this.#refuse(entryName, `${about}has no name`);
    if (Buffer.byteLength(path) > MAX_PATH_BYTES) {
      throw this.#refuse(entryName, `${about}has a path of more than ${MAX_PATH_BYTES} bytes`);
    }
    const names = path.split("/").filter((name) => name !== "" && name !== ".");
    if (names.includes("..")) throw this.#refuse(entryName, `${about}leads out of its folder`);
    if (names.some((name) => Buffer.byteLength(name) > MAX_NAME_BYTES)) {
      throw this.#refuse(entryName, `${about}has a name of more than ${MAX_NAME_BYTES} bytes`);
    }
    return names;
  }

  #refuse(path: string, problem: string): ImageError<"UnsafeEntry"> {
    return new ImageError("UnsafeEntry", { layer: this.#layer, path, problem });
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
}

/** Limits a time to what file systems support. */
function timeOf(mtime: number): number {
  return Math.min(Math.max(mtime, 0), 2 ** 32 - 1);
}
