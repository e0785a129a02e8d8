import type { FastifyInstance } from "fastify";
import type { Provider } from "ethers";
import { sql } from "kysely";

import {
  AppRegistry__factory,
  DatasetRegistry__factory,
  IPoco__factory,
  Rlc__factory,
  WorkerpoolRegistry__factory,
} from "@poco-marketplace/sdk/typechain.js";
import type { Contracts } from "@poco-marketplace/sdk/chain/contracts.js";
import { openProvider } from "@poco-marketplace/sdk/chain/openProvider.js";
import type { Manifest } from "@poco-marketplace/sdk/manifest.js";
import { openDatabase } from "../database/openDatabase.js";
import { follow, type Follower } from "../follower/follow.js";
import { createServer } from "../http/createServer.js";
import { HttpError } from "../http/HttpError.js";
import { openLogin } from "../login/openLogin.js";
import { orderDomain } from "@poco-marketplace/sdk/protocol/typedData.js";
import type { ChainServiceOptions } from "../serviceOptions.js";
import { openCategories } from "./categories.js";
import { openCountCache } from "./countCache.js";
import { refusal } from "./refusal.js";
import { addRoutes, type Market } from "./routes.js";
import { MARKET_DATABASE, type MarketTables } from "./tables.js";
import { watchMarket, type BlockFacts } from "./watcher.js";

/** The options of a market. */
export interface MarketServiceOptions extends ChainServiceOptions {
  /** The interval at which new blocks are polled, in milliseconds. */
  readonly pollInterval?: number;
  /** The time limit for waiting until all blocks are indexed, in milliseconds: 10 seconds by default. */
  readonly catchUpWithin?: number;
}

/** The maximum length of an order in bytes, most of which is its params. */
const BODY_LIMIT = 256 * 1024;
const CATCH_UP = 10_000;
/** The time for which a search for orders waits for the newest block, in milliseconds. */
const KEEP_UP = 1_000;

/**
 * Opens a market: a book of signed orders, each of which can be matched now, and the deals that were made. It has the
 * API that the client `iexec` uses. Closing the server stops everything that was started.
 *
 * @returns A server that does not listen yet; see `listen`.
 */
export async function openMarketService(options: MarketServiceOptions): Promise<FastifyInstance> {
  const { rpc, deployment, log, origins, pollInterval, catchUpWithin = CATCH_UP } = options;
  const server = await createServer({ bodyLimit: BODY_LIMIT, log, origins });
  const database = await openDatabase<MarketTables>(options.database, MARKET_DATABASE);
  // A PostgreSQL server analyzes and vacuums its tables itself; the database in this process does not. Without that, it
  // knows neither the distribution of orders nor that an index-only scan suffices.
  if (options.database === "memory" || "folder" in options.database) {
    await sql`vacuum analyze ${sql.table(`${MARKET_DATABASE.name}.published_order`)}`.execute(database);
  }
  const provider = openProvider(rpc, deployment.chainId);
  const contracts = contractsOf(deployment, provider);
  const { hub } = contracts;
  /** The tip of the follower when it last changed the book, until the block is committed. */
  let changing: { readonly from: Follower["tip"] } | undefined;
  const counts = openCountCache({ isSettled: () => changing === undefined || changing.from !== follower.tip });
  const watched = watchMarket(hub, deployment.poco);
  const follower: Follower = follow<MarketTables, BlockFacts>({
    provider,
    database,
    addresses: [deployment.poco, deployment.appRegistry, deployment.datasetRegistry, deployment.workerpoolRegistry],
    from: deployment.block,
    ...(pollInterval !== undefined && { pollInterval }),
    log: server.log,
    ...watched,
    onLogs: async (...change) => {
      await watched.onLogs(...change);
      changing = { from: follower.tip };
      counts.clear();
    },
    onRollback: async (...change) => {
      await watched.onRollback(...change);
      changing = { from: follower.tip };
      counts.clear();
    },
  });
  server.addHook("onClose", async () => {
    await follower.close();
    provider.destroy();
    await database.destroy();
  });

  const categories = openCategories(hub);
  const market: Market = {
    chainId: deployment.chainId,
    version: deployment.abi.version,
    database,
    counts,
    contracts,
    categories,
    login: openLogin({
      name: "iExec Gateway",
      purpose: "Sign this message to log into iExec Gateway",
      route: "GET /challenge",
      chainId: deployment.chainId,
      acceptsSignature: (account, hash, sign) => hub.verifySignature(account, hash, sign),
    }),
    keepUp: async () => {
      if (follower.isHealthy) await follower.catchUp(KEEP_UP).catch(() => undefined);
    },
    countCategories: () => categories.count(),
    catchUp: async () => {
      try {
        await follower.catchUp(catchUpWithin);
      } catch (error) {
        throw new HttpError(503, `The market is behind the chain: ${(error as Error).message}`, { cause: error });
      }
    },
  };
  await server.register((scope, _options, done) => {
    scope.setErrorHandler((error) => {
      throw refusal(error);
    });
    addRoutes(scope, market);
    done();
  });
  return server;
}

/** Returns the contracts of a deployment without connecting to the chain, which may not be running yet. */
function contractsOf(deployment: Manifest, provider: Provider): Contracts {
  return {
    hub: IPoco__factory.connect(deployment.poco, provider),
    token: Rlc__factory.connect(deployment.token ?? deployment.poco, provider),
    apps: AppRegistry__factory.connect(deployment.appRegistry, provider),
    datasets: DatasetRegistry__factory.connect(deployment.datasetRegistry, provider),
    workerpools: WorkerpoolRegistry__factory.connect(deployment.workerpoolRegistry, provider),
    domain: orderDomain({ chainId: deployment.chainId, hub: deployment.poco }),
  };
}
