import { setTimeout } from "node:timers/promises";

import type { FastifyInstance } from "fastify";

import { createServer, type ServerOptions } from "@poco-marketplace/services/http/createServer.js";
import { HttpError } from "@poco-marketplace/services/http/HttpError.js";
import type { HistoryProvider } from "./entry.js";
import type { History } from "./history.js";
import { LiveChain } from "./liveChain.js";
import { rememberNonces } from "./nonceMemory.js";

/** The most bytes in the body of a request or batch. */
const MAX_BODY = 8 * 2 ** 20;
const MAX_BATCH = 1_000;

interface Call {
  readonly id: number | string | null;
  readonly method: string;
  readonly params: unknown[];
}

/** Serves a chain in this process as a node does: JSON-RPC over HTTP, single requests and batches. */
export async function createRpcServer(
  provider: HistoryProvider,
  history: History,
  { origins }: Pick<ServerOptions, "origins"> = {},
): Promise<FastifyInstance> {
  const server = await createServer({ bodyLimit: MAX_BODY, ...(origins !== undefined && { origins }) });
  const nonces = rememberNonces();
  const chain = await LiveChain.open(provider, history);
  server.addHook("onClose", () => chain.close());

  async function answer(request: unknown): Promise<object> {
    const call = readCall(request);
    if (call === undefined)
      return { jsonrpc: "2.0", id: null, error: { code: -32_600, message: "This is not a JSON-RPC request." } };
    try {
      if (call.method === "eth_getTransactionCount") nonces.recordRequest(call.params);
      const result = await chain.request(call);
      if (call.method === "eth_sendRawTransaction") await setTimeout(nonces.delayFor(call.params));
      return { jsonrpc: "2.0", id: call.id, result };
    } catch (error) {
      const { code, message, data } = error as { code?: number; message: string; data?: unknown };
      const fault = { code: typeof code === "number" ? code : -32_603, message, ...(data !== undefined && { data }) };
      return { jsonrpc: "2.0", id: call.id, error: fault };
    }
  }

  server.post("/", ({ body }) => {
    if (!Array.isArray(body)) return answer(body);
    if (body.length > MAX_BATCH) throw new HttpError(413, `A batch may have ${MAX_BATCH} requests: send several.`);
    return Promise.all(body.map(answer));
  });
  return server;
}

function readCall(request: unknown): Call | undefined {
  const { id = null, method, params = [] } = Object(request) as Partial<Call>;
  return typeof method === "string" && Array.isArray(params) ? { id, method, params } : undefined;
}
