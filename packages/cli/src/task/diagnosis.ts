import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { formatMoment } from "@poco-marketplace/sdk/protocol/format.js";
import { TaskStatus } from "@poco-marketplace/sdk/protocol/status.js";

/** The facts about a task on which its diagnosis depends; times are in unix seconds. */
export interface TaskSituation {
  readonly status: TaskStatus;
  readonly contributionDeadline: bigint;
  readonly revealDeadline: bigint;
  readonly finalDeadline: bigint;
  /** The trust that the deal asks for, 1 or more. */
  readonly trust: bigint;
  /** The number of workers that contributed and were not rejected. */
  readonly contributions: number;
  /** The number of workers that must reveal. */
  readonly winners: bigint;
  /** The number of workers that have revealed. */
  readonly revealed: bigint;
  /** Whether workers agree. */
  readonly agreed: boolean;
  /** Whether an earlier consensus was dropped because no worker revealed. */
  readonly reopened: boolean;
  /** The account that a refund goes to. */
  readonly sponsor: Address;
}

/** The state of a task in a word and a sentence, with advice. */
export interface Diagnosis {
  /** `waiting`: no action is needed; `stuck`: an action is needed; `done` and `failed`: the task has ended. */
  readonly state: "waiting" | "stuck" | "done" | "failed";
  readonly sentence: string;
  /** What to do, and from when on; absent if there is nothing to do. */
  readonly advice?: string;
}

/**
 * Diagnoses a task at a point in time. The deadlines are defined in docs/reference/protocol.md section 6.
 *
 * @param now - The timestamp of the latest block.
 */
export function diagnose(task: TaskSituation, now: bigint): Diagnosis {
  switch (task.status) {
    case TaskStatus.UNSET:
      return beforeInitialization(task, now);
    case TaskStatus.ACTIVE:
      return whileActive(task, now);
    case TaskStatus.REVEALING:
      return whileRevealing(task, now);
    case TaskStatus.COMPLETED:
      return { state: "done", sentence: "The task is completed: everyone was paid." };
    case TaskStatus.FAILED:
      return {
        state: "failed",
        sentence: causeOf(task),
        advice: `Its price was refunded to ${task.sponsor}: send the request again.`,
      };
  }
}

/**
 * Diagnoses a task that is still open on chain but that its workerpool has given up.
 *
 * @param cause - The workerpool's reason.
 */
export function diagnoseGivenUp(
  { finalDeadline, sponsor }: Pick<TaskSituation, "finalDeadline" | "sponsor">,
  { now, cause }: { now: bigint; cause: string },
): Diagnosis {
  const wait = finalDeadline > now ? finalDeadline - now : 0n;
  return {
    state: "stuck",
    sentence: `The workerpool has given up: ${cause}.`,
    advice:
      `${sponsor} gets the price back from ${formatMoment(finalDeadline)} on, when the workerpool, or anyone, calls claim. ` +
      "The hub refunds it no sooner: fix the cause and send the request again without waiting, or in a shorter category. " +
      `On a chain of your own, time can be moved: evm_increaseTime with ${wait}, then evm_mine.`,
  };
}

function beforeInitialization(task: TaskSituation, now: bigint): Diagnosis {
  if (now < task.contributionDeadline) {
    return {
      state: "waiting",
      sentence: `The workerpool has not initialized the task; it has until ${formatMoment(task.contributionDeadline)}.`,
    };
  }
  return claimable(task, {
    now,
    sentence: "The workerpool never initialized the task.",
    call: "initializeAndClaimArray",
  });
}

function whileActive(task: TaskSituation, now: bigint): Diagnosis {
  if (now < task.contributionDeadline) {
    const begun =
      task.contributions === 0
        ? "No worker has contributed yet"
        : `${count(task.contributions, "worker")} contributed, not enough yet for a trust of ${task.trust}`;
    return { state: "waiting", sentence: `${begun}; there is time until ${formatMoment(task.contributionDeadline)}.` };
  }
  return claimable(task, { now, sentence: causeOf(task), call: "claim" });
}

function whileRevealing(task: TaskSituation, now: bigint): Diagnosis {
  const progress = `${task.revealed} of ${task.winners} workers that agree have revealed their result`;
  if (task.revealed === task.winners || (task.revealed > 0n && now >= task.revealDeadline)) {
    return overdue(task, now, { sentence: `${progress}; the workerpool's owner can finalize.`, act: "finalize" });
  }
  if (now < task.revealDeadline) {
    return { state: "waiting", sentence: `${progress}; there is time until ${formatMoment(task.revealDeadline)}.` };
  }
  return overdue(task, now, { sentence: "Workers agreed, but none revealed its result in time.", act: "reopen" });
}

/** Diagnoses a task for which the workerpool's owner must call `act`, until the final deadline. */
function overdue(task: TaskSituation, now: bigint, { sentence, act }: { sentence: string; act: string }): Diagnosis {
  if (now >= task.finalDeadline) return claimable(task, { now, sentence, call: "claim" });
  return {
    state: "stuck",
    sentence,
    advice: `The workerpool's owner has to ${act} it before ${formatMoment(task.finalDeadline)}; then anyone can claim it.`,
  };
}

function claimable(
  { finalDeadline, sponsor }: TaskSituation,
  { now, sentence, call }: { now: bigint; sentence: string; call: string },
): Diagnosis {
  const advice =
    now < finalDeadline
      ? `From ${formatMoment(finalDeadline)} on anyone can call ${call}, and ${sponsor} gets the price back.`
      : `Call ${call} now, as anyone may: ${sponsor} gets the price back.`;
  return { state: "stuck", sentence, advice };
}

function causeOf({ agreed, contributions, reopened, revealed, trust }: TaskSituation): string {
  if (agreed && revealed === 0n) return "Workers agreed, but none revealed its result.";
  if (agreed) return "Workers agreed and revealed, but the workerpool's owner did not finalize the task in time.";
  if (contributions === 0 && reopened)
    return "Workers agreed once, but none revealed its result, and nobody tried again.";
  if (contributions === 0) return "No worker contributed before the deadline.";
  return `${count(contributions, "worker")} contributed, but did not agree with the weight that a trust of ${trust} takes.`;
}

function count(number: number, noun: string): string {
  return number === 1 ? `1 ${noun}` : `${number} ${noun}s`;
}
