import { CID } from "multiformats/cid";

import { InvalidFieldError } from "../protocol/field.js";
import type { TaskId } from "../protocol/ids.js";
import { OrderKind, type SignedDatasetOrder } from "../protocol/order.js";
import { parseSignedOrder } from "../protocol/orderForm.js";
import { SecretRefusal } from "./refusal.js";

/** Where public files are found by their content. */
export interface ContentSource {
  /** The whole file; rejects when it is not there. */
  readonly get: (cid: string) => Promise<Uint8Array>;
}

/** As many orders as clients put into a slice. */
const MAX_ORDERS = 100;
const MAX_BYTES = 4 * 2 ** 20;
const PATIENCE = 10_000;

/**
 * The dataset orders of a task that runs over many: the list at `bulkCid` has the CID of a list of orders for each
 * index. Source: SERVICES.md section 4.
 *
 * @throws SecretRefusal
 */
export async function readSlice(
  source: ContentSource,
  { taskId, bulkCid, index }: { taskId: TaskId; bulkCid: string; index: bigint },
): Promise<readonly SignedDatasetOrder[]> {
  const slices = await readList(source, taskId, bulkCid);
  const refuse = (cid: string, problem: string) => new SecretRefusal("UnreadableSlice", { taskId, cid, problem });
  const cid = index < slices.length ? slices[Number(index)] : undefined;
  if (typeof cid !== "string") throw refuse(bulkCid, `it has no slice ${index}, only ${slices.length} slices`);
  const orders = await readList(source, taskId, cid);
  if (orders.length > MAX_ORDERS) throw refuse(cid, `it has ${orders.length} orders where ${MAX_ORDERS} are allowed`);
  return orders.map((order, place) => {
    try {
      return parseSignedOrder(OrderKind.DATASET, order);
    } catch (error) {
      if (!(error instanceof InvalidFieldError)) throw error;
      throw refuse(cid, `order ${place} is none: ${error.message}`);
    }
  });
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
        if (length > MAX_BYTES) throw new Error(`${url} has more than ${MAX_BYTES} bytes`);
        chunks.push(chunk);
      }
      return Buffer.concat(chunks);
    },
  };
}

async function readList(source: ContentSource, taskId: TaskId, cid: string): Promise<readonly unknown[]> {
  try {
    const list: unknown = JSON.parse(Buffer.from(await source.get(CID.parse(cid).toString())).toString("utf8"));
    if (!Array.isArray(list)) throw new Error("it is no list in JSON");
    return list as unknown[];
  } catch (cause) {
    const problem = (cause as Error).message.slice(0, 200);
    throw new SecretRefusal("UnreadableSlice", { taskId, cid: cid.slice(0, 100), problem }, { cause });
  }
}
