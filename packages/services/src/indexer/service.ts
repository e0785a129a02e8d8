import type { FastifyInstance } from "fastify";
import { GraphQLError } from "graphql";

import { openProvider } from "@poco-marketplace/sdk/chain/openProvider.js";
import { openDatabase } from "../database/openDatabase.js";
import { follow } from "../follower/follow.js";
import { FollowerLateError } from "../follower/followerErrors.js";
import { createServer } from "../http/createServer.js";
import type { ChainServiceOptions } from "../serviceOptions.js";
import { applyEvent } from "./apply/events.js";
import { openBulkSlices } from "./bulkSlices.js";
import { serveDirectory } from "./directory.js";
import { eventReader, type ChainEvent } from "./events.js";
import { openReader } from "./graphql/reader.js";
import { serveGraphql } from "./graphql/serveGraphql.js";
import { openEntityStore, rollBackEntities } from "./history/entityStore.js";
import { INDEXER_DATABASE, type IndexerTables } from "./history/tables.js";

/** The options of an indexer. */
export interface IndexerServiceOptions extends ChainServiceOptions {
  /** URLs of schedulers, by the addresses of their workerpools. */
  readonly schedulers: Readonly<Record<string, string>>;
  /** Addresses of apps, by the names under which clients look them up. */
  readonly iapps: Readonly<Record<string, string>>;
  /** The origin of an IPFS gateway, for the lists of datasets of bulk deals; without it, those lists stay empty. */
  readonly ipfsGateway?: string;
  /**
   * The time for which a query waits for the newest block, in milliseconds: by default 30 seconds until the first sync,
   * then 10.
   */
  readonly catchUpWithin?: number;
}

/** The time for which a query waits for the newest block, in milliseconds: after the first sync, and until then. */
const CATCH_UP = 10_000;
const FIRST_CATCH_UP = 30_000;
/** The maximum length of a query, in bytes. */
const BODY_LIMIT = 2 ** 17;

/**
 * Indexes the events of a deployment's contracts, and serves them: GraphQL at `/graphql`, as subgraphs do, and the
 * compass. Closing the server releases everything.
 *
 * @throws {@link DatabaseError} when the database cannot be opened
 */
export async function openIndexerService(options: IndexerServiceOptions): Promise<FastifyInstance> {
  const { rpc, deployment, log, origins } = options;
  const database = await openDatabase<IndexerTables>(options.database, INDEXER_DATABASE);
  const server = await createServer({ bodyLimit: BODY_LIMIT, log, origins });
  const provider = openProvider(rpc, deployment.chainId);
  const events = eventReader(deployment, provider);
  const follower = follow<IndexerTables, readonly ChainEvent[]>({
    provider,
    database,
    addresses: events.addresses,
    from: deployment.block,
    prepare: (logs) => events.read(logs),
    onLogs: async (_logs, block, transaction, found) => {
      const store = openEntityStore(transaction, block.number);
      for (const event of found) await applyEvent({ store, block }, event);
      await store.flush();
    },
    onRollback: (block, transaction) => rollBackEntities(transaction, block),
    log: server.log,
  });
  server.addHook("onClose", async () => {
    await follower.close();
    provider.destroy();
    await database.destroy();
  });

  let wasSynced = false;
  /** Returns the newest block of the node, or its last known block while the node is away. */
  async function tip() {
    try {
      await follower.catchUp(options.catchUpWithin ?? (wasSynced ? CATCH_UP : FIRST_CATCH_UP));
      wasSynced = true;
    } catch (error) {
      if (error instanceof FollowerLateError && wasSynced) return follower.tip!;
      const message = error instanceof Error ? error.message : String(error);
      throw new GraphQLError(message, { extensions: { http: { status: 503 } } });
    }
    return follower.tip!;
  }

  const bulkSlices = openBulkSlices(options.ipfsGateway);
  serveDirectory(server, { chainId: deployment.chainId, schedulers: options.schedulers, iapps: options.iapps });
  serveGraphql(server, async () => ({ tip: await tip(), reader: openReader(database), bulkSlices }));
  return server;
}
