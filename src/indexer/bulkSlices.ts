import { isAddress } from "ethers";
import { CID } from "multiformats/cid";

/** Which datasets tasks of bulk deals use, as far as the content store says. */
export interface BulkSlices {
  /**
   * @param params of the deal
   * @param slice which of its tasks, from 0 on
   * @returns addresses in lower case; nothing if it is no bulk deal, or its lists cannot be had right now
   */
  datasetsOf(params: string, slice: number): Promise<readonly string[] | undefined>;
}

/** How long the gateway may take, in milliseconds. */
const TIMEOUT = 5_000;
/** The longest list, in bytes: a hundred orders, or some ten thousand slices, fit. */
const MAX_LENGTH = 2 ** 20;
/** How many lists are remembered. They never change. */
const REMEMBERED = 1_000;

/** Reads lists of datasets from an IPFS gateway, each once. Without a gateway, none can be had. */
export function openBulkSlices(gateway: string | undefined): BulkSlices {
  const lists = new Map<string, Promise<unknown>>();

  function listAt(cid: string): Promise<unknown> {
    const known = lists.get(cid);
    if (known !== undefined) return known;
    const list = read(cid);
    lists.set(cid, list);
    if (lists.size > REMEMBERED) lists.delete(lists.keys().next().value!);
    return list;
  }

  async function read(cid: string): Promise<unknown> {
    try {
      return await fetchList(gateway!, cid);
    } catch {
      // What cannot be had now may be had later.
      lists.delete(cid);
      return undefined;
    }
  }

  async function datasetsOf(params: string, slice: number): Promise<string[] | undefined> {
    const root = cidOf(bulkCidIn(params));
    if (gateway === undefined || root === undefined) return undefined;
    const slices = await listAt(root);
    const cid = Array.isArray(slices) ? cidOf(slices[slice]) : undefined;
    if (cid === undefined) return undefined;
    const orders = await listAt(cid);
    if (!Array.isArray(orders)) return undefined;
    const datasets = orders.map((order) => (Object(order) as { dataset?: unknown }).dataset);
    return [...new Set(datasets.filter((one) => isAddress(one)).map((one) => one.toLowerCase()))];
  }

  return { datasetsOf };
}

async function fetchList(gateway: string, cid: string): Promise<unknown> {
  const url = `${gateway.replace(/\/$/, "")}/ipfs/${cid}`;
  const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT) });
  if (!answer.ok || answer.body === null) throw new Error(`${url} answers with ${answer.status}.`);
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of answer.body as AsyncIterable<Uint8Array>) {
    length += piece.length;
    if (length > MAX_LENGTH) throw new Error(`${url} is longer than ${MAX_LENGTH} bytes.`);
    pieces.push(piece);
  }
  return JSON.parse(Buffer.concat(pieces).toString("utf8"));
}

function bulkCidIn(params: string): unknown {
  try {
    return (Object(JSON.parse(params)) as { bulk_cid?: unknown }).bulk_cid;
  } catch {
    return undefined;
  }
}

function cidOf(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  try {
    return CID.parse(value).toString();
  } catch {
    return undefined;
  }
}
