import { ServiceError } from "@poco-marketplace/sdk/client/serviceConnection.js";
import { StoreClient } from "@poco-marketplace/sdk/client/store.js";
import { retryWhile } from "./retry.js";

/** How long a store may be away, in milliseconds. */
const ABSENCE_MS = 30_000;

/**
 * Puts a result into a content store. A store that is away for half a minute is waited for.
 *
 * @param node - The store's origin, like `http://127.0.0.1:5001`.
 * @returns its content identifier
 * @throws `ServiceError`
 */
export async function uploadResult(node: string, archive: Uint8Array, signal: AbortSignal): Promise<string> {
  const store = new StoreClient({ node, gateway: node });
  return retryWhile(() => store.upload(archive, { signal }), { isPassing: mayPass, forMs: ABSENCE_MS, signal });
}

function mayPass(error: unknown): boolean {
  return error instanceof ServiceError && error.isPassing;
}
