import type { FastifyInstance } from "fastify";

import type { Contracts } from "@poco-marketplace/sdk/chain/contracts.js";
import { openDatabase, type DatabaseLocation } from "../database/openDatabase.js";
import { createServer, type ServerOptions } from "../http/createServer.js";
import { platformPolicy, type PlatformPolicyParts } from "@poco-marketplace/enclave/trust/platformPolicy.js";
import { readChain } from "./chainFacts.js";
import { EnclaveBook } from "./enclaveBook.js";
import { addEnclaveRoutes } from "./enclaveRoutes.js";
import type { MasterKeySource } from "./masterKey.js";
import { isRefusal, SecretRefusal } from "./refusal.js";
import { addSecretRoutes } from "./secretRoutes.js";
import { SecretStore } from "./secretStore.js";
import type { ContentSource } from "./slices.js";
import { SECRET_DATABASE, type SecretTables } from "./tables.js";

/** What a secret service needs. */
export interface SecretServiceOptions extends Pick<ServerOptions, "log" | "origins">, PlatformPolicyParts {
  /** The hub whose deals count, read through any provider. */
  readonly contracts: Contracts;
  readonly database: DatabaseLocation;
  readonly masterKey: MasterKeySource;
  /** Where the slices of bulk deals are found, as by `gatewayContent`. */
  readonly content: ContentSource;
}

/**
 * A secret service: keeps the secrets of datasets, apps, accounts and requesters, and releases those of a task to the
 * enclave that does it. It closes its database when it is closed.
 *
 * @throws MissingTcbPolicyError, MasterKeyError, WrongPlaceError, DatabaseError
 */
export async function createSecretService(options: SecretServiceOptions): Promise<FastifyInstance> {
  const { contracts, content, log, origins } = options;
  const trust = platformPolicy(options);
  const database = await openDatabase<SecretTables>(options.database, SECRET_DATABASE);
  try {
    const { chainId, verifyingContract: hub } = contracts.domain;
    const store = await SecretStore.open(database, options.masterKey, { chainId, hub });
    const chain = readChain(contracts);
    const book = new EnclaveBook(database);

    const server = await createServer({ log, origins });
    server.addHook("onClose", () => database.destroy());
    await server.register((routes, _options, done) => {
      explainRefusals(routes);
      addSecretRoutes(routes, store, chain);
      addEnclaveRoutes(routes, { chain, content, book, ...trust, get: (ref) => store.get(ref) });
      done();
    });
    return server;
  } catch (error) {
    await database.destroy();
    throw error;
  }
}

/** Refusals are answered with their name and sentence; what is left goes to the server's own handler. */
function explainRefusals(routes: FastifyInstance): void {
  routes.setErrorHandler((error: Error & { code?: string }, request, reply) => {
    const refusal: Error =
      error.code === "FST_ERR_CTP_BODY_TOO_LARGE"
        ? new SecretRefusal("SecretTooLarge", { limit: request.routeOptions.bodyLimit })
        : error;
    if (!isRefusal(refusal)) throw error;
    const { reason, message, statusCode } = refusal;
    // What could not be read may be anything, a secret too.
    request.log.info(reason === "MalformedRequest" ? { reason } : { reason, message }, "refused");
    return reply.status(statusCode).send({ error: reason, message });
  });
}
