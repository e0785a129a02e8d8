import type { FastifyInstance } from "fastify";

import { connectContracts, type Contracts } from "@poco-marketplace/sdk/chain/contracts.js";
import { openProvider } from "@poco-marketplace/sdk/chain/openProvider.js";
import { openDatabase } from "../database/openDatabase.js";
import { createServer } from "../http/createServer.js";
import { platformPolicy, type PlatformPolicyParts } from "@poco-marketplace/enclave/trust/platformPolicy.js";
import type { ChainServiceOptions } from "../serviceOptions.js";
import { readChainFacts } from "./chainFacts.js";
import { EnclaveAssignments } from "./enclaveAssignments.js";
import { addEnclaveRoutes } from "./enclaveRoutes.js";
import type { MasterKeySource } from "./masterKey.js";
import { isRefusal, SecretRefusal } from "./refusal.js";
import { addSecretRoutes } from "./secretRoutes.js";
import { SecretStore } from "./secretStore.js";
import type { ContentSource } from "./slices.js";
import { SECRET_DATABASE, type SecretTables } from "./tables.js";

/** The options of a secret service. */
export interface SecretsServiceOptions extends ChainServiceOptions, Omit<PlatformPolicyParts, "manifest"> {
  readonly masterKey: MasterKeySource;
  /** The source of bulk slices, such as `gatewayContent`. */
  readonly content: ContentSource;
}

/** The options of a secret service on contracts that are connected already. */
export interface SecretsServerOptions
  extends Omit<SecretsServiceOptions, "rpc" | "deployment">, Pick<PlatformPolicyParts, "manifest"> {}

/**
 * Opens a secret service, which stores the secrets of datasets, apps, accounts and requesters, and releases those of a
 * task to its attested enclave. Closing the server stops everything that was started.
 *
 * @returns A server that does not listen yet; see `listen`.
 * @throws {@link MissingTcbPolicyError}, {@link MasterKeyError}, {@link WrongHubError}, {@link DatabaseError}; or
 * {@link NoHubError} when the node serves another chain
 */
export async function openSecretsService(options: SecretsServiceOptions): Promise<FastifyInstance> {
  const { rpc, deployment } = options;
  const provider = openProvider(rpc, deployment.chainId);
  try {
    const server = await openSecretsServer(await connectContracts(deployment.poco, provider), {
      ...options,
      manifest: deployment,
    });
    server.addHook("onClose", () => provider.destroy());
    return server;
  } catch (error) {
    provider.destroy();
    throw error;
  }
}

/**
 * Opens a secret service on contracts that are connected already, such as those of an embedded chain.
 *
 * @throws {@link MissingTcbPolicyError}, {@link MasterKeyError}, {@link WrongHubError}, {@link DatabaseError}
 */
export async function openSecretsServer(contracts: Contracts, options: SecretsServerOptions): Promise<FastifyInstance> {
  const { content, log, origins } = options;
  const trust = platformPolicy(options);
  const database = await openDatabase<SecretTables>(options.database, SECRET_DATABASE);
  try {
    const { chainId, verifyingContract: hub } = contracts.domain;
    const store = await SecretStore.open(database, options.masterKey, { chainId, hub });
    const chain = readChainFacts(contracts);
    const assignments = new EnclaveAssignments(database);

    const server = await createServer({ log, origins });
    server.addHook("onClose", () => database.destroy());
    await server.register((routes, _options, done) => {
      explainRefusals(routes);
      addSecretRoutes(routes, store, chain);
      addEnclaveRoutes(routes, { chain, content, assignments, ...trust, get: (ref) => store.get(ref) });
      done();
    });
    return server;
  } catch (error) {
    await database.destroy();
    throw error;
  }
}

/** Answers refusals with their name and sentence; other errors go to the server's own handler. */
function explainRefusals(routes: FastifyInstance): void {
  routes.setErrorHandler((error: Error & { code?: string }, request, reply) => {
    const refusal: Error =
      error.code === "FST_ERR_CTP_BODY_TOO_LARGE"
        ? new SecretRefusal("SecretTooLarge", { limit: request.routeOptions.bodyLimit })
        : error;
    if (!isRefusal(refusal)) throw error;
    const { reason, message, statusCode } = refusal;
    // A request that cannot be read may hold anything, even a secret.
    request.log.info(reason === "MalformedRequest" ? { reason } : { reason, message }, "request refused");
    return reply.status(statusCode).send({ error: reason, message });
  });
}
