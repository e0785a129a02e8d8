import { fetchBulkList, UnreachableListError } from "../bulk/bulkGateway.js";
import { readBulkSlice, UnreadableBulkError } from "../bulk/bulkLists.js";
import type { TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import type { SignedDatasetOrder } from "@poco-marketplace/sdk/protocol/order.js";
import { SecretRefusal } from "./refusal.js";

/** A source of public files by their CID. */
export interface ContentSource {
  /** Reads the whole file; rejects when there is none. */
  readonly get: (cid: string) => Promise<Uint8Array>;
}

/** How long the gateway may take, in milliseconds. */
const TIMEOUT_MS = 10_000;

/**
 * Reads the dataset orders of a bulk task, as docs/reference/services.md section 4 specifies them.
 *
 * @throws {@link SecretRefusal}
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

/** Reads files from a gateway at `/ipfs/<cid>`. Its answers are trusted: the operator of this service chooses it. */
export function gatewayContent(gateway: string): ContentSource {
  // A redirect would name a host that nobody chose.
  return { get: (cid) => fetchBulkList(gateway, cid, { timeoutMs: TIMEOUT_MS, redirect: "error" }) };
}
