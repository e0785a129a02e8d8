import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

import { NetworkError } from "../networkError.js";

/** A file to which lines are appended, each of them written completely or not at all. */
export class AppendOnlyFile {
  readonly #file: string;
  /** The number of bytes of complete lines; an incomplete line after them is overwritten. */
  #length: number;
  /** The lines that could not be written yet. */
  readonly #waiting: string[] = [];

  private constructor(file: string, length: number) {
    this.#file = file;
    this.#length = length;
  }

  /** Creates a file with its first line, and replaces an older one. Only its owner can read it. */
  static begin(file: string, first: string): AppendOnlyFile {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const draft = `${file}.draft`;
    writeFileSync(draft, `${first}\n`, { mode: 0o600 });
    renameSync(draft, file);
    return new AppendOnlyFile(file, Buffer.byteLength(first) + 1);
  }

  /** Opens an existing file to append to it. */
  static open(file: string): AppendOnlyFile {
    return new AppendOnlyFile(file, readFileSync(file).lastIndexOf("\n") + 1);
  }

  /** Returns the complete lines of a file: none if it does not exist, and not one that a kill cut off. */
  static linesOf(file: string): string[] {
    return existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(0, -1) : [];
  }

  /** Appends lines, all or none. If writing fails, they wait for the next {@link flush}. */
  append(lines: readonly string[]): void {
    this.#waiting.push(...lines);
    try {
      this.flush();
    } catch {
      // The change has already been made, so it does not fail; the next change does, in flush.
    }
  }

  /**
   * Writes the lines that wait.
   *
   * @throws {@link NetworkError} if they cannot be written
   */
  flush(): void {
    if (this.#waiting.length === 0) return;
    const bytes = Buffer.from(this.#waiting.map((line) => `${line}\n`).join(""));
    try {
      this.#write(bytes);
    } catch (cause) {
      const { message } = cause as Error;
      throw new NetworkError(
        `The chain's history cannot be written (${message}), so nothing can be changed: make room for ${this.#file}, ` +
          "and try again. What was done last would be lost if the network stopped now.",
        { cause },
      );
    }
    this.#length += bytes.length;
    this.#waiting.length = 0;
  }

  #write(bytes: Buffer): void {
    const file = openSync(this.#file, "r+");
    try {
      ftruncateSync(file, this.#length);
      for (let done = 0; done < bytes.length;)
        done += writeSync(file, bytes, done, bytes.length - done, this.#length + done);
    } finally {
      closeSync(file);
    }
  }
}
