/** The part of a node's provider from which the history is recorded and replayed. */
export interface HistoryProvider {
  request(args: { method: string; params?: unknown[] }): Promise<unknown>;
}

/** The first line of a history: the chain's id and start. */
export interface Genesis {
  readonly chainId: number;
  /** Unix seconds. */
  readonly startedAt: number;
}

/** A JSON-RPC request. */
export interface RpcCall {
  readonly method: string;
  readonly params: unknown[];
}

/** A line of the history: a request that changed the chain, and its effect. */
export interface HistoryEntry extends RpcCall {
  /**
   * The times of the blocks that it mined, in unix seconds; for `hardhat_mine` the first only, since its parameters
   * give the interval of the others.
   */
  readonly mined?: readonly number[];
  /** The hash of the latest block afterwards, if it changed. */
  readonly tip?: string;
  /** The seconds by which the chain's clock was ahead of the machine's afterwards, if they changed. */
  readonly ahead?: number;
}

/** A line of histories up to version 0.1: a block with its signed transactions. */
interface BlockLine {
  readonly number: number;
  readonly hash: string;
  readonly timestamp: number;
  readonly transactions: readonly string[];
}

/**
 * Parses a line of a history, in the current or in an earlier format.
 *
 * @throws `SyntaxError` if the line is not JSON
 */
export function entriesOf(line: string): HistoryEntry[] {
  const read = JSON.parse(line) as HistoryEntry | BlockLine;
  if ("method" in read) return [read];
  const { transactions, timestamp, hash } = read;
  const sent = transactions.map((signed) => ({ method: "eth_sendRawTransaction", params: [signed] }));
  return [...sent, { method: "evm_mine", params: [], mined: [timestamp], tip: hash }];
}

/** A block in a node's response, with the hashes of its transactions. */
export interface RpcBlock {
  readonly number: string;
  readonly hash: string;
  readonly timestamp: string;
  readonly transactions: readonly string[];
}

/** Returns the block of a number or tag, or `null` if there is none. */
export async function blockAt(provider: HistoryProvider, at: number | "latest" | "pending"): Promise<RpcBlock> {
  const tag = typeof at === "number" ? `0x${at.toString(16)}` : at;
  return (await provider.request({ method: "eth_getBlockByNumber", params: [tag, false] })) as RpcBlock;
}

/** A transaction in a node's response. */
interface RpcTransaction extends Record<string, unknown> {
  readonly type: string;
  readonly input: string;
}

/**
 * Returns the request that sends a transaction of one of the node's own or impersonated accounts again, with the nonce,
 * gas and fees that the node chose the first time.
 */
export async function replayableCall(provider: HistoryProvider, hash: unknown): Promise<RpcCall> {
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
