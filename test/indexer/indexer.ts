import { expect } from "chai";
import type { FastifyInstance } from "fastify";
import type { NetworkConnection } from "hardhat/types/network";

import { openIndexerService, type IndexerServiceOptions } from "@poco-marketplace/services/indexer/service.js";
import { freshDatabase } from "../database/databases.js";
import { serveChain } from "../fixtures/chainServer.js";
import type { Village } from "./village.js";

/** What is answered to a query. */
export interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly message: string }[];
}

/** An indexer of a village, and how to ask it. */
export async function openTestIndexer(
  connection: NetworkConnection,
  { manifest }: Pick<Village, "manifest">,
  options: Partial<IndexerServiceOptions> = {},
) {
  const place = await freshDatabase();
  let node = await serveChain(connection);
  const { port } = new URL(node.url);
  const all = {
    rpc: node.url,
    deployment: manifest,
    database: place.location,
    schedulers: {},
    iapps: {},
    catchUpWithin: 60_000,
    ...options,
  };
  let server = await openIndexerService(all);

  async function ask(query: string, variables: object = {}): Promise<Answer> {
    let answer = await server.inject({ method: "POST", url: "/graphql", payload: { query, variables } });
    // On a busy machine, reading the chain for the first time may take longer than an indexer is patient.
    for (let attempts = 20; answer.statusCode === 503 && attempts > 0; attempts--) {
      answer = await server.inject({ method: "POST", url: "/graphql", payload: { query, variables } });
    }
    return answer.json<Answer>();
  }

  return {
    ask,
    server: (): FastifyInstance => server,
    /** The data of an answer without errors. */
    async get(query: string, variables: object = {}): Promise<Record<string, unknown>> {
      const { data, errors } = await ask(query, variables);
      expect(
        (errors ?? []).map(({ message }) => message),
        query,
      ).to.deep.equal([]);
      return data!;
    },
    /** The first sentence of a refusal. */
    async refusal(query: string, variables: object = {}): Promise<string> {
      const { errors } = await ask(query, variables);
      return errors?.[0]?.message ?? "It was answered.";
    },
    async restart(changes: Partial<IndexerServiceOptions> = {}) {
      await server.close();
      server = await openIndexerService({ ...all, ...changes });
    },
    stopNode: () => node.close(),
    async startNode() {
      node = await serveChain(connection, Number(port));
    },
    async close() {
      await server.close();
      await node.close();
      await place.remove();
    },
  };
}
