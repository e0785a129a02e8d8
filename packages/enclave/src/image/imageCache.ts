import { createHash } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { OWNER_FILE, OWNER_FOLDER, ownFolderAlone } from "../files/ownerOnly.js";
import { removeFolder } from "../files/removeFolder.js";
import { sandboxAccount } from "../files/sandboxAccount.js";
import { CacheEntries } from "./cacheEntries.js";
import { digestOf, hexOf, type Digest } from "./digest.js";
import { assertImage, ImageError } from "./imageError.js";
import type { ImageName } from "./imageName.js";
import { readImage, type Architecture, type ContainerImage, type Layer } from "./manifest.js";
import type { RegistryClient } from "./registry.js";
import { RootFolder, UNPACK_LIMITS, type UnpackLimits } from "./rootFolder.js";
import { SharedWork, type WaitOptions } from "./sharedWork.js";
import { unpackLayer } from "./unpack.js";

/** The options of an image cache. */
export interface ImageCacheOptions {
  /** A folder that no other process uses. */
  readonly folder: string;
  readonly registry: RegistryClient;
  readonly architecture: Architecture;
  /** The maximum disk space of images and layers in bytes. Those in use are never removed. */
  readonly maxBytes: number;
  /** The maximum size of one image's layers in the registry, in bytes. */
  readonly maxImageBytes?: number;
  readonly limits?: UnpackLimits;
  /** Refuses an image by throwing, before its layers are downloaded. */
  readonly check?: (image: ContainerImage) => void;
}

/**
 * The progress of an image: how many of its layers' bytes in the registry are downloaded, and then how many are
 * unpacked.
 */
export interface ImageProgress {
  readonly step: "download" | "unpack";
  readonly done: number;
  readonly total: number;
}

/** An image that stays on disk until it is released. */
export interface CachedImage {
  readonly image: ContainerImage;
  /**
   * The root folder of the image's files. Nothing may change in it, since other apps run the same image. Its links may
   * point anywhere, so only the app, whose root it is, may follow them.
   */
  readonly root: string;
  release(): Promise<void>;
}

/** The file that is stored next to an unpacked image. */
interface Note {
  readonly image: ContainerImage;
  readonly bytes: number;
  readonly boot: string;
  /** The number of the account that owns the files, if it was not the one that unpacked them. */
  readonly owner?: number | undefined;
}

/** 16 GiB. */
const MAX_IMAGE_BYTES = 16 * 2 ** 30;
/** The number of an image's layers that are downloaded at the same time. */
const DOWNLOADS = 3;
const READ_BYTES = 2 ** 18;

const LAYERS = "layers";
const PARTIAL = "partial";
const IMAGES = "images";
const TEMPORARY = "temporary";
const NOTE = "image.json";
const ROOT = "root";

/**
 * Returns the size of an image's layers in the registry together, in bytes.
 *
 * @param limit - The most that it may be: 16 GiB by default, as for workers.
 * @throws `ImageError` ImageTooLarge
 */
export function downloadSize({ layers }: Pick<ContainerImage, "layers">, limit = MAX_IMAGE_BYTES): number {
  const total = layers.reduce((sum, { size }) => sum + size, 0);
  const advice = "leave out what the app does not need";
  assertImage(total <= limit, "ImageTooLarge", { what: "bytes in its layers", limit, advice });
  return total;
}

/**
 * A cache of images by their digests. Each image is downloaded, checked and unpacked once, layers are shared, and the
 * least recently used entries are removed when there is too much.
 */
export class ImageCache {
  readonly #options: ImageCacheOptions;
  readonly #entries: CacheEntries;
  readonly #images = new SharedWork<void, ImageProgress>();
  readonly #layers = new SharedWork<void, number>();
  readonly #unpacking = new SharedWork<void, ImageProgress>();
  readonly #boot = bootOf();
  /** The account that runs images has to own them: else an app could not change its own files. */
  readonly #owner = sandboxAccount();

  private constructor(options: ImageCacheOptions) {
    this.#options = options;
    const { folder, maxBytes } = options;
    this.#entries = new CacheEntries(folder, { maxBytes, temporary: TEMPORARY, note: NOTE });
  }

  /** Opens a folder, which may have images and partial layers from earlier. */
  static async open(options: ImageCacheOptions): Promise<ImageCache> {
    const cache = new ImageCache(options);
    const { folder } = options;
    for (const place of ["", LAYERS, PARTIAL, IMAGES]) await ownFolderAlone(join(folder, place));
    await removeFolder(join(folder, TEMPORARY));
    await ownFolderAlone(join(folder, TEMPORARY));
    for (const place of [LAYERS, PARTIAL]) {
      for (const name of await readdir(join(folder, place))) {
        const { size, mtimeMs } = await stat(join(folder, place, name));
        cache.#entries.restore(`${place}/${name}`, { bytes: size, usedAt: mtimeMs });
      }
    }
    for (const name of await readdir(join(folder, IMAGES))) await cache.#find(`${IMAGES}/${name}`);
    await cache.#entries.makeRoom();
    return cache;
  }

  /**
   * Returns an image by its digest; it is fetched from the registry in its name if it is not cached.
   *
   * @throws `ImageError`
   */
  async get(name: ImageName, digest: Digest, options: WaitOptions<ImageProgress> = {}): Promise<CachedImage> {
    const path = `${IMAGES}/${hexOf(digest)}`;
    // Only requests to the same repository share the work: another repository may be slow, or not have the image.
    const source = `${name.registry}/${name.repository}@${digest}`;
    const fetch = (signal: AbortSignal, report: (progress: ImageProgress) => void) =>
      this.#fetch(name, digest, signal, report);
    const letGo = this.#entries.hold(path);
    const release = async () => {
      letGo();
      await this.#entries.makeRoom();
    };
    try {
      if (!this.#entries.has(path)) await this.#images.join(source, fetch, options);
      await this.#entries.touch(path);
      return { image: this.#entries.imageAt(path), root: join(this.#options.folder, path, ROOT), release };
    } catch (error) {
      await release();
      throw error;
    }
  }

  async #fetch(
    name: ImageName,
    digest: Digest,
    signal: AbortSignal,
    report: (progress: ImageProgress) => void,
  ): Promise<void> {
    const { registry, architecture, maxImageBytes: limit } = this.#options;
    const source = {
      readManifest: (wanted: Digest) => registry.readManifest(name, wanted, signal),
      readBlob: (wanted: { digest: Digest; size: number }) => registry.readBlob(name, wanted, signal),
    };
    const image = await readImage(digest, source, architecture);
    const total = downloadSize(image, limit);
    this.#options.check?.(image);

    const releases = image.layers.map((layer) => this.#entries.hold(layerPath(layer)));
    try {
      for (let isLast = false; ; isLast = true) {
        await this.#download(name, image, signal, (done) => report({ step: "download", done, total }));
        const unpack = (ending: AbortSignal, tell: (progress: ImageProgress) => void) =>
          this.#unpack(image, ending, (done) => tell({ step: "unpack", done, total }));
        try {
          await this.#unpacking.join(digest, unpack, { signal, onProgress: report });
          return;
        } catch (error) {
          const damaged = isLast || !(error instanceof ImageError) ? [] : await this.#damagedLayers(image);
          if (damaged.length === 0) throw error;
          for (const layer of damaged) await this.#entries.remove(layerPath(layer));
        }
      }
    } finally {
      for (const release of releases) release();
      await this.#entries.makeRoom();
    }
  }

  async #download(
    name: ImageName,
    { layers }: ContainerImage,
    signal: AbortSignal,
    report: (done: number) => void,
  ): Promise<void> {
    const distinct = [...new Map(layers.map((layer) => [layer.digest, layer])).values()];
    const missing = distinct.filter((layer) => !this.#entries.has(layerPath(layer)));
    await this.#entries.makeRoom(missing.reduce((sum, { size }) => sum + size, 0));

    const done = new Map<Digest, number>();
    const tell = ({ digest }: Layer, bytes: number) => {
      done.set(digest, bytes);
      report(layers.reduce((sum, layer) => sum + (done.get(layer.digest) ?? 0), 0));
    };
    // A layer that fails aborts the others, with its error as the reason.
    const failed = new AbortController();
    const ending = AbortSignal.any([signal, failed.signal]);
    const waiting = [...distinct];
    const work = async () => {
      for (let layer = waiting.shift(); layer !== undefined; layer = waiting.shift()) {
        const current = layer;
        await this.#downloadLayer(name, current, ending, (bytes) => tell(current, bytes));
        tell(current, current.size);
      }
    };
    const workOrFail = async () => {
      try {
        await work();
      } catch (error) {
        failed.abort(error);
      }
    };
    await Promise.all(Array.from({ length: DOWNLOADS }, workOrFail));
    ending.throwIfAborted();
  }

  async #downloadLayer(
    name: ImageName,
    layer: Layer,
    signal: AbortSignal,
    onProgress: (done: number) => void,
  ): Promise<void> {
    const path = layerPath(layer);
    const source = `${name.registry}@${layer.digest}`;
    while (!this.#entries.has(path)) {
      const isAnothers = this.#layers.isRunning(source);
      try {
        await this.#layers.join(source, (ending, tell) => this.#fetchLayer(name, layer, ending, tell), {
          signal,
          onProgress,
        });
      } catch (error) {
        // Another caller's repository may not have the layer.
        if (!isAnothers || signal.aborted) throw error;
      }
    }
    await this.#entries.touch(path);
  }

  async #fetchLayer(
    name: ImageName,
    layer: Layer,
    signal: AbortSignal,
    onBytes: (done: number) => void,
  ): Promise<void> {
    const { folder, registry } = this.#options;
    // A partial download is continued only from the same registry: another may send different bytes.
    const of = hexOf(digestOf(Buffer.from(name.registry))).slice(0, 16);
    const partial = `${PARTIAL}/${hexOf(layer.digest)}-${of}`;
    const release = this.#entries.hold(partial);
    try {
      await registry.downloadBlob(name, layer, join(folder, partial), { signal, onBytes });
      await rename(join(folder, partial), join(folder, layerPath(layer)));
      await this.#entries.remove(partial);
      this.#entries.add(layerPath(layer), layer.size);
    } catch (error) {
      const found = await stat(join(folder, partial)).catch(() => undefined);
      if (found !== undefined) this.#entries.add(partial, found.size);
      throw error;
    } finally {
      release();
    }
  }

  /** Unpacks in a temporary folder, which is renamed when everything in it has been checked. */
  async #unpack(image: ContainerImage, signal: AbortSignal, report: (done: number) => void): Promise<void> {
    const path = `${IMAGES}/${hexOf(image.digest)}`;
    if (this.#entries.has(path)) return;
    const { folder, limits = UNPACK_LIMITS } = this.#options;
    const aside = await mkdtemp(join(folder, TEMPORARY, "image-"));
    try {
      const place = join(aside, ROOT);
      await mkdir(place, { mode: OWNER_FOLDER });
      const root = new RootFolder(place, limits, this.#owner);
      let done = 0;
      for (const [index, layer] of image.layers.entries()) {
        const file = createReadStream(join(folder, layerPath(layer)), { highWaterMark: READ_BYTES });
        const counted = countBytes(file, (bytes) => report((done += bytes)));
        await unpackLayer(counted, layer, index + 1, root, signal);
      }
      await root.finish();
      const note: Note = { image, bytes: root.diskBytes, boot: this.#boot, owner: this.#owner?.uid };
      await writeFile(join(aside, NOTE), JSON.stringify(note), { mode: OWNER_FILE });
      await rename(aside, join(folder, path));
      this.#entries.add(path, note.bytes, image);
    } catch (error) {
      await removeFolder(aside);
      throw error;
    }
  }

  /** Checks whether an image that was unpacked earlier is complete. */
  async #find(path: string): Promise<void> {
    const place = join(this.#options.folder, path);
    try {
      const file = join(place, NOTE);
      const [{ image, bytes, boot, owner }, { mtimeMs }] = [
        JSON.parse(await readFile(file, "utf8")) as Note,
        await stat(file),
      ];
      // A crash of the machine may have lost files that were not on disk yet, so only images of this boot are kept,
      // and only those that the account that runs them owns.
      if (boot === this.#boot && owner === this.#owner?.uid && path.endsWith(hexOf(image.digest))) {
        this.#entries.restore(path, { bytes, usedAt: mtimeMs, image });
        return;
      }
    } catch {
      // An image with an unreadable note is unpacked again.
    }
    await removeFolder(place);
  }

  /** Finds layers that were damaged on disk since they were checked. */
  async #damagedLayers({ layers }: ContainerImage): Promise<Layer[]> {
    const found = layers.map(async (layer) => {
      const hash = createHash("sha256");
      for await (const chunk of createReadStream(join(this.#options.folder, layerPath(layer)))) {
        hash.update(chunk as Uint8Array);
      }
      return `sha256:${hash.digest("hex")}` === layer.digest ? [] : [layer];
    });
    return (await Promise.all(found)).flat();
  }
}

function layerPath({ digest }: Layer): string {
  return `${LAYERS}/${hexOf(digest)}`;
}

async function* countBytes(
  chunks: AsyncIterable<Uint8Array>,
  count: (length: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    yield chunk;
    count(chunk.length);
  }
}

/** Returns an id of the machine's current boot; a constant if the system does not tell. */
function bootOf(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "";
  }
}
