import { MAX_BULK_LIST_BYTES } from "./bulkLists.js";

/** How a gateway is asked. */
export interface GatewayOptions {
  /** How long it may take, in milliseconds: 5,000 by default. */
  readonly timeoutMs?: number;
  /** Whether it may send elsewhere, as public gateways do: it may by default. */
  readonly redirect?: "follow" | "error";
}

/** A list of a bulk deal cannot be had from the gateway now. */
export class UnreachableListError extends Error {
  override readonly name = "UnreachableListError";
  /** Why not, in words, without the gateway's address. */
  readonly problem: string;

  constructor(url: string, problem: string, options: ErrorOptions) {
    super(`${url} cannot be read: ${problem}.`, options);
    this.problem = problem;
  }
}

/**
 * Reads the file at a CID from an IPFS gateway, as lists of bulk deals are read.
 *
 * @param gateway - URL of the gateway.
 * @throws {@link UnreachableListError} when it does not answer, or with more than {@link MAX_BULK_LIST_BYTES} bytes
 */
export async function fetchBulkList(
  gateway: string,
  cid: string,
  { timeoutMs = 5_000, redirect = "follow" }: GatewayOptions = {},
): Promise<Uint8Array> {
  const url = `${gateway.replace(/\/$/, "")}/ipfs/${cid}`;
  try {
    const response = await fetch(url, { redirect, signal: AbortSignal.timeout(timeoutMs) });
    if (!response.ok || response.body === null) throw new Error(`the gateway answers ${response.status}`);
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      length += chunk.length;
      if (length > MAX_BULK_LIST_BYTES) throw new Error(`it is longer than ${MAX_BULK_LIST_BYTES} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (cause) {
    throw new UnreachableListError(url, (cause as Error).message, { cause });
  }
}
