import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

import { TaskStatus } from "@poco-marketplace/sdk/protocol/status.js";
import { ownersOf, readContributions, readEndings, readMarket, readMoney, readPots, readReleases } from "./evidence.js";
import { openLogReader, readSmsLog } from "./evidence.js";
import { judgeEndings, type Ending } from "./judge/endings.js";
import { formsOf, judgeLog, type Marker } from "./judge/markers.js";
import { judgePayments, judgePots, keepBooks, NO_BOOKS, type Books } from "./judge/money.js";
import { judgeOrders } from "./judge/orders.js";
import { judgeRecords, judgeReleases } from "./judge/secrets.js";
import type { Violation } from "./judge/violation.js";
import type { Plan } from "./plan.js";
import { openDealMaker, type Deal } from "./world/deals.js";
import type { World } from "./world/world.js";

/** A run whose tasks may not be over yet. */
export interface PendingRun {
  readonly plan: Plan;
  readonly deals: readonly Deal[];
  /** Whether the fault had any effect: a worker without a task has none. */
  readonly hadEffect: boolean;
  readonly seconds: number;
  readonly violations: readonly Violation[];
}

/** The endings of a run's tasks. */
export interface Verdict {
  readonly endings: readonly Ending[];
  readonly violations: readonly Violation[];
}

/** Runs faults and judges them, on one network. */
export type FaultRunner = Awaited<ReturnType<typeof openFaultRunner>>;

/** The time to wait for tasks before the next run begins anyway, in milliseconds. */
const SOON = 15_000;
/** The time that the market may take to notice an event on chain, in milliseconds. */
const MARKET_LAG = 10_000;
/** The time that a worker may take to join on a busy machine, in milliseconds. */
const JOIN_TIMEOUT_MS = 120_000;
/** The time after its final deadline in which a task must end, in seconds. */
const GRACE = 45n;

/** Opens a fault runner in a world. */
export async function openFaultRunner(world: World) {
  const dealMaker = await openDealMaker(world);
  const markers: readonly Marker[] = world.markers.flatMap(formsOf);
  const readLogs = openLogReader(world.of("logs"));
  let audited: { books: Books; block: number; hash: string | null } = { books: NO_BOOKS, block: -1, hash: null };

  /** The books at the newest block. They are computed from the start after a reorg. */
  async function audit(): Promise<{ books: Books; violations: Violation[] }> {
    const { provider } = world;
    const last = audited.block < 0 ? null : await provider.getBlock(audited.block);
    if (last?.hash !== audited.hash) audited = { books: NO_BOOKS, block: -1, hash: null };
    const head = (await provider.getBlock("latest"))!;
    const books = keepBooks(audited.books, await readMoney(world, audited.block + 1, head.number));
    audited = { books, block: head.number, hash: head.hash };
    const pots = await readPots(world, ownersOf(world), head.number);
    return { books, violations: judgePots(books, pots) };
  }

  async function judgeMarket(): Promise<Violation[]> {
    const deadline = Date.now() + MARKET_LAG;
    for (;;) {
      const orders = dealMaker.published.slice();
      const asked = await Promise.all(
        orders.map(async (each) => ({ ...each, consumed: await dealMaker.consumed(each.hash) })),
      );
      const violations = judgeOrders(asked, await readMarket(world, orders));
      if (violations.length === 0 || Date.now() > deadline) return violations;
      await sleep(250);
    }
  }

  async function judgeLogs(): Promise<Violation[]> {
    const parts = [...(await readLogs()), { file: "what the network said", text: world.said() }];
    return parts.flatMap(({ file, text }) => judgeLog(file, text, markers));
  }

  async function judgeSecrets(): Promise<Violation[]> {
    // The database is read before the log, which has every release that the database has.
    const rows = await readReleases(world);
    const log = await readSmsLog(world);
    return [...judgeReleases(log), ...judgeRecords(log, { rows, contributions: [] })];
  }

  async function areOver(deals: readonly Deal[]): Promise<boolean> {
    const { hub } = world.contracts;
    const tasks = await Promise.all(deals.flatMap((deal) => deal.tasks).map((task) => hub.viewTask(task)));
    return tasks.every(({ status }) => status === TaskStatus.COMPLETED || status === TaskStatus.FAILED);
  }

  async function inject({ fault, injectAfter, appTakes, random }: Plan) {
    const rogue = await begin();
    try {
      // An additional worker gets an additional task.
      const makers = [
        () => dealMaker.makeSecretDeal(appTakes, rogue === undefined ? 2n : 3n),
        () => dealMaker.makeSharedDeal(appTakes),
      ];
      const deals = await Promise.all((random.percent(50) ? makers : makers.toReversed()).map((make) => make()));
      await sleep(injectAfter);
      const injecting = fault.inject?.(world, random);
      // Orders that the market accepts during the fault must be kept; it may be down.
      const late = dealMaker.publishAppOrder(5n).catch(() => undefined);
      const found = (await injecting) ?? [];
      await late;
      await world.waitUntilHealthy();
      const deadline = Date.now() + SOON;
      while (!(await areOver(deals)) && Date.now() < deadline) await sleep(100);
      return { deals, found, hadEffect: rogue?.hadEffect() ?? true };
    } finally {
      await rogue?.end();
    }

    async function begin() {
      const before = (await readFile(world.of("logs", "scheduler.log"))).length;
      const started = await fault.begin?.(world);
      if (started === undefined) return undefined;
      try {
        await hasJoined(world, before);
      } catch (error) {
        await started.end();
        throw error;
      }
      return started;
    }
  }

  return {
    /** Runs a plan, and judges the facts that are known at once. */
    async run(plan: Plan): Promise<PendingRun> {
      const startedAt = performance.now();
      const { deals, found, hadEffect } = await inject(plan);
      await world.waitUntilHealthy();
      const violations = [
        ...found,
        ...(await judgeMarket()),
        ...(await judgeLogs()),
        ...(await judgeSecrets()),
        ...(await audit()).violations,
      ];
      return { plan, deals, hadEffect, violations, seconds: (performance.now() - startedAt) / 1000 };
    },

    /** The verdict on a run, once its tasks are over or should be; undefined before. */
    async judge({ deals }: PendingRun): Promise<Verdict | undefined> {
      const { contracts, provider } = world;
      if (!(await areOver(deals))) {
        const now = BigInt((await provider.getBlock("latest"))!.timestamp);
        const clock = BigInt(Math.floor(Date.now() / 1000));
        const deadlines = await Promise.all(deals.map(({ id }) => finalDeadline(id)));
        const latest = deadlines.reduce((a, b) => (a > b ? a : b), 0n);
        if ((now > clock ? now : clock) < latest + GRACE) return undefined;
      }
      const endings = (await Promise.all(deals.map((deal) => readEndings(world, deal)))).flat();
      const { books, violations } = await audit();
      const tasks = deals.filter(({ isTee }) => isTee).flatMap((deal) => deal.tasks);
      const contributions = await readContributions(world, tasks);
      return {
        endings,
        violations: [
          ...judgeEndings(endings),
          ...violations,
          ...judgePayments(
            books,
            deals.flatMap(({ terms }) => terms),
          ),
          ...judgeRecords(await readSmsLog(world), { rows: [], contributions }),
        ],
      };

      async function finalDeadline(id: Deal["id"]): Promise<bigint> {
        const { startTime, category } = await contracts.hub.viewDeal(id);
        const { workClockTimeRef } = await contracts.hub.viewCategory(category);
        return startTime + 10n * workClockTimeRef;
      }
    },
  };
}

async function hasJoined(world: World, from: number): Promise<void> {
  const { rogue } = world;
  const deadline = Date.now() + JOIN_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const text = (await readFile(world.of("logs", "scheduler.log"))).subarray(from).toString();
    if (text.split("\n").some((line) => line.includes("worker joined") && line.includes(rogue.address))) return;
    await sleep(100);
  }
  throw new Error(`The worker ${rogue.address} did not join in time: see ${world.of("logs", "rogue.log")}.`);
}
