import { ServiceError } from "@poco-marketplace/sdk/client/serviceConnection.js";
import { StoreClient } from "@poco-marketplace/sdk/client/store.js";
import { retryWhile } from "./retry.js";

/** The time for which an unreachable store is retried, in milliseconds. */
const ABSENCE_MS = 30_000;

/**
 * Uploads a result to a content store. A store that is away is retried for half a minute.
 *
 * @param node - The store's origin, like `http://127.0.0.1:5001`.
 * @returns the result's content identifier
 * @throws `ServiceError`
 */
export async function uploadResult(node: string, archive: Uint8Array, signal: AbortSignal): Promise<string> {
  const store = new StoreClient({ node, gateway: node });
  return retryWhile(() => store.upload(archive, { signal }), { isPassing: mayPass, forMs: ABSENCE_MS, signal });
}

function mayPass(error: unknown): boolean {
  return error instanceof ServiceError && error.isPassing;
}
