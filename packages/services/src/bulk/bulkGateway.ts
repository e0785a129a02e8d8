import { MAX_BULK_LIST_BYTES } from "./bulkLists.js";

/** How long a gateway may take, in milliseconds. */
const TIMEOUT = 5_000;

/** A list of a bulk deal cannot be had from the gateway now. */
export class UnreachableListError extends Error {
  override readonly name = "UnreachableListError";
}

/**
 * Reads the file at a CID from an IPFS gateway, as lists of bulk deals are read.
 *
 * @param gateway - URL of the gateway.
 * @throws {@link UnreachableListError} when it does not answer, or with more than {@link MAX_BULK_LIST_BYTES} bytes
 */
export async function fetchBulkList(gateway: string, cid: string): Promise<Uint8Array> {
  const url = `${gateway.replace(/\/$/, "")}/ipfs/${cid}`;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT) });
    if (!answer.ok || answer.body === null) throw new Error(`it answers with ${answer.status}`);
    const pieces: Uint8Array[] = [];
    let length = 0;
    for await (const piece of answer.body as AsyncIterable<Uint8Array>) {
      length += piece.length;
      if (length > MAX_BULK_LIST_BYTES) throw new Error(`it is longer than ${MAX_BULK_LIST_BYTES} bytes`);
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  } catch (cause) {
    throw new UnreachableListError(`${url} cannot be read: ${(cause as Error).message}.`, { cause });
  }
}
