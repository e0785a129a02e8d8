import { setTimeout as sleep } from "node:timers/promises";

import { Wallet, ZeroAddress } from "ethers";

import type { FastifyInstance } from "fastify";

import { openProvider } from "@poco-marketplace/sdk/chain/openProvider.js";
import { openSender } from "@poco-marketplace/sdk/chain/sender.js";
import { openDatabase } from "../database/openDatabase.js";
import { createServer } from "../http/createServer.js";
import { HttpError } from "../http/HttpError.js";
import { openLogin } from "../login/openLogin.js";
import { signAuthorization } from "@poco-marketplace/sdk/protocol/authorization.js";
import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { orderDomain } from "@poco-marketplace/sdk/protocol/typedData.js";
import { SecretsClient } from "@poco-marketplace/sdk/client/secrets.js";
import { readEnclaveFacts } from "@poco-marketplace/enclave/trust/enclaveFacts.js";
import type { PlatformPolicyParts } from "@poco-marketplace/enclave/trust/platformPolicy.js";
import { IPoco__factory } from "@poco-marketplace/sdk/typechain.js";
import type { ChainServiceOptions } from "../serviceOptions.js";
import { openActions } from "./actions.js";
import { addClientRoutes } from "./clientRoutes.js";
import { assertDealEnclave, enclaveTrust } from "./dealEnclave.js";
import { openDenials } from "./denials.js";
import { startEngine, type Engine } from "./engine.js";
import { followPool } from "./follow.js";
import { openMembership, type OpenTerms } from "./membership.js";
import { dependableSlots } from "./offers/capacity.js";
import { keepOffers, type KeptOffers, type OfferTerms } from "./offers/keepOffers.js";
import { openMarketClient } from "@poco-marketplace/sdk/client/market.js";
import { openOfferBook } from "./offers/offerBook.js";
import { addOwnerRoutes } from "./ownerRoutes.js";
import { ATTEMPT_LIMITS, type AttemptLimits } from "./plan.js";
import { openRecord } from "./record.js";
import { openRoster, type Patience } from "./roster.js";
import { openStandings, PROBATION, type Probation } from "./standings.js";
import { openStakeGuard, type InspectApp } from "./stakeGuard.js";
import { SCHEDULER_DATABASE, type PoolTables } from "./tables.js";
import { addWorkerRoutes, type FailedAttempt, type WorkerDesk } from "./workerRoutes.js";

/** The options of a scheduler. */
export interface SchedulerServiceOptions extends ChainServiceOptions {
  /** Private key of the pool's owner; nobody else may send transactions with it. */
  readonly wallet: Hex;
  readonly workerpool: Address;
  /** URL of the secret service, which is told which enclave does a task; without one, no task gets any secret. */
  readonly sms?: string;
  /** The accounts that may work for the pool: none by default. */
  readonly workers?: readonly Address[];
  /** What others must have to work for it, too; without it, nobody else may. */
  readonly openWorkers?: OpenTerms;
  readonly probation?: Partial<Probation>;
  /** Milliseconds between looks at the chain: 100 by default. */
  readonly pollMs?: number;
  /** What to offer, and on which market; without it, no orders are signed. */
  readonly offers?: OfferTerms & {
    readonly market: string;
    /** Milliseconds between looks at what is offered: 5,000 by default. */
    readonly everyMs?: number;
  };
  /** Looks at an app before work for it is begun; without it, workers find out what is wrong with it. */
  readonly inspectApp?: InspectApp;
  /** Is told of each attempt that failed, in words that anybody may read. */
  readonly onFailure?: (failure: FailedAttempt) => void;
  readonly patience?: Partial<Patience>;
  readonly limits?: Partial<AttemptLimits>;
  /** For whose enclaves to sign where deals ask for them. */
  readonly enclaves: PlatformPolicyParts | "unattested";
}

const PATIENCE: Patience = { holdMs: 5_000, graceMs: 4_000 };
const POLL_MS = 100;
/** How long the first orders may take before the service answers without them, in milliseconds. */
const READY_MS = 5_000;

/**
 * The scheduler of a workerpool: does the tasks of its deals with the workers that join it, and tells clients how they
 * are. What it must not forget is on chain and in its database; it goes on where it was after any end. docs/explanation/scheduling.md
 * tells the life of a task.
 *
 * @throws MissingTcbPolicyError, DatabaseError
 */
export async function openSchedulerService(options: SchedulerServiceOptions): Promise<FastifyInstance> {
  const { rpc, deployment, workerpool, sms, workers: listed = [], log, pollMs = POLL_MS } = options;
  const enclaves = enclaveTrust(options.enclaves, deployment);
  const patience = { ...PATIENCE, ...options.patience };
  const server = await createServer({ log, origins: options.origins });
  const database = await openDatabase<PoolTables>(options.database, SCHEDULER_DATABASE);
  const provider = openProvider(rpc, deployment.chainId);
  const wallet = new Wallet(options.wallet, provider);
  const hub = IPoco__factory.connect(deployment.poco, provider);
  const facts = readEnclaveFacts(hub);
  const record = openRecord(database);
  const roster = openRoster(patience);
  const loginFor = (purpose: string, route: string) =>
    openLogin({
      name: "PoCo scheduler",
      purpose: `Sign this message to ${purpose} workerpool ${workerpool}`,
      route,
      chainId: deployment.chainId,
      acceptsSignature: (account, hash, sign) => hub.verifySignature(account, hash, sign),
    });

  const denials = openDenials(database);
  let offers: KeptOffers | undefined;
  const onChange = () => offers?.touch();
  const { inspectApp } = options;
  const guard = openStakeGuard({
    hub,
    provider,
    scheduler: wallet.address as Address,
    denials,
    inspectApp,
    onLoss: onChange,
    log: server.log,
  });

  // Whoever may have work again may be who a task waits for.
  const standings = await openStandings(database, { ...PROBATION, ...options.probation }, () => engine.staff());
  const members = openMembership({ hub, facts, trust: enclaves, listed, open: options.openWorkers, standings });

  const sender = openSender(wallet, { pollMs: Math.min(pollMs, 50) });
  const from = ((await record.cursor()) ?? deployment.block - 1) + 1;
  const engine: Engine = await startEngine({
    hub,
    record,
    roster,
    workerpool,
    pollMs,
    actions: await openActions(hub, sender),
    follower: followPool(provider, { hub, workerpool }, from),
    scheduler: sender.address,
    limits: { ...ATTEMPT_LIMITS, ...options.limits },
    guard,
    standings,
    members,
    onChange,
    log: server.log,
  });

  const authorize: WorkerDesk["authorize"] = async ({ worker, task, request }) => {
    const deal = await engine.deal(task.deal);
    if (deal === undefined) throw new HttpError(503, `Deal ${task.deal} cannot be read now: ask again in a moment.`);
    if (deal.isTee) {
      const shown = { worker, taskId: task.id, app: deal.app, request };
      members.assertPlatform(worker, await assertDealEnclave(facts, enclaves, shown));
    }
    const { enclave = ZeroAddress as Address } = request;
    const permit = { worker, taskId: task.id, enclave };
    const sequence = await record.nextSequence(task.id);
    if (deal.isTee && sms !== undefined) {
      await new SecretsClient(sms).appoint({ ...permit, sequence: BigInt(sequence) }, wallet);
    }
    const { sign } = await signAuthorization(wallet, permit);
    return { sign, sequence };
  };

  addClientRoutes(server, {
    record,
    login: loginFor("read the logs of your tasks at", "GET /tasks/logs/challenge"),
    chainId: deployment.chainId,
    deal: (id) => engine.deal(id),
  });
  addWorkerRoutes(server, {
    record,
    roster,
    engine,
    login: loginFor("work for", "GET /workers/challenge"),
    members,
    standings,
    onFailure: options.onFailure ?? (() => undefined),
    patience,
    authorize,
  });
  addOwnerRoutes(server, {
    denials,
    login: loginFor("see who is denied by", "GET /denials/challenge"),
    owner: sender.address,
    onForgiven: onChange,
  });
  if (options.offers !== undefined) {
    const { market, everyMs, ...terms } = options.offers;
    offers = keepOffers(terms, {
      hub,
      domain: orderDomain({ chainId: BigInt(deployment.chainId), hub: deployment.poco }),
      workerpool,
      wallet,
      sender,
      market: openMarketClient(market, deployment.chainId, wallet),
      book: openOfferBook(database),
      denials,
      workload: async () => {
        const present = roster.present().map(({ worker, slots }) => ({ ...standings.of(worker), slots }));
        return { ...(await engine.workload()), slots: dependableSlots(present) };
      },
      inspectApp,
      everyMs,
      log: server.log,
    });
    // Whoever waits for the pool finds its orders on the market, unless that does not answer.
    server.addHook("onReady", () => Promise.race([offers!.looked, sleep(READY_MS, undefined, { ref: false })]));
  }
  server.addHook("preClose", () => roster.dismiss());
  server.addHook("onClose", async () => {
    await offers?.stop();
    await engine.stop();
    provider.destroy();
    await record.close();
  });
  return server;
}
