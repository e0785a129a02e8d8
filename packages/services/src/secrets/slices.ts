import { fetchBulkList, UnreachableListError } from "../bulk/bulkGateway.js";
import { readBulkSlice, UnreadableBulkError } from "../bulk/bulkLists.js";
import type { TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import type { SignedDatasetOrder } from "@poco-marketplace/sdk/protocol/order.js";
import { SecretRefusal } from "./refusal.js";

/** Where public files are found by their content. */
export interface ContentSource {
  /** The whole file; rejects when it is not there. */
  readonly get: (cid: string) => Promise<Uint8Array>;
}

/** How long the gateway may take, in milliseconds. */
const TIMEOUT_MS = 10_000;

/**
 * The dataset orders of a task that runs over many. Source: docs/reference/services.md section 4.
 *
 * @throws SecretRefusal
 */
export async function readSlice(
  source: ContentSource,
  { taskId, bulkCid, index }: { taskId: TaskId; bulkCid: string; index: bigint },
): Promise<readonly SignedDatasetOrder[]> {
  const read = async (cid: string) => {
    try {
      return await source.get(cid);
    } catch (cause) {
      const problem = cause instanceof UnreachableListError ? cause.problem : (cause as Error).message;
      throw new UnreadableBulkError(cid, problem.slice(0, 200), { cause });
    }
  };
  try {
    return await readBulkSlice(read, { bulkCid, index });
  } catch (error) {
    if (!(error instanceof UnreadableBulkError)) throw error;
    const { cid, problem } = error;
    throw new SecretRefusal("UnreadableSlice", { taskId, cid, problem }, { cause: error });
  }
}

/** A gateway that serves files at `/ipfs/<cid>`. It is believed: whoever runs this service names it. */
export function gatewayContent(gateway: string): ContentSource {
  // A redirect would name a host that nobody chose.
  return { get: (cid) => fetchBulkList(gateway, cid, { timeoutMs: TIMEOUT_MS, redirect: "error" }) };
}
