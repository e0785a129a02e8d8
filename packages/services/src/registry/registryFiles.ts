import { createHash, randomUUID } from "node:crypto";
import { constants, createReadStream } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { OWNER_FILE, OWNER_FOLDER, ownFolderAlone } from "@poco-marketplace/enclave/files/ownerOnly.js";
import { digestOf, hexOf, isDigest, type Digest } from "@poco-marketplace/enclave/image/digest.js";

/** A push for which the registry has no room. */
export class RegistryFullError extends Error {
  override readonly name = "RegistryFullError";

  constructor(limit: number) {
    super(`The registry may hold ${limit} bytes, and this would be more: raise the limit, or empty its folder.`);
  }
}

/** A manifest as it was pushed. */
export interface StoredManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * The contents of a registry in a folder: blobs by their digests, the tags and manifests of repositories, and
 * unfinished uploads. All repositories share the blobs, and a blob gets its name when it is complete.
 */
export class RegistryFiles {
  readonly #folder: string;
  readonly #maxBytes: number;
  /** The size of all blobs and uploads. */
  #bytes = 0;

  private constructor(folder: string, maxBytes: number) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
  }

  /** Opens a folder; unfinished uploads are dropped. */
  static async open(folder: string, maxBytes: number): Promise<RegistryFiles> {
    const files = new RegistryFiles(folder, maxBytes);
    await ownFolderAlone(folder);
    await rm(join(folder, "uploads"), { recursive: true, force: true });
    for (const place of ["blobs", "repositories", "uploads"]) await ownFolderAlone(join(folder, place));
    for (const name of await readdir(join(folder, "blobs"))) {
      files.#bytes += (await stat(join(folder, "blobs", name))).size;
    }
    return files;
  }

  /** Returns the size of a blob in bytes, if it exists. */
  async sizeOf(digest: Digest): Promise<number | undefined> {
    const found = await stat(this.#blob(digest)).catch(() => undefined);
    return found?.size;
  }

  read(digest: Digest, start = 0): AsyncIterable<Uint8Array> {
    return createReadStream(this.#blob(digest), { start });
  }

  /** Begins an upload. */
  async begin(): Promise<string> {
    const upload = randomUUID();
    await writeFile(this.#upload(upload), "", { mode: OWNER_FILE });
    return upload;
  }

  /** Returns the number of bytes received of an upload, if it is in progress. */
  async lengthOf(upload: string): Promise<number | undefined> {
    if (!UUID.test(upload)) return undefined;
    return (await stat(this.#upload(upload)).catch(() => undefined))?.size;
  }

  /** @throws {@link RegistryFullError}, after which the upload is dropped */
  async append(upload: string, body: AsyncIterable<Uint8Array>): Promise<number> {
    const handle = await open(this.#upload(upload), constants.O_WRONLY | constants.O_APPEND);
    try {
      for await (const chunk of body) {
        if (this.#bytes + chunk.length > this.#maxBytes) {
          await this.giveUp(upload);
          throw new RegistryFullError(this.#maxBytes);
        }
        this.#bytes += chunk.length;
        await handle.write(chunk);
      }
      return (await handle.stat()).size;
    } finally {
      await handle.close();
    }
  }

  /** Ends an upload, which becomes a blob if it has the digest. @returns Whether it has. */
  async finish(upload: string, digest: Digest): Promise<boolean> {
    const file = this.#upload(upload);
    const hash = createHash("sha256");
    for await (const chunk of createReadStream(file) as AsyncIterable<Uint8Array>) hash.update(chunk);
    const isRight = `sha256:${hash.digest("hex")}` === digest;
    if (isRight && (await this.sizeOf(digest)) === undefined) await rename(file, this.#blob(digest));
    else await this.giveUp(upload);
    return isRight;
  }

  async giveUp(upload: string): Promise<void> {
    this.#bytes -= (await this.lengthOf(upload)) ?? 0;
    await rm(this.#upload(upload), { force: true });
  }

  /**
   * Stores a manifest under its digest, and under a tag if there is one.
   *
   * @throws {@link RegistryFullError}
   */
  async keepManifest(repository: string, bytes: Buffer, mediaType: string, tag?: string): Promise<Digest> {
    const digest = digestOf(bytes);
    const isNew = (await this.sizeOf(digest)) === undefined;
    if (isNew && this.#bytes + bytes.length > this.#maxBytes) throw new RegistryFullError(this.#maxBytes);
    await this.#write(this.#blob(digest), bytes);
    if (isNew) this.#bytes += bytes.length;
    await this.#write(join(this.#repository(repository), "manifests", hexOf(digest)), mediaType);
    if (tag !== undefined) await this.#write(join(this.#repository(repository), "tags", tag), digest);
    return digest;
  }

  /** @param reference A tag or a digest. */
  async manifest(repository: string, reference: string): Promise<StoredManifest | undefined> {
    try {
      const folder = this.#repository(repository);
      const digest = isDigest(reference) ? reference : await readFile(join(folder, "tags", reference), "utf8");
      if (!isDigest(digest)) return undefined;
      const mediaType = await readFile(join(folder, "manifests", hexOf(digest)), "utf8");
      return { digest, mediaType, bytes: await readFile(this.#blob(digest)) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  async tags(repository: string): Promise<string[] | undefined> {
    const found = await readdir(join(this.#repository(repository), "tags")).catch(() => undefined);
    return found?.toSorted();
  }

  async #write(file: string, content: string | Buffer): Promise<void> {
    await mkdir(join(file, ".."), { recursive: true, mode: OWNER_FOLDER });
    const aside = this.#upload(randomUUID());
    await writeFile(aside, content, { mode: OWNER_FILE });
    await rename(aside, file);
  }

  #blob(digest: Digest): string {
    return join(this.#folder, "blobs", hexOf(digest));
  }

  #upload(upload: string): string {
    return join(this.#folder, "uploads", upload);
  }

  /** Slashes in a repository's name are escaped: as folders, `a/tags` would clash with the tags of `a`. */
  #repository(repository: string): string {
    return join(this.#folder, "repositories", repository.replaceAll("/", "%2F"));
  }
}
