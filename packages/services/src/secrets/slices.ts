import { MAX_BULK_LIST_BYTES, readBulkSlice, UnreadableBulkError } from "../bulk/bulkLists.js";
import type { TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import type { SignedDatasetOrder } from "@poco-marketplace/sdk/protocol/order.js";
import { SecretRefusal } from "./refusal.js";

/** Where public files are found by their content. */
export interface ContentSource {
  /** The whole file; rejects when it is not there. */
  readonly get: (cid: string) => Promise<Uint8Array>;
}

const PATIENCE = 10_000;

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
      throw new UnreadableBulkError(cid, (cause as Error).message.slice(0, 200), { cause });
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
  return {
    async get(cid) {
      const url = `${gateway.replace(/\/$/, "")}/ipfs/${cid}`;
      const response = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(PATIENCE) });
      if (!response.ok || response.body === null) throw new Error(`${url} answers ${response.status}`);
      const chunks: Uint8Array[] = [];
      let length = 0;
      for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
        length += chunk.length;
        if (length > MAX_BULK_LIST_BYTES) throw new Error(`${url} has more than ${MAX_BULK_LIST_BYTES} bytes`);
        chunks.push(chunk);
      }
      return Buffer.concat(chunks);
    },
  };
}
