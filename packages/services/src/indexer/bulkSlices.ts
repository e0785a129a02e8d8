import { fetchBulkList, UnreachableListError } from "../bulk/bulkGateway.js";
import { MAX_BULK_LIST_BYTES, readBulkSlice, UnreadableBulkError } from "../bulk/bulkLists.js";
import { consentsToBulk } from "@poco-marketplace/sdk/protocol/bulk.js";

/** The datasets that tasks of bulk deals use, read from the content store. */
export interface BulkSlices {
  /**
   * @param params - The params of the deal.
   * @param index - The index of the task, which is also the index of its slice.
   * @returns the datasets' addresses in lower case, of orders that consent to bulk use; undefined if the deal is no
   * bulk deal, or its lists cannot be read now
   */
  datasetsOf(params: string, index: bigint): Promise<readonly string[] | undefined>;
}

/** The number of bytes of lists that are cached. The lists never change. */
const REMEMBERED = 16 * MAX_BULK_LIST_BYTES;

/** Reads lists of datasets from an IPFS gateway, each once. Without a gateway, every answer is undefined. */
export function openBulkSlices(gateway: string | undefined): BulkSlices {
  const lists = new Map<string, Promise<Uint8Array>>();
  const lengths = new Map<string, number>();
  let remembered = 0;

  function listAt(cid: string): Promise<Uint8Array> {
    const known = lists.get(cid);
    if (known !== undefined) return known;
    const list = fetchOnce(cid);
    lists.set(cid, list);
    return list;
  }

  async function fetchOnce(cid: string): Promise<Uint8Array> {
    try {
      const list = await fetchBulkList(gateway!, cid);
      remember(cid, list.length);
      return list;
    } catch (error) {
      // A list that is unavailable now may be available later.
      lists.delete(cid);
      throw error;
    }
  }

  function remember(cid: string, length: number): void {
    remembered += length;
    lengths.set(cid, length);
    for (const [oldest, size] of lengths) {
      if (remembered <= REMEMBERED) return;
      remembered -= size;
      lengths.delete(oldest);
      lists.delete(oldest);
    }
  }

  async function datasetsOf(params: string, index: bigint): Promise<readonly string[] | undefined> {
    const bulkCid = bulkCidIn(params);
    if (gateway === undefined || typeof bulkCid !== "string") return undefined;
    try {
      const orders = await readBulkSlice(listAt, { bulkCid, index });
      return [...new Set(orders.filter(consentsToBulk).map(({ dataset }) => dataset.toLowerCase()))];
    } catch (error) {
      if (error instanceof UnreadableBulkError || error instanceof UnreachableListError) return undefined;
      throw error;
    }
  }

  return { datasetsOf };
}

function bulkCidIn(params: string): unknown {
  try {
    return (Object(JSON.parse(params)) as { bulk_cid?: unknown }).bulk_cid;
  } catch {
    return undefined;
  }
}
