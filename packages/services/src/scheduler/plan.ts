import {
  consensusValue,
  isConsensus,
  NO_CONTRIBUTIONS,
  withContribution,
  workersNeeded,
  type Consensus,
} from "@poco-marketplace/sdk/protocol/consensus.js";
import type { Address, Hex } from "@poco-marketplace/sdk/protocol/ids.js";
import { ContributionStatus, TaskStatus } from "@poco-marketplace/sdk/protocol/status.js";

/** The terms of a deal by which its tasks are planned. Times are unix seconds. */
export interface DealTerms {
  readonly trust: bigint;
  readonly contributionDeadline: bigint;
  readonly finalDeadline: bigint;
  /** The category's time, seconds: how long a worker may take. */
  readonly workClockTimeRef: bigint;
}

/** A contribution, as the chain has it. */
export interface Contribution {
  readonly worker: Address;
  readonly status: ContributionStatus;
  readonly resultHash: Hex;
  /** `viewScore(worker)`. */
  readonly score: bigint;
}

/** A task, as the chain has it. */
export interface ChainTask {
  readonly status: TaskStatus;
  /** Of a consensus; zero when there is none. */
  readonly revealDeadline: bigint;
  readonly consensusValue: Hex;
  readonly contributions: readonly Contribution[];
}

/**
 * The state of a worker's attempt at a task, as the database has it: `working` until the worker says that it `contributed`
 * or `failed` or that it `refused`, or the scheduler that it is `lost` (it went silent) or was `released` (it took too long, or is not needed).
 */
export type AttemptState = "working" | "contributed" | "failed" | "lost" | "released" | "refused";

/** A worker's attempt at a task. */
export interface AttemptFacts {
  readonly worker: Address;
  readonly state: AttemptState;
  /** When it was given to the worker, unix seconds by the chain's clock. */
  readonly since: bigint;
  /** When the download of its app went further for the last time, unix seconds by the chain's clock. */
  readonly downloadedAt?: bigint | undefined;
  /** Whether the worker has delivered what it takes to finalize. */
  readonly hasResult: boolean;
  /** Who answers for the worker: its failures count once, under however many accounts. */
  readonly identity: string;
  /** Whether the worker does other tasks well, so that its failure counts against this one. */
  readonly isProven: boolean;
}

/** Whether a connected worker, busy or not, has not tried a task yet, and does not fail at every task. */
export interface Untried {
  readonly anybody: boolean;
  /** Whether one of them does other tasks well. */
  readonly proven: boolean;
}

/** Everything from which the next step of a task follows. */
export interface Situation {
  /** Unix seconds, by the chain's clock. */
  readonly now: bigint;
  readonly deal: DealTerms;
  readonly chain: ChainTask;
  readonly attempts: readonly AttemptFacts[];
  readonly untried: Untried;
  readonly limits: AttemptLimits;
}

/** When to stop trying. */
export interface AttemptLimits {
  /** Attempts that failed, as the app does when it ends badly, once everybody who is there has tried; or proven workers that did. */
  readonly failures: number;
  /** Attempts in all, with those of workers that went silent; after them, only proven workers that have not tried may. */
  readonly attempts: number;
}

/** The next step of a task. */
export type Step =
  | { readonly kind: "initialize" | "reopen" | "claim" | "initializeAndClaim" }
  /** Give it to `count` more workers. */
  | {
      readonly kind: "staff";
      readonly count: number;
      /** Who may not have it: those who contributed to it, are running it, or refused it. */
      readonly except: readonly Address[];
      /** Who tried before: they may have it again only when nobody is there who did not. */
      readonly tried: readonly string[];
      readonly mayRetry: boolean;
      /** Whether only workers that do other tasks well may have it, since one of which less is known has failed. */
      readonly forWhom: "anybody" | "proven";
    }
  | {
      readonly kind: "release";
      readonly workers: readonly Address[];
      readonly reason: string;
      /** Whether it counts as their failure. */
      readonly isFailure: boolean;
    }
  /** Wait for these workers to reveal. */
  | { readonly kind: "reveal"; readonly workers: readonly Address[]; readonly until: bigint }
  /** With what one of these workers delivered. */
  | { readonly kind: "finalize"; readonly workers: readonly Address[] }
  /** Nobody is to work on it any more: nothing until then. */
  | { readonly kind: "giveUp"; readonly until: bigint; readonly why: string }
  /** Nothing until then, unless something happens. */
  | { readonly kind: "wait"; readonly until: bigint; readonly why: string }
  /** It is over. */
  | { readonly kind: "close"; readonly outcome: "completed" | "failed" };

/** Three failures, twenty attempts. */
export const ATTEMPT_LIMITS: AttemptLimits = { failures: 3, attempts: 20 };

/**
 * The next step for a task, whatever happened before. It follows from the chain and the database alone, so that it is the
 * same after a crash, and a step that was done already is not found again.
 *
 * Source: docs/reference/protocol.md section 6.
 */
export function planTask(situation: Situation): Step {
  const { now, deal, chain } = situation;
  switch (chain.status) {
    case TaskStatus.COMPLETED:
      return { kind: "close", outcome: "completed" };
    case TaskStatus.FAILED:
      return { kind: "close", outcome: "failed" };
    case TaskStatus.UNSET:
      if (now >= deal.finalDeadline) return { kind: "initializeAndClaim" };
      if (now < deal.contributionDeadline) return { kind: "initialize" };
      return { kind: "wait", until: deal.finalDeadline, why: "contributions closed before it began" };
    case TaskStatus.ACTIVE:
      return now >= deal.finalDeadline ? { kind: "claim" } : planActive(situation);
    case TaskStatus.REVEALING:
      return now >= deal.finalDeadline ? { kind: "claim" } : planRevealing(situation);
  }
}

function planActive({ now, deal, chain, attempts, untried, limits }: Situation): Step {
  const contributed = new Set(chain.contributions.map(({ worker }) => worker));
  const pending = attempts.filter(({ worker, state }) => isPending(state) && !contributed.has(worker));
  const closed = (why: string): Step => ({ kind: "wait", until: deal.finalDeadline, why });
  if (now >= deal.contributionDeadline) {
    const late = pending.filter(({ state }) => state === "working").map(({ worker }) => worker);
    return late.length > 0
      ? { kind: "release", workers: late, reason: "contributions closed", isFailure: false }
      : closed("contributions closed");
  }
  const expiryOf = (attempt: AttemptFacts) => startOf(attempt, deal) + deal.workClockTimeRef;
  const slow = pending.filter((attempt) => now >= expiryOf(attempt)).map(({ worker }) => worker);
  const tooLong = "took longer than the category allows";
  if (slow.length > 0) return { kind: "release", workers: slow, reason: tooLong, isFailure: true };

  const count = missingWorkers(deal.trust, chain.contributions) - pending.length;
  if (count > 0) {
    const why = whyGiveUp(attempts, untried, limits);
    if (why !== undefined) return { kind: "giveUp", until: deal.finalDeadline, why };
    const refusing = attempts.filter(({ state }) => state === "refused");
    const except = [...contributed, ...[...pending, ...refusing].map(({ worker }) => worker)];
    const over = attempts.filter(({ worker }) => !except.includes(worker));
    const isTroubled = over.some(({ isProven }) => !isProven) || attempts.length >= limits.attempts;
    return {
      kind: "staff",
      count,
      except: [...new Set(except)],
      tried: [...new Set(over.map(({ identity }) => identity))],
      mayRetry: !untried.anybody,
      forWhom: untried.proven && isTroubled ? "proven" : "anybody",
    };
  }
  const first = pending.map(expiryOf).reduce((a, b) => (a < b ? a : b), deal.contributionDeadline);
  return { kind: "wait", until: first, why: "workers are running it" };
}

/**
 * Why a task is given up, if it is. What one worker reports is not enough: all that are connected have tried, or several
 * that do other tasks well.
 */
function whyGiveUp(attempts: readonly AttemptFacts[], untried: Untried, limits: AttemptLimits): string | undefined {
  const failed = attempts.filter(({ state }) => state === "failed");
  const proven = new Set(failed.filter(({ isProven }) => isProven).map(({ identity }) => identity));
  if (proven.size >= limits.failures || (failed.length >= limits.failures && !untried.anybody))
    return `${failed.length} attempts failed`;
  return attempts.length >= limits.attempts && !untried.proven
    ? `${attempts.length} attempts came to nothing`
    : undefined;
}

/**
 * When the time of the category begins for an attempt: when the download of its app went further for the last time, or at
 * half of the time that was left for contributions when the worker got the task, so that another may still do it.
 */
function startOf({ since, downloadedAt = since }: AttemptFacts, { contributionDeadline }: DealTerms): bigint {
  const latest = since + (contributionDeadline - since) / 2n;
  return downloadedAt < latest ? downloadedAt : latest;
}

function planRevealing({ now, deal, chain, attempts }: Situation): Step {
  const winners = chain.contributions.filter(({ resultHash }) => resultHash === chain.consensusValue);
  const of = (status: ContributionStatus) =>
    winners.filter((each) => each.status === status).map((each) => each.worker);
  const proved = of(ContributionStatus.PROVED);
  const silent = of(ContributionStatus.CONTRIBUTED);

  const working = attempts.filter(({ state }) => state === "working").map(({ worker }) => worker);
  const idle = working.filter((worker) => !winners.some((winner) => winner.worker === worker));
  if (idle.length > 0) return { kind: "release", workers: idle, reason: "others agreed on a result", isFailure: false };

  const isOver = now >= chain.revealDeadline;
  if (silent.length > 0 && !isOver) return { kind: "reveal", workers: silent, until: chain.revealDeadline };
  if (proved.length === 0) return { kind: "reopen" };
  const delivered = proved.filter((worker) => attempts.some((each) => each.worker === worker && each.hasResult));
  return delivered.length > 0
    ? { kind: "finalize", workers: delivered }
    : { kind: "wait", until: deal.finalDeadline, why: "no winner delivered its result" };
}

function isPending(state: AttemptState): boolean {
  return state === "working" || state === "contributed";
}

/**
 * How many more workers with score zero it takes until a task has a consensus, if all of them contribute the result that has
 * the most weight so far; one for a task of trust 1.
 */
export function missingWorkers(trust: bigint, contributions: readonly Contribution[]): number {
  const standing = contributions
    .filter(({ status }) => status !== ContributionStatus.REJECTED)
    .reduce<Consensus>(withContribution, NO_CONTRIBUTIONS);
  if (consensusValue(standing, trust) !== undefined) return 0;
  const strongest = [...standing.groups].reduce<[Hex, bigint] | undefined>(
    (best, group) => (best === undefined || group[1] > best[1] ? group : best),
    undefined,
  );
  if (strongest === undefined) return workersNeeded({ trust });

  const [resultHash] = strongest;
  let next = standing;
  for (let workers = 1; ; workers++) {
    next = withContribution(next, { resultHash, score: 0n });
    if (isConsensus({ group: next.groups.get(resultHash)!, total: next.total, trust })) return workers;
  }
}
