import { ZeroAddress, type Provider } from "ethers";

import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { PrivateAddressError } from "@poco-marketplace/enclave/network/reach.js";
import { IPoco__factory } from "@poco-marketplace/sdk/typechain.js";
import { openAppStore, readPublishedApp, WrongAppError, type Images } from "./apps.js";
import { FetchFailedError } from "./fetchFile.js";
import { UnknownLocationError } from "./location.js";

/** The options of an inspector of apps. */
export interface InspectorOptions {
  readonly provider: Provider;
  readonly hub: Address;
  /** A folder for packages that nothing else uses. */
  readonly folder: string;
  /** The origin of the content store. */
  readonly gateway: string;
  /** Resolves the names of images to their packages. */
  readonly images?: Images;
}

/** The maximum disk space of packages, in bytes. */
const MAX_BYTES = 2 ** 30;
/** The time limit for fetching a package, in milliseconds. */
const PATIENCE_MS = 60_000;

/**
 * Opens an inspector that checks apps as a worker does before it runs them: whether the package can be fetched, has the
 * published checksum, and has the published measurement.
 *
 * @returns A function that explains why no worker can run an app, in a public sentence without its full stop; undefined
 * if workers can run it, or if it may be in a content store that is away now.
 */
export function openAppInspector({
  provider,
  hub,
  folder,
  gateway,
  images = () => Promise.resolve(undefined),
}: InspectorOptions) {
  const apps = openAppStore({ folder, maxBytes: MAX_BYTES, images });
  return async (address: Address): Promise<string | undefined> => {
    const { owner } = await IPoco__factory.connect(hub, provider).viewApp(address);
    if (owner === ZeroAddress) return `app ${address} is not registered`;
    const published = await readPublishedApp(address, provider);
    const signal = AbortSignal.timeout(PATIENCE_MS);
    try {
      await apps.get(published, { gateway, maxBytes: MAX_BYTES, privateHosts: "refused", signal });
      return undefined;
    } catch (error) {
      if (error instanceof WrongAppError || error instanceof UnknownLocationError) return withoutEnd(error.message);
      // The app's host may be away, which is not the app's fault. The message names the operator's hosts, so it is not
      // passed on.
      if (signal.aborted || (error instanceof FetchFailedError && error.isPassing)) return undefined;
      // Workers may be in that network, and decide by a setting of their own.
      if (error instanceof FetchFailedError && error.cause instanceof PrivateAddressError) return undefined;
      if (error instanceof FetchFailedError)
        return `the package of app ${address} cannot be fetched from where it was published`;
      return `the package of app ${address} cannot be unpacked: ${withoutEnd((error as Error).message)}`;
    }
  };
}

function withoutEnd(sentence: string): string {
  return sentence.replace(/\.$/, "");
}
