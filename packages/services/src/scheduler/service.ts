/**
 * The scheduler of a workerpool. Where to read what:
 *
 * - `engine` looks after all open tasks: it reads `poolEvents`, has `poolDeals` open the tasks of new deals, and calls
 *   `advance` for each task that something happened to. `reorgRecheck` opens tasks again after a chain reorg.
 * - `advance` takes one step of one task, which `plan`, a pure function, chooses from the chain and the database alone.
 *   It sends transactions with `actions`, and chooses workers (`chooseWorkers`) by their `standings`.
 * - `records` is the database: deals, tasks, attempts. In memory are only `openTasks`, `assignments` and `workerSessions`.
 * - `workerRoutes`, `clientRoutes` and `ownerRoutes` are the HTTP API; `poolMembership` says who may join, `workPermits` and
 *   `dealEnclave` which enclaves may contribute.
 * - `stakeGuard` and `denials` keep the owner's stake from being lost twice to the same people; `offers/` keeps the pool's
 *   orders on the market.
 */
import { setTimeout as sleep } from "node:timers/promises";

import { Wallet } from "ethers";
import type { FastifyInstance } from "fastify";

import { readEnclaveFacts } from "@poco-marketplace/enclave/trust/enclaveFacts.js";
import type { PlatformPolicyParts } from "@poco-marketplace/enclave/trust/platformPolicy.js";
import { openProvider } from "@poco-marketplace/sdk/chain/openProvider.js";
import { NonceManagedSender } from "@poco-marketplace/sdk/chain/nonceManagedSender.js";
import { MarketClient } from "@poco-marketplace/sdk/client/market.js";
import type { Manifest } from "@poco-marketplace/sdk/manifest.js";
import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { orderDomain } from "@poco-marketplace/sdk/protocol/typedData.js";
import { IPoco__factory, type IPoco } from "@poco-marketplace/sdk/typechain.js";
import { openDatabase } from "../database/openDatabase.js";
import { createServer } from "../http/createServer.js";
import { openLogin } from "../login/openLogin.js";
import type { ChainServiceOptions } from "../serviceOptions.js";
import { openActions } from "./actions.js";
import { addClientRoutes } from "./clientRoutes.js";
import { enclaveTrust } from "./dealEnclave.js";
import { openDenials } from "./denials.js";
import { Engine } from "./engine.js";
import { PoolMembership, type OpenTerms } from "./poolMembership.js";
import { dependableSlots } from "./offers/capacity.js";
import { openOfferBook } from "./offers/offerBook.js";
import { OfferKeeper, type OfferKeeperOptions } from "./offers/offerKeeper.js";
import type { OfferTerms } from "./offers/offerTargets.js";
import { addOwnerRoutes } from "./ownerRoutes.js";
import { ATTEMPT_LIMITS, type AttemptLimits } from "./plan.js";
import { PoolEvents } from "./poolEvents.js";
import { openRecords } from "./records.js";
import { StakeGuard, type InspectApp } from "./stakeGuard.js";
import { PROBATION, Standings, type Probation } from "./standings.js";
import { SCHEDULER_DATABASE, type PoolDatabase, type PoolTables } from "./tables.js";
import { addWorkerRoutes, type FailedAttempt } from "./workerRoutes.js";
import { WorkerSessions, type SessionTimeouts } from "./workerSessions.js";
import { WorkPermits } from "./workPermits.js";

/** The options of a scheduler. */
export interface SchedulerServiceOptions extends ChainServiceOptions {
  /** Private key of the pool's owner; nobody else may send transactions with it. */
  readonly wallet: Hex;
  readonly workerpool: Address;
  /** URL of the secret service, which is told which enclave does a task; without one, no task gets any secret. */
  readonly sms?: string;
  /** The accounts that may work for the pool: none by default. */
  readonly workers?: readonly Address[];
  /** What other accounts must have to work for it; without it, none may. */
  readonly openWorkers?: OpenTerms;
  readonly probation?: Partial<Probation>;
  /** Milliseconds between reads of the chain: 100 by default. */
  readonly pollMs?: number;
  /** What to offer, and on which market; without it, no orders are signed. */
  readonly offers?: PoolOffers;
  /** Inspects an app before work for it is begun; without it, workers find out what is wrong with it. */
  readonly inspectApp?: InspectApp;
  /** Called with each attempt that failed. */
  readonly onFailure?: (failure: FailedAttempt) => void;
  readonly timeouts?: Partial<SessionTimeouts>;
  readonly limits?: Partial<AttemptLimits>;
  /** The platforms whose enclaves get work permits where deals ask for enclaves. */
  readonly enclaves: PlatformPolicyParts | "unattested";
}

/** What a pool offers, and where. */
export interface PoolOffers extends OfferTerms {
  /** URL of the market. */
  readonly market: string;
  /** Milliseconds between updates of the orders: 5,000 by default. */
  readonly everyMs?: number;
}

const TIMEOUTS: SessionTimeouts = { holdMs: 5_000, graceMs: 4_000 };
const POLL_MS = 100;
/** How long the first orders may take before the service answers without them, in milliseconds. */
const READY_MS = 5_000;

/**
 * The scheduler of a workerpool: does the tasks of its deals with the workers that join it, and shows clients their history.
 * Its state is on chain and in its database, so that it goes on where it was after any end.
 * docs/explanation/scheduling.md follows a task through it.
 *
 * @throws MissingTcbPolicyError, DatabaseError
 */
export async function openSchedulerService(options: SchedulerServiceOptions): Promise<FastifyInstance> {
  const { deployment, workerpool, inspectApp, log, origins, pollMs = POLL_MS } = options;
  const trust = enclaveTrust(options.enclaves, deployment);
  const timeouts = { ...TIMEOUTS, ...options.timeouts };
  const server = await createServer({ log, origins });
  const database = await openDatabase<PoolTables>(options.database, SCHEDULER_DATABASE);
  const provider = openProvider(options.rpc, deployment.chainId);
  const wallet = new Wallet(options.wallet, provider);
  const owner = wallet.address as Address;
  const sender = new NonceManagedSender(wallet, { pollMs: Math.min(pollMs, 50) });
  const hub = IPoco__factory.connect(deployment.poco, provider);
  const facts = readEnclaveFacts(hub);
  const records = openRecords(database);
  const sessions = new WorkerSessions(timeouts);
  const denials = openDenials(database);

  let offers: OfferKeeper | undefined;
  const onChange = () => offers?.update();
  // A worker that may have work again may be the one that a task waits for.
  const onRested = () => engine.fillSlots();
  const standings = await Standings.open(database, { ...PROBATION, ...options.probation }, onRested);
  const { workers: listed = [], openWorkers: open } = options;
  const members = new PoolMembership({ hub, facts, trust, listed, open, standings });
  const shared = { hub, denials, inspectApp, log: server.log };
  const cursor = await records.deals.cursor();
  const engine: Engine = await Engine.start({
    ...shared,
    records,
    sessions,
    workerpool,
    pollMs,
    actions: await openActions(hub, sender),
    events: new PoolEvents(provider, { hub, workerpool }, { first: deployment.block, cursor }),
    scheduler: owner,
    limits: { ...ATTEMPT_LIMITS, ...options.limits },
    guard: new StakeGuard({ ...shared, provider, scheduler: owner, onLoss: onChange }),
    standings,
    members,
    onChange,
  });

  const { onFailure = () => undefined } = options;
  const { attempts, tasks } = records;
  const permits = new WorkPermits({ engine, tasks, members, facts, trust, wallet, sms: options.sms });
  const logins = openLogins(hub, options);
  addClientRoutes(server, { tasks, login: logins.client, chainId: deployment.chainId, deal: (id) => engine.deal(id) });
  addWorkerRoutes(server, {
    attempts,
    sessions,
    engine,
    login: logins.worker,
    members,
    standings,
    onFailure,
    timeouts,
    permits,
  });
  addOwnerRoutes(server, { denials, login: logins.owner, owner, onRemoved: onChange });
  if (options.offers !== undefined) {
    const keeper = keepOffers(options.offers, {
      ...shared,
      deployment,
      workerpool,
      wallet,
      sender,
      database,
      engine,
      sessions,
      standings,
    });
    offers = keeper;
    // A client that waits for the pool finds its orders on the market, unless the market does not answer.
    server.addHook("onReady", () => Promise.race([keeper.firstUpdate, sleep(READY_MS, undefined, { ref: false })]));
  }
  server.addHook("preClose", () => sessions.endHeldRequests());
  server.addHook("onClose", async () => {
    await offers?.stop();
    await engine.stop();
    provider.destroy();
    await database.destroy();
  });
  return server;
}

/** A login for each kind of caller: a signature for one is none for another. */
function openLogins(hub: IPoco, { deployment, workerpool }: SchedulerServiceOptions) {
  const loginFor = (purpose: string, route: string) =>
    openLogin({
      name: "PoCo scheduler",
      purpose: `Sign this message to ${purpose} workerpool ${workerpool}`,
      route,
      chainId: deployment.chainId,
      acceptsSignature: (account, hash, sign) => hub.verifySignature(account, hash, sign),
    });
  return {
    client: loginFor("read the logs of your tasks at", "GET /tasks/logs/challenge"),
    worker: loginFor("work for", "GET /workers/challenge"),
    owner: loginFor("see who is denied by", "GET /denials/challenge"),
  };
}

/** Keeps the pool's orders on a market, for as much as its workers can be counted on to do. */
function keepOffers(
  { market, everyMs, ...terms }: PoolOffers,
  {
    deployment,
    database,
    engine,
    sessions,
    standings,
    ...shared
  }: Pick<OfferKeeperOptions, "hub" | "denials" | "inspectApp" | "log" | "workerpool" | "wallet" | "sender"> & {
    readonly deployment: Manifest;
    readonly database: PoolDatabase;
    readonly engine: Engine;
    readonly sessions: WorkerSessions;
    readonly standings: Standings;
  },
): OfferKeeper {
  return new OfferKeeper(terms, {
    ...shared,
    domain: orderDomain({ chainId: BigInt(deployment.chainId), hub: deployment.poco }),
    market: new MarketClient(market, { chainId: deployment.chainId, signer: shared.wallet }),
    book: openOfferBook(database),
    workload: async () => {
      const connected = sessions.connected().map(({ worker, slots }) => ({ ...standings.of(worker), slots }));
      return { ...(await engine.workload()), slots: dependableSlots(connected) };
    },
    everyMs,
  });
}
