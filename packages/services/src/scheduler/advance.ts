import type { Address, DealId, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import { ContributionStatus, TaskStatus } from "@poco-marketplace/sdk/protocol/status.js";
import { commonResult, usableResults } from "./actions.js";
import type { Assignments } from "./assignments.js";
import { chooseWorkers, isProven, untriedOf, type Candidate } from "./chooseWorkers.js";
import { readTask, type PoolDeal, type RevealedTask } from "./chainTask.js";
import type { EngineParts } from "./engine.js";
import { planTask, type Step } from "./plan.js";
import type { OpenTask } from "./record.js";
import type { ReplicateRow } from "./taskHistory.js";
import type { TaskStage } from "./tables.js";
import { GIVEN_UP } from "@poco-marketplace/sdk/wire/scheduler.js";

/** A task in memory. */
export interface LiveTask extends OpenTask {
  stage: TaskStage;
  /** When to look at it again whatever happens, by the chain's clock. */
  wakeAt: bigint;
  isBusy: boolean;
  /** Something happened: look at it. */
  isTouched: boolean;
  /** Workers are missing. */
  isShort: boolean;
  /** Nobody is to work on it any more. */
  isGivenUp: boolean;
  /** Not before, on the clock of `performance.now()`: after something went wrong. */
  notBefore: number;
  /** Who is to reveal. */
  revealers: readonly Address[];
}

/** What looking after one task takes of the engine. */
export interface Attendance {
  readonly parts: EngineParts;
  readonly assignments: Assignments;
  readonly dealOf: (id: DealId) => Promise<PoolDeal | undefined>;
  /** Slots may be free. */
  readonly staff: () => void;
  /** A task is over. */
  readonly retire: (task: TaskId) => void;
}

/** How long a task that nothing happens to is left alone, in seconds. */
const LOOK_AGAIN = 60n;

/** Looks at a task, and takes the step that is due. Another may be due then: the task says so. */
export async function advance(task: LiveTask, attendance: Attendance): Promise<void> {
  const { parts, dealOf } = attendance;
  const deal = await dealOf(task.deal);
  if (deal === undefined) throw new Error(`Deal ${task.deal} cannot be read now.`);
  const [chain, rows] = await Promise.all([readTask(parts.hub, task.id), parts.record.replicatesOf(task.id)]);
  const usable = new Set(usableResults(task.id, deal, chain, rows).map(({ attempt }) => attempt));
  const replicates = rows.map((row) => {
    const standing = parts.standings.of(row.worker);
    const { identity } = standing;
    return { ...row, hasResult: usable.has(row.attempt), identity, isProven: isProven(standing) };
  });
  const present = candidatesFor(deal, attendance);
  const tried = replicates.map(({ identity }) => identity);
  const now = parts.follower.now();
  const planned = planTask({
    now,
    deal,
    chain,
    replicates,
    untried: untriedOf(present, tried),
    limits: parts.limits,
  });
  const refusal = isBeginning(planned) ? await parts.guard.refusalOf(deal) : undefined;
  const step: Step =
    refusal === undefined ? planned : { kind: "giveUp", until: deal.finalDeadline, why: refusal, isRefused: "yes" };

  const until = "until" in step ? step.until : now + LOOK_AGAIN;
  Object.assign(task, {
    // Whoever comes may do what the others could not.
    isShort: planned.kind === "staff" || planned.kind === "giveUp",
    isGivenUp: step.kind === "giveUp",
    wakeAt: until < now + LOOK_AGAIN ? until : now + LOOK_AGAIN,
    revealers: step.kind === "reveal" ? step.workers : [],
  });
  await noteProgress(task, chain, attendance);
  const isMoreDue = await perform(step, { ...attendance, task, deal, chain, rows, present });
  if (isMoreDue) task.isTouched = true;
}

type Scene = Attendance & {
  readonly task: LiveTask;
  readonly deal: PoolDeal;
  readonly chain: RevealedTask;
  readonly rows: readonly ReplicateRow[];
  readonly present: readonly Candidate[];
};

/** The workers that are there, and may do tasks of a deal. */
function candidatesFor({ isTee }: PoolDeal, { parts, assignments }: Attendance): Candidate[] {
  const { roster, standings, members } = parts;
  return roster
    .present()
    .filter(({ worker }) => members.mayDo(worker, { isTee }))
    .map(({ worker, slots }) => ({ ...standings.of(worker), worker, slots, busy: assignments.busy(worker) }));
}

/** Does a step. Returns whether the next one may be due at once. */
async function perform(step: Step, scene: Scene): Promise<boolean> {
  const { task, deal, parts } = scene;
  const { actions } = parts;
  switch (step.kind) {
    case "initialize":
      await note(scene, "INITIALIZING");
      await actions.initialize(deal.id, task.index);
      return true;
    case "staff":
      return assign(step, scene);
    case "release":
      for (const worker of step.workers) {
        await withdraw(scene, { task: task.id, worker }, { state: "released", cause: step.reason });
        if (step.isBlame === "yes") await parts.standings.failed(worker);
      }
      scene.staff();
      return true;
    case "reveal":
      for (const worker of step.workers) parts.roster.wake(worker);
      return false;
    case "finalize":
      await finalize(step.workers, scene);
      return true;
    case "reopen":
      await actions.reopen(task.id);
      await note(scene, "REOPENING");
      return true;
    case "claim":
      await note(scene, "FINAL_DEADLINE_REACHED");
      await actions.claim(task.id);
      return true;
    case "initializeAndClaim":
      await note(scene, "FINAL_DEADLINE_REACHED");
      await actions.initializeAndClaim(deal.id, task.index);
      return true;
    case "giveUp": {
      const { why: cause, isRefused = "no" } = step;
      if (await parts.guard.gaveUp(task.id, deal, { cause, isRefused })) {
        await parts.record.remark(task.id, task.stage, `${GIVEN_UP}${cause}`);
        const failed = scene.rows.filter(({ state }) => state === "failed").map(({ worker }) => worker);
        await parts.standings.excuse(failed);
      }
      return false;
    }
    case "wait":
      return false;
    case "close":
      await close(step.outcome, scene);
      return false;
  }
}

/** Whether a step puts more of the pool's means into a task. */
function isBeginning({ kind }: Step): boolean {
  return kind === "initialize" || kind === "staff";
}

async function noteProgress(task: LiveTask, { status }: RevealedTask, { parts }: Attendance): Promise<void> {
  const next: TaskStage | undefined =
    status === TaskStatus.ACTIVE && ["RECEIVED", "INITIALIZING"].includes(task.stage)
      ? "INITIALIZED"
      : status === TaskStatus.REVEALING && ["INITIALIZED", "RUNNING", "REOPENING"].includes(task.stage)
        ? "CONSENSUS_REACHED"
        : undefined;
  if (next !== undefined) await note({ task, parts }, next);
}

async function note(
  { task, parts }: Pick<Scene, "task" | "parts">,
  stage: TaskStage,
  more: { cause?: string; isOver?: "yes" | "no" } = {},
): Promise<void> {
  await parts.record.stage(task.id, stage, more);
  task.stage = stage;
}

async function assign(step: Extract<Step, { kind: "staff" }>, scene: Scene): Promise<boolean> {
  const { task, parts, assignments, deal } = scene;
  const { record, roster, follower, log, members } = parts;
  for (const worker of await members.lapsed(chooseWorkers(candidatesFor(deal, scene), step))) {
    roster.leave(worker);
    log.warn({ worker }, "a worker has not what the pool asks of it any more");
  }
  // Another task may have taken a slot meanwhile.
  const workers = chooseWorkers(candidatesFor(deal, scene), step);
  const places = workers.map((worker) => assignments.keep(task.id, worker));
  try {
    for (const worker of workers) {
      const attempt = await record.assign(task.id, worker, follower.now());
      assignments.add({ task: task.id, attempt, worker });
      roster.give(worker);
      roster.wake(worker);
      log.info({ task: task.id, attempt, worker }, "task assigned");
    }
    if (workers.length > 0) await note(scene, "RUNNING");
  } finally {
    for (const giveBack of places) giveBack();
  }
  return workers.length === step.count;
}

async function finalize(workers: readonly Address[], scene: Scene): Promise<void> {
  const { task, deal, chain, rows, parts } = scene;
  const delivered = rows.filter(({ worker }) => workers.includes(worker));
  const result = commonResult(usableResults(task.id, deal, chain, delivered));
  if (result === undefined) throw new Error(`The result of task ${task.id} is not there any more.`);
  await note(scene, "FINALIZING");
  const { results, callback_data: callbackData } = result;
  await parts.actions.finalize(task.id, deal, { results, callbackData: callbackData ?? "0x" });
}

/** Takes a task from a worker. */
export async function withdraw(
  { parts, assignments }: Pick<Attendance, "parts" | "assignments">,
  { task, worker }: { task: TaskId; worker: Address },
  why: { state: "lost" | "released"; cause: string },
): Promise<void> {
  await parts.record.withdraw({ task, worker }, why);
  assignments.remove((each) => each.task === task && each.worker === worker);
  parts.roster.wake(worker);
}

async function close(outcome: "completed" | "failed", scene: Scene): Promise<void> {
  const { task, chain, rows, parts, assignments } = scene;
  for (const { worker, attempt, state } of rows) {
    if (state !== "working" && state !== "contributed") continue;
    if (outcome === "completed" && chain.contributors.includes(worker)) {
      await parts.record.report({ task: task.id, attempt }, { status: "COMPLETED" });
      // Whoever said on chain what was not so has not done the task.
      const { status } = await parts.hub.viewContribution(task.id, worker);
      await (status === ContributionStatus.PROVED ? parts.standings.succeeded(worker) : parts.standings.failed(worker));
    } else {
      await withdraw(scene, { task: task.id, worker }, { state: "released", cause: "the task is over" });
    }
  }
  if (outcome === "completed") await parts.guard.completed(scene.deal);
  await note(scene, outcome === "completed" ? "COMPLETED" : "FAILED", { isOver: "yes" });
  for (const { worker } of assignments.remove((each) => each.task === task.id)) parts.roster.wake(worker);
  parts.log.info({ task: task.id }, `task closed: ${outcome}`);
  scene.retire(task.id);
  scene.staff();
}
