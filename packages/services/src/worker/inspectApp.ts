import { ZeroAddress, type Provider } from "ethers";

import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { PrivateAddressError } from "@poco-marketplace/enclave/network/reach.js";
import { downloadSize } from "@poco-marketplace/enclave/image/imageCache.js";
import { ImageError, isPassing, type ImageErrorName } from "@poco-marketplace/enclave/image/imageError.js";
import type { ImageName } from "@poco-marketplace/enclave/image/imageName.js";
import { readImage, type Architecture } from "@poco-marketplace/enclave/image/manifest.js";
import { RegistryClient, type RegistryOptions } from "@poco-marketplace/enclave/image/registry.js";
import { networkOfImage } from "@poco-marketplace/enclave/runtime/enclaveApp.js";
import { IPoco__factory } from "@poco-marketplace/sdk/typechain.js";
import { FetchFailedError } from "./fetchFile.js";
import { locationOf, UnknownLocationError } from "./location.js";
import { openPackageStore } from "./packageStore.js";
import { publishedDigest, readPublishedApp, WrongAppError, type PublishedApp } from "./publishedApp.js";

/** The options of an inspector of apps. */
export interface InspectorOptions {
  readonly provider: Provider;
  readonly hub: Address;
  /** A folder for packages that nothing else uses. */
  readonly folder: string;
  /** The origin of the content store. */
  readonly gateway: string;
  /** The registries in which it looks for images. */
  readonly registries?: RegistryOptions;
}

/** The maximum disk space of packages, in bytes. */
const MAX_BYTES = 2 ** 30;
/** The time limit for fetching a package or the documents of an image, in milliseconds. */
const TIMEOUT_MS = 60_000;
/** The time for which an image that can be run is not looked at again, in milliseconds. */
const KNOWN_MS = 3_600_000;
const MOST_KNOWN = 10_000;
/** The processors that workers may have. */
const ARCHITECTURES: readonly Architecture[] = ["amd64", "arm64"];
const OTHER_PLATFORM: ReadonlySet<ImageErrorName> = new Set(["NoSuchPlatform", "WrongPlatform"]);
/** Reasons that do not hold for a worker with an account at the registry, or in its network. */
const FOR_THIS_MACHINE: ReadonlySet<ImageErrorName> = new Set(["ImagePrivate", "PrivateRegistry"]);

/**
 * Opens an inspector that checks apps as a worker does before it runs them: whether the package can be fetched, has the
 * published checksum, and has the published measurement. Of an image only the documents are read, no layers.
 *
 * @returns A function that explains why no worker can run an app, in a public sentence without its full stop; undefined
 * if workers can run it, or if it may be in a content store or a registry that is away now.
 */
export function openAppInspector({ provider, hub, folder, gateway, registries = {} }: InspectorOptions) {
  const packages = openPackageStore({ folder, maxBytes: MAX_BYTES });
  const registry = new RegistryClient(registries);
  /** When images were found to be runnable: registries limit how often they are asked, and workers ask the same ones. */
  const runnable = new Map<string, number>();

  async function look(published: PublishedApp, signal: AbortSignal): Promise<void> {
    const location = locationOf(published.multiaddr);
    if (location.kind === "image") {
      const image = `${published.multiaddr} ${published.checksum}`;
      if (performance.now() - (runnable.get(image) ?? Number.NEGATIVE_INFINITY) < KNOWN_MS) return;
      await lookAtImage(published, location.name, registry, signal);
      if (runnable.size >= MOST_KNOWN) runnable.clear();
      runnable.set(image, performance.now());
      return;
    }
    const options = { gateway, maxBytes: MAX_BYTES, privateHosts: "refused", signal } as const;
    await packages.get(published, location, options);
  }

  return async (address: Address): Promise<string | undefined> => {
    const { owner } = await IPoco__factory.connect(hub, provider).viewApp(address);
    if (owner === ZeroAddress) return `app ${address} is not registered`;
    const published = await readPublishedApp(address, provider);
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    try {
      await look(published, signal);
      return undefined;
    } catch (error) {
      return signal.aborted ? undefined : explain(address, error as Error);
    }
  };
}

/** Reads the documents of an image, for the first processor for which it is there. */
async function lookAtImage(
  published: PublishedApp,
  name: ImageName,
  registry: RegistryClient,
  signal: AbortSignal,
): Promise<void> {
  const digest = publishedDigest(published, name);
  const source = {
    readManifest: (wanted: typeof digest) => registry.readManifest(name, wanted, signal),
    readBlob: (wanted: { digest: typeof digest; size: number }) => registry.readBlob(name, wanted, signal),
  };
  for (const [place, architecture] of ARCHITECTURES.entries()) {
    try {
      const image = await readImage(digest, source, architecture);
      // Workers refuse these before they download any layer.
      downloadSize(image);
      networkOfImage(image);
      return;
    } catch (error) {
      const isOther = error instanceof ImageError && OTHER_PLATFORM.has(error.reason);
      if (!isOther || place === ARCHITECTURES.length - 1) throw error;
    }
  }
}

function explain(address: Address, error: Error): string | undefined {
  const { message } = error;
  if (error instanceof WrongAppError || error instanceof UnknownLocationError) return withoutEnd(message);
  if (error instanceof ImageError) {
    if (isPassing(error) || FOR_THIS_MACHINE.has(error.reason)) return undefined;
    return `the image of app ${address} cannot be run: ${withoutEnd(message)}`;
  }
  if (error instanceof FetchFailedError) {
    // The app's host may be away, which is not the app's fault, and workers may be in that private network. The message
    // names the operator's hosts, so it is not passed on.
    if (error.isPassing || error.cause instanceof PrivateAddressError) return undefined;
    return `the package of app ${address} cannot be fetched from where it was published`;
  }
  return `the package of app ${address} cannot be unpacked: ${withoutEnd(message)}`;
}

function withoutEnd(sentence: string): string {
  return sentence.replace(/\.$/, "");
}
