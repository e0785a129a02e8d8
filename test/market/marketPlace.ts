import { TypedDataEncoder } from "ethers";
import type { FastifyInstance } from "fastify";
import { network } from "hardhat";
import type { NetworkConnection } from "hardhat/types/network";

import { connectContracts } from "@poco-marketplace/sdk/chain/contracts.js";
import { listen } from "@poco-marketplace/services/http/createServer.js";
import { openMarketService } from "@poco-marketplace/services/market/service.js";
import type { Address, OrderKind, OrderOf, Signed } from "@poco-marketplace/sdk/protocol/index.js";
import {
  buildOrder,
  orderToJson,
  signOrder,
  type OrderForm,
  type TypedDataSigner,
} from "@poco-marketplace/sdk/protocol/index.js";
import { freshDatabase } from "../database/databases.js";
import { startChain } from "../fixtures/chainServer.js";
import { scenes } from "../fixtures/scenes.js";

/** Somebody with an account. */
export type Account = TypedDataSigner & { readonly address: string };

/** What the market answered. */
export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown> & { readonly error?: string };
}

/** A market, running, on a chain of its own that is served over HTTP; with an app, a dataset, a pool and funded accounts. */
export type MarketPlace = Awaited<ReturnType<typeof openMarketPlace>>;

/** Opens one. Close it afterwards. */
export async function openMarketPlace(chainId = 31_337) {
  const chain = await startChain(chainId);
  const rpc = chain.url;
  const connection = (await network.create({
    network: "sepolia",
    override: { url: rpc, chainId, accounts: "remote" },
  })) as NetworkConnection;
  const world = await scenes(connection).marketWorld();
  const contracts = await connectContracts(world.manifest.poco, world.accounts.owner);
  const place = await freshDatabase();
  const open = () =>
    openMarketService({ rpc, deployment: world.manifest, database: place.location, pollInterval: 60_000 });
  const server = await open();
  const origin = await listen(server, 0);

  return {
    ...world,
    rpc,
    contracts,
    server,
    origin,
    chainId,
    assets: {
      app: (await world.app.getAddress()) as Address,
      dataset: (await world.dataset.getAddress()) as Address,
      workerpool: (await world.workerpool.getAddress()) as Address,
    },
    ...visitor(server, chainId),
    /** A signed order. */
    sign: async <Kind extends OrderKind>(kind: Kind, signer: TypedDataSigner, form: OrderForm<Kind>) =>
      signOrder(signer, { kind, order: buildOrder(kind, form), domain: contracts.domain }),
    request: (method: string, params: unknown[] = []): Promise<unknown> =>
      connection.provider.request({ method, params }),
    async close() {
      await server.close();
      await connection.close();
      await chain.close();
      await place.remove();
    },
  };
}

/** Calls the market as clients do. */
function visitor(server: FastifyInstance, chainId: number) {
  async function call(method: "GET" | "POST" | "PUT", path: string, options: CallOptions = {}): Promise<Answer> {
    const { query = {}, payload, headers = {} } = options;
    const url = `${path}?${new URLSearchParams({ chainId: String(chainId), ...query }).toString()}`;
    const answer = await server.inject({ method, url, headers, ...(payload !== undefined && { payload }) });
    return { status: answer.statusCode, body: answer.json<Answer["body"]>() };
  }

  /** A header that shows who somebody is, good for one request. */
  async function login(account: Account): Promise<string> {
    const { body } = await call("GET", "/challenge", { query: { address: account.address } });
    const { domain, types, message } = body["data"] as ChallengeData;
    const challenge = { Challenge: types["Challenge"]! };
    const sign = await account.signTypedData(domain, challenge, message);
    return `${TypedDataEncoder.hash(domain, challenge, message)}_${sign}_${account.address}`;
  }

  return {
    call,
    login,
    get: (path: string, query: Record<string, string> = {}) => call("GET", path, { query }),
    publish: async <Kind extends OrderKind>(account: Account, kind: Kind, order: Signed<OrderOf[Kind]>) =>
      call("POST", `/${kind}orders`, {
        payload: { order: orderToJson(order as OrderOf[OrderKind]) },
        headers: { authorization: await login(account) },
      }),
    unpublish: async (account: Account, kind: OrderKind, payload: object) =>
      call("PUT", `/${kind}orders`, { payload, headers: { authorization: await login(account) } }),
    /** How it stands with a published order. */
    async statusOf(kind: OrderKind, hash: string): Promise<unknown> {
      const { body } = await call("GET", `/${kind}orders/${hash}`);
      return body["status"];
    },
  };
}

interface CallOptions {
  readonly query?: Record<string, string>;
  readonly payload?: object | string;
  readonly headers?: Record<string, string>;
}

interface ChallengeData {
  readonly domain: { name: string; version: string; chainId: number };
  readonly types: Record<string, { name: string; type: string }[]>;
  readonly message: { challenge: string };
}
