/** As much of a chain as its history is made of. */
export interface HistoryProvider {
  request(args: { method: string; params?: unknown[] }): Promise<unknown>;
}

/** How a chain began. */
export interface Genesis {
  readonly chainId: number;
  /** Unix seconds. */
  readonly startedAt: number;
}

/** A request. */
export interface RpcCall {
  readonly method: string;
  readonly params: unknown[];
}

/** A request that changed the chain, and what came of it: a line of the history. */
export interface HistoryEntry extends RpcCall {
  /**
   * When the blocks are that came of it, in unix seconds; of `hardhat_mine` the first only, since it says how the
   * others follow.
   */
  readonly mined?: readonly number[];
  /** The hash of the last block from then on, where it is another than before. */
  readonly tip?: string;
  /** Seconds by which the chain's clock was ahead of the machine's from then on, where that changed. */
  readonly ahead?: number;
}

/** How blocks were kept until version 0.1: with the signed transactions in them. */
interface BlockLine {
  readonly number: number;
  readonly hash: string;
  readonly timestamp: number;
  readonly transactions: readonly string[];
}

/**
 * What a line of a history says, of today's or of earlier ones.
 *
 * @throws `SyntaxError` if it is no JSON
 */
export function entriesOf(line: string): HistoryEntry[] {
  const read = JSON.parse(line) as HistoryEntry | BlockLine;
  if ("method" in read) return [read];
  const { transactions, timestamp, hash } = read;
  const sent = transactions.map((signed) => ({ method: "eth_sendRawTransaction", params: [signed] }));
  return [...sent, { method: "evm_mine", params: [], mined: [timestamp], tip: hash }];
}

/** A block as nodes tell it, transactions by their hashes. */
export interface RpcBlock {
  readonly number: string;
  readonly hash: string;
  readonly timestamp: string;
  readonly transactions: readonly string[];
}

/** A block by its number or tag; `null` where there is none. */
export async function blockAt(provider: HistoryProvider, at: number | "latest" | "pending"): Promise<RpcBlock> {
  const tag = typeof at === "number" ? `0x${at.toString(16)}` : at;
  return (await provider.request({ method: "eth_getBlockByNumber", params: [tag, false] })) as RpcBlock;
}

/** A transaction as nodes tell it. */
interface RpcTransaction extends Record<string, unknown> {
  readonly type: string;
  readonly input: string;
}

/**
 * The request that sends a transaction of the node's own accounts, or of one that it impersonates, once more: with all
 * that the node chose by itself the first time.
 */
export async function sentAgain(provider: HistoryProvider, hash: unknown): Promise<RpcCall> {
  const known = await provider.request({ method: "eth_getTransactionByHash", params: [hash] });
  const { type, input, from, to, nonce, value, gas, ...rest } = known as RpcTransaction;
  const { gasPrice, maxFeePerGas, maxPriorityFeePerGas, accessList, authorizationList } = rest;
  const fees = Number(type) < 2 ? { gasPrice } : { maxFeePerGas, maxPriorityFeePerGas };
  const lists = {
    ...(Number(type) > 0 && { accessList }),
    ...(authorizationList !== undefined && { authorizationList }),
  };
  const recipient = to === null ? {} : { to };
  return {
    method: "eth_sendTransaction",
    params: [{ from, ...recipient, nonce, value, gas, data: input, ...fees, ...lists }],
  };
}
