import { setTimeout as sleep } from "node:timers/promises";

import type { Address, DealId, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import { TaskStatus } from "@poco-marketplace/sdk/protocol/status.js";
import type { IPoco } from "@poco-marketplace/sdk/typechain.js";
import type { Log } from "../log.js";
import type { Actions } from "./actions.js";
import { advance, withdraw, type LiveTask } from "./advance.js";
import { openAssignments, type Assignment } from "./assignments.js";
import { readDeal, type PoolDeal } from "./chainTask.js";
import type { Follower } from "./follow.js";
import type { AttemptLimits } from "./plan.js";
import type { OpenTask, PoolRecord } from "./record.js";
import type { Roster } from "./roster.js";
import type { Membership } from "./membership.js";
import type { StakeGuard } from "./stakeGuard.js";
import type { Standings } from "./standings.js";
import type { Duties, InHand, RunDuty } from "@poco-marketplace/sdk/wire/scheduler.js";

/** What an engine works with. */
export interface EngineParts {
  readonly hub: IPoco;
  readonly actions: Actions;
  readonly follower: Follower;
  readonly record: PoolRecord;
  readonly roster: Roster;
  readonly workerpool: Address;
  /** The account that runs the pool. */
  readonly scheduler: Address;
  readonly limits: AttemptLimits;
  readonly guard: StakeGuard;
  readonly standings: Standings;
  readonly members: Membership;
  /** Deals were made, or tasks ended: the pool may have more or less to offer. */
  readonly onChange: () => void;
  /** Milliseconds between looks at the chain. */
  readonly pollMs: number;
  readonly log: Log;
}

/** Brings tasks to their end. */
export interface Engine {
  /** Stops, when what is under way is done. */
  stop(): Promise<void>;
  /** Something happened to a task: look at it now. */
  touch(task: TaskId): void;
  /** A slot may have become free. */
  staff(): void;
  deal(id: DealId): Promise<PoolDeal | undefined>;
  /** Of each task that is or may be worked on, the seconds that it may take; and up to which block that is all. */
  workload(): Promise<{ readonly inHand: readonly bigint[]; readonly asOf: number | undefined }>;
  /** A task that is not over. */
  task(id: TaskId): OpenTask | undefined;
  /** Whether this attempt is what a worker is to be at. */
  isAt(worker: Address, task: InHand): boolean;
  /** A worker is done with an attempt. */
  free(task: InHand): void;
  /** What a worker is to do that it does not do yet, and what to stop. */
  dutiesOf(worker: Address, has: { running: readonly InHand[]; revealing: readonly TaskId[] }): Promise<Duties>;
}

/** How many tasks are open at once; those after them wait in their deals. */
const WINDOW = 256;
/** How many tasks are looked at at once. */
const HANDS = 16;
/** How long a task rests after something went wrong, in milliseconds. */
const REST_MS = 500;
/** How long after it a task that is over may be open again, after a chain reorg, in milliseconds. */
const DOUBT_MS = 3_600_000;
/** Blocks after which a deal that nobody can read is forgotten. */
const DEAL_DOUBT = 12;

/** Starts to look after the tasks of a pool: those in the record, and those that come. */
export async function startEngine(parts: EngineParts): Promise<Engine> {
  const { hub, record, roster, follower, log, pollMs } = parts;
  const deals = new Map<DealId, PoolDeal>();
  const tasks = new Map<TaskId, LiveTask>();
  const assignments = openAssignments(await record.working());
  const underWay = new Set<Promise<void>>();
  const stopping = new AbortController();
  let alarm = new AbortController();
  let hasNews = true;
  /** Whether the chain may say otherwise of tasks that are over: after a reorg, and one may have been missed. */
  let isInDoubt = true;
  /** Steps that were under way then: they may still close a task by what the chain said before. */
  let stepsBefore: ReadonlySet<Promise<void>> = new Set();
  /** Tasks that are over by a block that the follower may not have read, so that it could not tell if it was replaced. */
  const justOver = new Map<TaskId, OpenTask>();
  let headBlock = 0;
  /** The block up to which all tasks of all deals are here; nothing while some are not. */
  let takenUpTo: number | undefined;
  for (const task of await record.openTasks()) enter(task);

  const ring = () => alarm.abort();
  const attendance = { parts, assignments, dealOf, staff, retire };

  function enter(task: OpenTask): void {
    const fresh = {
      wakeAt: 0n,
      isBusy: false,
      isTouched: true,
      isShort: false,
      isGivenUp: false,
      notBefore: 0,
      revealers: [],
    };
    tasks.set(task.id, { ...task, ...fresh });
  }

  function retire(task: TaskId): void {
    const over = tasks.get(task);
    if (over !== undefined) justOver.set(task, over);
    tasks.delete(task);
    hasNews = true;
    parts.onChange();
  }

  async function dealOf(id: DealId): Promise<PoolDeal | undefined> {
    const deal = deals.get(id) ?? (await readDeal(hub, id));
    if (deal === undefined) hasNews = true;
    else deals.set(id, deal);
    return deal;
  }

  /** Reads the chain, and notes what there is. */
  async function look(): Promise<void> {
    const happened = await follower.look();
    if (happened === undefined) return;
    for (const { id, block } of happened.deals) await record.noteDeal(id, block);
    for (const notice of happened.boostDeals) await parts.guard.sawBoostDeal(notice);
    await record.moveCursor(happened.head.number);
    follower.settle(happened.head);
    headBlock = happened.head.number;
    if (happened.deals.length > 0 || happened.isReorg) hasNews = true;
    if (happened.deals.length + happened.boostDeals.length > 0) parts.onChange();
    if (happened.isReorg) {
      deals.clear();
      isInDoubt = true;
      stepsBefore = new Set(underWay);
      for (const task of tasks.values()) task.isTouched = true;
      log.warn({ block: headBlock }, "chain reorg: everything is read again");
    }
    for (const id of happened.tasks) touch(id);
  }

  /**
   * Opens tasks again whose end is not on the chain any more.
   *
   * @param over Tasks that were over before the chain was last looked at.
   */
  async function lookBack(over: readonly OpenTask[]): Promise<void> {
    const doubtful = isInDoubt ? await record.closedSince(new Date(Date.now() - DOUBT_MS)) : over;
    for (const closed of doubtful) {
      const { status, contributors } = await hub.viewTask(closed.id);
      if (status === TaskStatus.COMPLETED || status === TaskStatus.FAILED || tasks.has(closed.id)) continue;
      if ((await dealOf(closed.deal)) === undefined) continue;
      enter(await record.reopen(closed, contributors as Address[]));
      log.warn({ task: closed.id }, "task reopened after a reorg");
    }
    for (const { id } of over) justOver.delete(id);
    isInDoubt = isInDoubt && [...stepsBefore].some((step) => underWay.has(step));
  }

  /** Takes up tasks of deals until there are enough. */
  async function takeUp(): Promise<void> {
    if (!hasNews && takenUpTo !== undefined) takenUpTo = headBlock;
    if (!hasNews || tasks.size >= WINDOW) return;
    takenUpTo = undefined;
    const open = await record.openDeals();
    hasNews = false;
    for (const row of open) {
      const deal = await dealOf(row.id);
      if (deal === undefined) {
        if (headBlock > row.block + DEAL_DOUBT) await forget(row.id, "it is not on this chain");
      } else if (deal.scheduler !== parts.scheduler || deal.workerpool !== parts.workerpool) {
        await forget(row.id, `it is for ${deal.scheduler}, who owned pool ${deal.workerpool}`);
      } else if (tasks.size < WINDOW) {
        const { first, size } = deal;
        const taken = await record.takeUp(row, { first, size, count: WINDOW - tasks.size });
        taken.forEach(enter);
        log.info({ deal: row.id, tasks: `${size}` }, "deal accepted");
      }
    }
    if (!hasNews && tasks.size < WINDOW && (await record.openDeals()).length === 0) takenUpTo = headBlock;
  }

  async function forget(id: DealId, why: string): Promise<void> {
    await record.forgetDeal(id);
    deals.delete(id);
    for (const task of tasks.values()) if (task.deal === id) tasks.delete(task.id);
    log.warn({ deal: id }, `deal skipped: ${why}`);
  }

  /** Takes work from workers that are gone. */
  async function missSilent(): Promise<void> {
    for (const { task, attempt, worker } of assignments.all()) {
      if (roster.isThere(worker)) continue;
      await withdraw(attendance, { task, worker }, { state: "lost", cause: "the worker went silent" });
      // Those of before a restart may not have found the way back in time.
      if (roster.hasJoined(worker)) await parts.standings.failed(worker);
      log.warn({ task, attempt, worker }, "worker timed out");
      touch(task);
    }
  }

  function touch(id: TaskId): void {
    const task = tasks.get(id);
    if (task === undefined) return;
    task.isTouched = true;
    ring();
  }

  function staff(): void {
    for (const task of tasks.values()) if (task.isShort) task.isTouched = true;
    ring();
  }

  /** Looks at tasks that something happened to, or whose time has come. */
  function begin(): void {
    const now = follower.now();
    for (const task of tasks.values()) {
      if (underWay.size >= HANDS) return;
      if (task.isBusy || performance.now() < task.notBefore || !(task.isTouched || now >= task.wakeAt)) continue;
      void attend(task);
    }
  }

  async function attend(task: LiveTask): Promise<void> {
    task.isTouched = false;
    task.isBusy = true;
    const work = tryAdvance(task);
    underWay.add(work);
    await work;
    underWay.delete(work);
    task.isBusy = false;
    ring();
  }

  async function tryAdvance(task: LiveTask): Promise<void> {
    try {
      await advance(task, attendance);
    } catch (error) {
      task.notBefore = performance.now() + REST_MS;
      task.isTouched = true;
      if (!stopping.signal.aborted) log.warn({ task: task.id, err: error }, "a step failed, and is tried again");
    }
  }

  async function live(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        const over = [...justOver.values()];
        await look();
        await lookBack(over);
        await takeUp();
        await missSilent();
      } catch (error) {
        if (!stopping.signal.aborted) log.warn({ err: error }, "the chain or the database does not answer");
      }
      const deadline = performance.now() + pollMs;
      while (performance.now() < deadline && !stopping.signal.aborted) {
        alarm = new AbortController();
        begin();
        const signal = AbortSignal.any([alarm.signal, stopping.signal]);
        await sleep(Math.max(deadline - performance.now(), 1), undefined, { signal }).catch(() => undefined);
      }
    }
    await Promise.all(underWay);
  }

  function runDuty({ task: taskId, attempt: number }: Assignment, deal: PoolDeal): RunDuty {
    return {
      taskId,
      attempt: number,
      dealId: deal.id,
      index: `${tasks.get(taskId)!.index}`,
      isSolo: deal.trust <= 1n,
      isTee: deal.isTee,
      seconds: Number(deal.workClockTimeRef),
    };
  }

  const living = live();
  return {
    async stop() {
      stopping.abort();
      await living;
    },
    touch,
    staff,
    deal: dealOf,
    async workload() {
      const asOf = takenUpTo;
      const worked = [...tasks.values()].filter(({ isGivenUp }) => !isGivenUp);
      const found = await Promise.all(worked.map(({ deal }) => dealOf(deal)));
      return { asOf, inHand: found.map((deal) => deal?.workClockTimeRef ?? 0n) };
    },
    task: (id) => tasks.get(id),
    isAt: (worker, task) => assignments.isAt(worker, task),
    free({ taskId, attempt: number }) {
      assignments.remove((each) => each.task === taskId && each.attempt === number);
      staff();
    },
    async dutiesOf(worker, has) {
      const run: RunDuty[] = [];
      for (const each of assignments.of(worker)) {
        const task = tasks.get(each.task);
        if (task === undefined || has.running.some((one) => one.taskId === each.task && one.attempt === each.attempt)) {
          continue;
        }
        const deal = await dealOf(task.deal);
        if (deal !== undefined && assignments.isAt(worker, { taskId: each.task, attempt: each.attempt })) {
          run.push(runDuty(each, deal));
        }
      }
      const revealing = [...tasks.values()].filter(({ revealers }) => revealers.includes(worker)).map(({ id }) => id);
      return {
        run,
        reveal: revealing.filter((id) => !has.revealing.includes(id)),
        stop: has.running.filter((each) => !assignments.isAt(worker, each)),
      };
    },
  };
}
