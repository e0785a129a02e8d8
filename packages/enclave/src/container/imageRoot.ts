import {
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  readSync,
  rmSync,
  type Stats,
} from "node:fs";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { assertContainer } from "./containerError.js";

/** A path in an image, after all links. */
export interface FoundPath {
  /** The absolute path in the image, none of whose existing parts is a link. */
  readonly path: string;
  /** What is there; undefined for nothing. */
  readonly stats: Stats | undefined;
}

/** As in Linux. */
const MAX_LINKS = 40;

/**
 * The root folder of an image, in which paths mean what they mean to the app: absolute links start at the root folder,
 * and nothing leads out of it. Nobody else may change the folder meanwhile.
 */
export class ImageRoot {
  readonly #root: string;

  /** @param root - The folder of the image's files. */
  constructor(root: string) {
    this.#root = root;
  }

  /**
   * Follows a path, which is absolute.
   *
   * @throws `ContainerError` TooManyLinks
   */
  find(path: string): FoundPath {
    const waiting = namesIn(path);
    let found: string[] = [];
    let stats: Stats | undefined = this.#look(found);
    let links = 0;
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      if (name === "..") {
        found = found.slice(0, -1);
        stats = this.#look(found);
        continue;
      }
      const next = stats?.isDirectory() === true ? this.#look([...found, name]) : undefined;
      if (next?.isSymbolicLink() !== true) {
        found = [...found, name];
        stats = next;
        continue;
      }
      links += 1;
      assertContainer(links <= MAX_LINKS, "TooManyLinks", { path });
      const target = readlinkSync(this.#place([...found, name]));
      if (target.startsWith("/")) found = [];
      stats = this.#look(found);
      waiting.unshift(...namesIn(target));
    }
    return { path: `/${found.join("/")}`, stats };
  }

  /**
   * Reads a text file; undefined if there is nothing at its path.
   *
   * @param limit - The most bytes that it may have.
   * @throws `ContainerError` FileTooLarge, TooManyLinks
   */
  readText(path: string, limit: number): string | undefined {
    const found = this.find(path);
    if (found.stats === undefined) return undefined;
    assertContainer(found.stats.isFile() && found.stats.size <= limit, "FileTooLarge", { path, limit });
    const file = openSync(this.#place(namesIn(found.path)), constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const bytes = Buffer.alloc(found.stats.size);
      return bytes.toString("utf8", 0, readSync(file, bytes));
    } finally {
      closeSync(file);
    }
  }

  /**
   * Makes a folder with its parents, unless it is there.
   *
   * @returns The path of the folder in the image.
   * @throws `ContainerError` NotAFolder, TooManyLinks
   */
  makeFolder(path: string, mode = 0o755): string {
    const found = this.find(path);
    const names = namesIn(found.path);
    for (let depth = 1; depth <= names.length; depth++) {
      const place = names.slice(0, depth);
      const stats = this.#look(place);
      if (stats === undefined) mkdirSync(this.#place(place), { mode: depth === names.length ? mode : 0o755 });
      else assertContainer(stats.isDirectory(), "NotAFolder", { path });
    }
    return found.path;
  }

  /** Makes a folder of that name in the root folder itself; a link or a file of that name is removed. */
  makeRealFolder(name: string): void {
    const stats = this.#look([name]);
    if (stats?.isDirectory() === true) return;
    if (stats !== undefined) rmSync(this.#place([name]));
    mkdirSync(this.#place([name]), { mode: 0o755 });
  }

  /**
   * Writes a file, in place of what there is.
   *
   * @throws `ContainerError` NotAFolder, TooManyLinks
   */
  writeText(path: string, content: string): void {
    const found = this.find(path);
    assertContainer(found.stats?.isDirectory() !== true, "NotAFolder", { path });
    const names = namesIn(found.path);
    this.makeFolder(`/${names.slice(0, -1).join("/")}`);
    const place = this.#place(names);
    rmSync(place, { force: true });
    writeFileSync(place, content, { mode: 0o644, flag: "wx" });
  }

  #place(names: readonly string[]): string {
    return join(this.#root, ...names);
  }

  #look(names: readonly string[]): Stats | undefined {
    return lstatSync(this.#place(names), { throwIfNoEntry: false });
  }
}

function namesIn(path: string): string[] {
  return path.split("/").filter((name) => name !== "" && name !== ".");
}
