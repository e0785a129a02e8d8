import { ZeroAddress, type Provider } from "ethers";

import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { PrivateAddressError } from "@poco-marketplace/enclave/network/reach.js";
import { IPoco__factory } from "@poco-marketplace/sdk/typechain.js";
import { openAppStore, readPublishedApp, WrongAppError, type Images } from "./apps.js";
import { FetchFailedError } from "./fetchFile.js";
import { UnknownLocationError } from "./location.js";

/** How apps are looked at. */
export interface InspectorOptions {
  readonly provider: Provider;
  readonly hub: Address;
  /** A folder of its own, for packages. */
  readonly folder: string;
  /** The origin of the content store. */
  readonly gateway: string;
  /** Where the packages of images are. */
  readonly images?: Images;
}

/** Bytes on disk for packages. */
const MAX_BYTES = 2 ** 30;
/** How long fetching a package may take, in milliseconds. */
const PATIENCE_MS = 60_000;

/**
 * Looks at apps as a worker does before it runs them: whether the package can be fetched, is what was published, and measures
 * what was published.
 *
 * @returns Of an app: why no worker can run it, in a sentence without its end that anybody may read; nothing if workers can,
 * or if a content store that is away now may have it.
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
      // Its host may be away, which is no fault of the app. The message, which names hosts of the operator, is not passed on.
      if (signal.aborted || (error instanceof FetchFailedError && error.isPassing)) return undefined;
      // Workers may be in that network; each has a setting for what it fetches.
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
