import type { Address } from "@poco-marketplace/sdk/protocol/ids.js";
import { formatMoment } from "@poco-marketplace/sdk/protocol/format.js";
import { TaskStatus } from "@poco-marketplace/sdk/protocol/status.js";

/** Where a task stands, as far as a diagnosis needs it; moments in unix seconds. */
export interface TaskSituation {
  readonly status: TaskStatus;
  readonly contributionDeadline: bigint;
  readonly revealDeadline: bigint;
  readonly finalDeadline: bigint;
  /** The trust that the deal asks for, 1 or more. */
  readonly trust: bigint;
  /** How many workers contributed and were not rejected. */
  readonly contributions: number;
  /** How many must reveal, and how many have. */
  readonly winners: bigint;
  readonly revealed: bigint;
  /** Whether workers agree. */
  readonly agreed: boolean;
  /** Whether they did once before, and it was given up. */
  readonly reopened: boolean;
  /** Who gets the money back. */
  readonly sponsor: Address;
}

/** How a task is doing, in a word, a sentence, and what can be done about it. */
export interface Diagnosis {
  /** `waiting`: nothing is needed; `stuck`: somebody has to act; `done` and `failed`: over. */
  readonly state: "waiting" | "stuck" | "done" | "failed";
  readonly sentence: string;
  /** What to do, and from when on; nothing where there is nothing to do. */
  readonly advice?: string;
}

/**
 * Says how a task is doing at a moment. Source of the deadlines: docs/reference/protocol.md section 6.
 *
 * @param now - Unix seconds, as of the newest block.
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
 * Says of a task that can still be done what it means that its workerpool has given up.
 *
 * @param cause - What the workerpool says of it.
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

/** What the workerpool's owner has to do, as long as it can. */
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
