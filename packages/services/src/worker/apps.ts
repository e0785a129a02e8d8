import type { App } from "@poco-marketplace/enclave/app/appFolder.js";
import type { ImageCache, ImageProgress } from "@poco-marketplace/enclave/image/imageCache.js";
import { ImageError, type ImageErrorName } from "@poco-marketplace/enclave/image/imageError.js";
import { formatImageName, type ImageName } from "@poco-marketplace/enclave/image/imageName.js";
import type { EnclaveApp } from "@poco-marketplace/enclave/runtime/enclaveApp.js";
import type { FetchOptions } from "./fetchFile.js";
import { locationOf } from "./location.js";
import { openPackageStore, type PackageStoreOptions } from "./packageStore.js";
import { publishedDigest, WrongAppError, type PublishedApp } from "./publishedApp.js";
import { retryWhile } from "./retry.js";

/** The time for which a registry that is away is asked again without getting further, in milliseconds. */
const ABSENCE_MS = 30_000;
const AWAY: ReadonlySet<ImageErrorName> = new Set(["RegistryFailed", "RegistryUnreachable", "DownloadStalled"]);

/** The stores of a worker's apps. */
export interface AppStoreOptions {
  readonly packages: PackageStoreOptions;
  /** Undefined on a machine whose processor images are not built for. */
  readonly images: ImageCache | undefined;
}

/** The options for fetching an app. */
export interface AppFetchOptions extends FetchOptions {
  /** Called whenever the download of an image, or its unpacking, is further than before. */
  readonly onProgress?: (progress: ImageProgress) => void;
}

/** An app that stays on disk until it is released. */
export interface FetchedApp {
  readonly app: EnclaveApp;
  /** Lets the app be removed from disk: call it when all enclaves that were started with it have ended. */
  readonly release: () => Promise<void>;
}

/** A store of apps by what was published about them. */
export type AppStore = ReturnType<typeof openAppStore>;

/** Opens a store of apps by what was published about them: each is fetched once. */
export function openAppStore({ packages, images }: AppStoreOptions) {
  const store = openPackageStore(packages);

  async function getImage(
    app: PublishedApp,
    name: ImageName,
    { signal, onProgress }: AppFetchOptions,
  ): Promise<FetchedApp> {
    const digest = publishedDigest(app, name);
    if (images === undefined) {
      const problem = `is the image ${formatImageName(name)}, and images are not built for this worker's processor`;
      throw new WrongAppError(app.address, `${problem} (${process.arch})`, "choose another pool");
    }
    // The furthest that the download has been, in bytes, and when it came there.
    let [furthest, furthestAt] = [-1, performance.now()];
    const onFurther = (progress: ImageProgress) => {
      const { step, done, total } = progress;
      const place = step === "download" ? done : total + done;
      if (place <= furthest) return;
      [furthest, furthestAt] = [place, performance.now()];
      onProgress?.(progress);
    };
    const image = await retryWhile(() => images.get(name, digest, { signal, onProgress: onFurther }), {
      isPassing: (error) => isAway(error) && performance.now() - furthestAt < ABSENCE_MS,
      forMs: Number.POSITIVE_INFINITY,
      signal,
    });
    return { app: { kind: "image", image }, release: () => image.release() };
  }

  return {
    /**
     * Returns an app that is ready to run, and is what was published: a package by its checksum and its measurement, an
     * image by its digest.
     *
     * @throws {@link WrongAppError}, `FetchFailedError`, `UnknownLocationError`, `ImageError`, the errors of `unpackApp`
     */
    async get(app: PublishedApp, options: AppFetchOptions): Promise<FetchedApp> {
      const location = locationOf(app.multiaddr);
      if (location.kind === "image") return getImage(app, location.name, options);
      return packaged(await store.get(app, location, options));
    },
  };
}

function isAway(error: unknown): boolean {
  return error instanceof ImageError && AWAY.has(error.reason);
}

/** Returns a packed app, which is in memory. */
export function packaged(app: App): FetchedApp {
  return { app: { kind: "package", app }, release: () => Promise.resolve() };
}
