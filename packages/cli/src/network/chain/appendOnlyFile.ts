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

/** A file of lines, each of which is there whole or not at all. */
export class AppendOnlyFile {
  readonly #file: string;
  /** Bytes of the lines that are whole: what is behind them was cut off, and is written over. */
  #length: number;
  /** Lines that could not be written yet. */
  readonly #waiting: string[] = [];

  private constructor(file: string, length: number) {
    this.#file = file;
    this.#length = length;
  }

  /** Begins a new file with its first line, in the place of an older one. Readable by its owner only. */
  static begin(file: string, first: string): AppendOnlyFile {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const draft = `${file}.draft`;
    writeFileSync(draft, `${first}\n`, { mode: 0o600 });
    renameSync(draft, file);
    return new AppendOnlyFile(file, Buffer.byteLength(first) + 1);
  }

  /** Goes on with a file that is there. */
  static open(file: string): AppendOnlyFile {
    return new AppendOnlyFile(file, readFileSync(file).lastIndexOf("\n") + 1);
  }

  /** The whole lines of a file, none when it is not there; one that was cut off by a kill is left out. */
  static linesOf(file: string): string[] {
    return existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(0, -1) : [];
  }

  /** Writes lines down, all or none; those that the disk does not take wait for the next {@link flush}. */
  append(lines: readonly string[]): void {
    this.#waiting.push(...lines);
    try {
      this.flush();
    } catch {
      // Whoever asks for the next change hears of it; what was done already is not undone by that.
    }
  }

  /**
   * Writes down what waits.
   *
   * @throws {@link NetworkError} while the disk does not take it
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
