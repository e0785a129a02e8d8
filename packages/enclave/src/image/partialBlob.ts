import { createHash, type Hash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";

import type { Digest } from "./digest.js";
import { assertImage } from "./imageError.js";

/** Called with the number of bytes downloaded. */
export type ReportBytes = (done: number) => void;

/** A blob of which the first bytes are downloaded. */
export class PartialBlob {
  readonly digest: Digest;
  readonly #size: number;
  readonly #handle: FileHandle;
  readonly #onBytes: ReportBytes | undefined;
  #hash: Hash = createHash("sha256");
  #done = 0;

  private constructor(handle: FileHandle, digest: Digest, size: number, onBytes: ReportBytes | undefined) {
    this.#handle = handle;
    this.digest = digest;
    this.#size = size;
    this.#onBytes = onBytes;
  }

  /** Reads the bytes that the file already has. */
  static async open(
    handle: FileHandle,
    digest: Digest,
    size: number,
    onBytes: ReportBytes | undefined,
  ): Promise<PartialBlob> {
    const partial = new PartialBlob(handle, digest, size, onBytes);
    const { size: found } = await handle.stat();
    if (found > size) await partial.restart();
    const buffer = Buffer.alloc(2 ** 18);
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, partial.#done);
      if (bytesRead === 0) break;
      partial.#hash.update(buffer.subarray(0, bytesRead));
      partial.#done += bytesRead;
    }
    onBytes?.(partial.#done);
    return partial;
  }

  /** The number of bytes downloaded. */
  get done(): number {
    return this.#done;
  }

  get isComplete(): boolean {
    return this.#done === this.#size;
  }

  /** Returns the digest of the bytes downloaded so far. */
  digestNow(): Digest {
    return `sha256:${this.#hash.copy().digest("hex")}`;
  }

  async append(chunk: Uint8Array): Promise<void> {
    this.checkTotal(this.#done + chunk.length, "at most");
    for (let written = 0; written < chunk.length;) {
      const { bytesWritten } = await this.#handle.write(chunk, written, chunk.length - written, this.#done + written);
      written += bytesWritten;
    }
    this.#hash.update(chunk);
    this.#done += chunk.length;
    this.#onBytes?.(this.#done);
  }

  async restart(): Promise<void> {
    await this.#handle.truncate(0);
    this.#hash = createHash("sha256");
    this.#done = 0;
  }

  checkTotal(total: number, comparison: "exactly" | "at most" = "exactly"): void {
    const isRight = comparison === "exactly" ? total === this.#size : total <= this.#size;
    assertImage(isRight, "WrongSize", { what: `the layer ${this.digest}`, stated: this.#size, actual: total });
  }
}
