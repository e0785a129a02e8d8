import type { Address, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import { ContributionStatus, TaskStatus } from "@poco-marketplace/sdk/protocol/status.js";
import { GIVEN_UP } from "@poco-marketplace/sdk/wire/scheduler.js";
import { commonResult, usableResults } from "./actions.js";
import type { Withdrawal } from "./attemptRecords.js";
import { readTask, type PoolDeal, type RevealedTask } from "./chainTask.js";
import { chooseWorkers, isProven, untriedOf, type Candidate } from "./chooseWorkers.js";
import type { EngineContext } from "./engineContext.js";
import type { LiveTask } from "./openTasks.js";
import { planTask, type Step } from "./plan.js";
import type { TaskStage } from "./tables.js";
import type { AttemptRow } from "./taskHistory.js";

/** What a step is taken with: the engine's parts, and its task as the chain and the database have it. */
interface StepContext extends EngineContext {
  readonly task: LiveTask;
  readonly deal: PoolDeal;
  readonly chain: RevealedTask;
  readonly attempts: readonly AttemptRow[];
}

/** A step, or none since the app and the requester of the deal are denied. */
type AdmittedStep = Step | { readonly kind: "refuse"; readonly until: bigint; readonly why: string };

/** Seconds after which a task is looked at, even if nothing happened to it. */
const LOOK_AGAIN = 60n;

/** Takes the step of a task that is due. Another may be due then: the task is marked as dirty. */
export async function advance(task: LiveTask, context: EngineContext): Promise<void> {
  const { dealOf, events, guard, hub, records } = context;
  const deal = await dealOf(task.deal);
  if (deal === undefined) throw new Error(`Deal ${task.deal} cannot be read now.`);
  const [chain, attempts] = await Promise.all([readTask(hub, task.id), records.attempts.of(task.id)]);
  const stepContext = { ...context, task, deal, chain, attempts };
  const now = events.now();
  const planned = planStep(stepContext, now);
  const refusal = beginsWork(planned) ? await guard.refusalOf(deal) : undefined;
  const step: AdmittedStep =
    refusal === undefined ? planned : { kind: "refuse", until: deal.finalDeadline, why: refusal };

  const until = "until" in step ? step.until : now + LOOK_AGAIN;
  Object.assign(task, {
    // A worker that joins may do what the others could not.
    isUnderstaffed: planned.kind === "staff" || planned.kind === "giveUp",
    isGivenUp: step.kind === "giveUp" || step.kind === "refuse",
    wakeAt: until < now + LOOK_AGAIN ? until : now + LOOK_AGAIN,
    revealers: step.kind === "reveal" ? step.workers : [],
  });
  await recordProgress(stepContext);
  const isMoreDue = await takeStep(step, stepContext);
  if (isMoreDue) task.isDirty = true;
}

function planStep(context: StepContext, now: bigint): Step {
  const { task, deal, chain, standings, limits } = context;
  const usable = new Set(usableResults(task.id, deal, chain, context.attempts).map(({ attempt }) => attempt));
  const attempts = context.attempts.map((row) => {
    const standing = standings.of(row.worker);
    const { identity } = standing;
    const downloadedAt = row.downloaded_at ?? undefined;
    return { ...row, downloadedAt, hasResult: usable.has(row.attempt), identity, isProven: isProven(standing) };
  });
  const tried = attempts.map(({ identity }) => identity);
  const untried = untriedOf(candidatesFor(context), tried);
  return planTask({ now, deal, chain, attempts, untried, limits });
}

/** The connected workers that may do a task. */
function candidatesFor({ deal, sessions, standings, members, assignments }: StepContext): Candidate[] {
  return sessions
    .connected()
    .filter(({ worker }) => members.mayDo(worker, deal))
    .map(({ worker, slots }) => ({ ...standings.of(worker), worker, slots, busy: assignments.countOf(worker) }));
}

/** Takes a step. Returns whether the next one may be due at once. */
async function takeStep(step: AdmittedStep, context: StepContext): Promise<boolean> {
  const { task, deal, actions, guard, sessions } = context;
  switch (step.kind) {
    case "initialize":
      await setStage(context, "INITIALIZING");
      await actions.initialize(deal.id, task.index);
      return true;
    case "staff":
      return assign(step, context);
    case "release":
      await release(step, context);
      return true;
    case "reveal":
      for (const worker of step.workers) sessions.wake(worker);
      return false;
    case "finalize":
      await finalize(step.workers, context);
      return true;
    case "reopen":
      await actions.reopen(task.id);
      await setStage(context, "REOPENING");
      return true;
    case "claim":
      await setStage(context, "FINAL_DEADLINE_REACHED");
      await actions.claim(task.id);
      return true;
    case "initializeAndClaim":
      await setStage(context, "FINAL_DEADLINE_REACHED");
      await actions.initializeAndClaim(deal.id, task.index);
      return true;
    case "giveUp":
      if (await guard.gaveUp(task.id, deal, step.why)) await recordGivenUp(step.why, context);
      return false;
    case "refuse":
      if (await guard.refused(task.id, deal, step.why)) await recordGivenUp(step.why, context);
      return false;
    case "wait":
      return false;
    case "close":
      await close(step.outcome, context);
      return false;
  }
}

/** Whether a step spends more of the pool's means on a task. */
function beginsWork({ kind }: Step): boolean {
  return kind === "initialize" || kind === "staff";
}

/** Records the stage that a task has reached by what others did. */
async function recordProgress(context: StepContext): Promise<void> {
  const { task, chain } = context;
  if (chain.status === TaskStatus.ACTIVE && ["RECEIVED", "INITIALIZING"].includes(task.stage))
    await setStage(context, "INITIALIZED");
  if (chain.status === TaskStatus.REVEALING && ["INITIALIZED", "RUNNING", "REOPENING"].includes(task.stage))
    await setStage(context, "CONSENSUS_REACHED");
}

async function setStage({ task, records }: StepContext, stage: TaskStage): Promise<void> {
  await records.tasks.setStage(task.id, stage);
  task.stage = stage;
}

async function recordGivenUp(why: string, { task, attempts, records, standings }: StepContext): Promise<void> {
  await records.tasks.addRemark(task.id, task.stage, `${GIVEN_UP}${why}`);
  await standings.excuse(attempts.filter(({ state }) => state === "failed").map(({ worker }) => worker));
}

/** Assigns a task to workers. Returns whether there were enough. */
async function assign(step: Extract<Step, { kind: "staff" }>, context: StepContext): Promise<boolean> {
  const { task, records, sessions, assignments, events, members, log } = context;
  for (const worker of await members.lapsed(chooseWorkers(candidatesFor(context), step))) {
    sessions.close(worker);
    log.warn({ worker }, "worker no longer meets the pool's terms");
  }
  // Another task may have taken a slot meanwhile.
  const workers = chooseWorkers(candidatesFor(context), step);
  const reservations = workers.map((worker) => assignments.reserve(task.id, worker));
  try {
    for (const worker of workers) {
      const attempt = await records.attempts.add(task.id, worker, events.now());
      assignments.add({ task: task.id, attempt, worker });
      sessions.recordAssignment(worker);
      sessions.wake(worker);
      log.info({ task: task.id, attempt, worker }, "task assigned");
    }
    if (workers.length > 0) await setStage(context, "RUNNING");
  } finally {
    for (const cancel of reservations) cancel();
  }
  return workers.length === step.count;
}

async function release(
  { workers, reason, isFailure }: Extract<Step, { kind: "release" }>,
  context: StepContext,
): Promise<void> {
  const { task, standings, tasks } = context;
  for (const worker of workers) {
    await withdraw(context, { task: task.id, worker }, { state: "released", cause: reason });
    if (isFailure) await standings.failed(worker);
  }
  tasks.markUnderstaffedDirty();
}

async function finalize(workers: readonly Address[], context: StepContext): Promise<void> {
  const { task, deal, chain, attempts, actions } = context;
  const delivered = attempts.filter(({ worker }) => workers.includes(worker));
  const result = commonResult(usableResults(task.id, deal, chain, delivered));
  if (result === undefined) throw new Error(`The result of task ${task.id} is not there any more.`);
  await setStage(context, "FINALIZING");
  const { results, callback_data: callbackData } = result;
  await actions.finalize(task.id, deal, { results, callbackData: callbackData ?? "0x" });
}

/** Takes a task from a worker. */
export async function withdraw(
  { records, sessions, assignments }: Pick<EngineContext, "records" | "sessions" | "assignments">,
  { task, worker }: { task: TaskId; worker: Address },
  why: Withdrawal,
): Promise<void> {
  await records.attempts.withdraw(task, worker, why);
  assignments.remove((each) => each.task === task && each.worker === worker);
  sessions.wake(worker);
}

async function close(outcome: "completed" | "failed", context: StepContext): Promise<void> {
  const { task, deal, attempts, records, sessions, assignments, guard, log } = context;
  for (const attempt of attempts) {
    if (attempt.state === "working" || attempt.state === "contributed") await endAttempt(attempt, outcome, context);
  }
  if (outcome === "completed") await guard.completed(deal);
  const stage = outcome === "completed" ? "COMPLETED" : "FAILED";
  await records.tasks.close(task.id, stage);
  task.stage = stage;
  for (const { worker } of assignments.remove((each) => each.task === task.id)) sessions.wake(worker);
  log.info({ task: task.id }, `task closed: ${outcome}`);
  context.onClosed(task);
  context.tasks.markUnderstaffedDirty();
}

/** Ends an attempt at a task that is over. It counts for its worker once, however often the step is taken. */
async function endAttempt(
  { worker, attempt, status: ended }: AttemptRow,
  outcome: "completed" | "failed",
  context: StepContext,
): Promise<void> {
  const { task, chain, hub, records, standings } = context;
  if (outcome === "failed" || !chain.contributors.includes(worker)) {
    return withdraw(context, { task: task.id, worker }, { state: "released", cause: "the task is over" });
  }
  if (ended === "COMPLETED") return;
  const { status } = await hub.viewContribution(task.id, worker);
  await records.attempts.report(task.id, { attempt, status: "COMPLETED" });
  // A worker whose contribution on chain was wrong has not done the task.
  await (status === ContributionStatus.PROVED ? standings.succeeded(worker) : standings.failed(worker));
}
