import { setTimeout as sleep } from "node:timers/promises";

import type { Wallet } from "ethers";

import { answerChallenge } from "@poco-marketplace/sdk/login/answerChallenge.js";
import type { Challenge } from "@poco-marketplace/sdk/login/challenge.js";
import type { Hex, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import type {
  AuthorizationAnswer,
  AuthorizationRequest,
  Duties,
  DutiesRequest,
  Joined,
  LogsReport,
  ResultReport,
  StatusReport,
} from "@poco-marketplace/sdk/wire/scheduler.js";

/** What a scheduler refused, in its words. */
export class SchedulerRefusal extends Error {
  override readonly name = "SchedulerRefusal";
  readonly statusCode: number;

  constructor(statusCode: number, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}

/** A worker's conversation with its scheduler. Whatever is lost on the way is said again, until `signal` ends it. */
export type SchedulerClient = ReturnType<typeof openSchedulerClient>;

/** Milliseconds before something is said again; more each time, up to the second. */
const PAUSE_MS = [50, 2_000] as const;
/** Milliseconds that an answer may take beyond what the scheduler says that it holds requests. */
const ANSWER_MS = 10_000;

/**
 * Talks to a scheduler as the owner of a wallet. Joins when that is needed, also again after the scheduler forgot.
 *
 * @param url the scheduler's origin, like `http://127.0.0.1:3000`
 * @param prove makes a quote of the worker's platform about a login, for pools that ask strangers for one
 */
export function openSchedulerClient(
  url: string,
  wallet: Wallet,
  { slots, prove }: { slots: number; prove?: (challenge: Hex) => Hex },
) {
  let joined: Promise<Joined> | undefined;
  let holdMs = 0;

  async function ask(path: string, { signal, ...init }: RequestInit & { signal: AbortSignal }): Promise<Response> {
    const patience = AbortSignal.timeout(ANSWER_MS + holdMs);
    const response = await fetch(new URL(path, url), { ...init, signal: AbortSignal.any([signal, patience]) });
    if (response.ok) return response;
    const { error } = (await response.json().catch(() => ({}))) as { error?: string };
    throw new SchedulerRefusal(response.status, error ?? `The scheduler answers ${response.status}.`);
  }

  async function join(signal: AbortSignal): Promise<Joined> {
    const challenge = await ask(`/workers/challenge?address=${wallet.address}`, { signal });
    const authorization = await answerChallenge(wallet, (await challenge.json()) as Challenge);
    const headers = { authorization, "content-type": "application/json" };
    const [hash] = authorization.split("_") as [Hex];
    const body = JSON.stringify({ slots, ...(prove !== undefined && { quote: prove(hash) }) });
    const answer = await ask("/workers/join", { method: "POST", headers, body, signal });
    const welcome = (await answer.json()) as Joined;
    ({ holdMs } = welcome);
    return welcome;
  }

  async function post<Answer>(path: string, body: object, signal: AbortSignal): Promise<Answer> {
    joined ??= join(signal);
    const mine = joined;
    const forget = () => {
      if (joined === mine) joined = undefined;
    };
    const { session } = await mine.catch((error: unknown) => {
      forget();
      throw error;
    });
    const headers = { authorization: `Bearer ${session}`, "content-type": "application/json" };
    try {
      return (await (
        await ask(path, { method: "POST", headers, body: JSON.stringify(body), signal })
      ).json()) as Answer;
    } catch (error) {
      if (error instanceof SchedulerRefusal && error.statusCode === 401) forget();
      throw error;
    }
  }

  /** Says something until it is heard, or refused. */
  async function insist<Answer>(path: string, body: object, signal: AbortSignal): Promise<Answer> {
    for (let pause: number = PAUSE_MS[0]; ; pause = Math.min(pause * 2, PAUSE_MS[1])) {
      try {
        return await post<Answer>(path, body, signal);
      } catch (error) {
        if (signal.aborted || isFinal(error)) throw error;
        await sleep(pause, undefined, { signal });
      }
    }
  }

  return {
    /** Waits until there is something to do, or a while. */
    duties: (has: DutiesRequest, signal: AbortSignal) => insist<Duties>("/workers/duties", has, signal),
    authorize: (task: TaskId, request: AuthorizationRequest, signal: AbortSignal) =>
      insist<AuthorizationAnswer>(`/workers/tasks/${task}/authorization`, request, signal),
    report: (task: TaskId, report: StatusReport, signal: AbortSignal) =>
      insist<unknown>(`/workers/tasks/${task}/status`, report, signal),
    logs: (task: TaskId, logs: LogsReport, signal: AbortSignal) =>
      insist<unknown>(`/workers/tasks/${task}/logs`, logs, signal),
    result: (task: TaskId, result: ResultReport, signal: AbortSignal) =>
      insist<unknown>(`/workers/tasks/${task}/result`, result, signal),
    /** Says goodbye, if anybody listens. */
    async leave(): Promise<void> {
      if (joined === undefined) return;
      await post("/workers/leave", {}, AbortSignal.timeout(1_000)).catch(() => undefined);
    },
  };
}

/** A refusal that would be the same again. A session that is unknown is not: the worker joins again. */
function isFinal(error: unknown): boolean {
  return (
    error instanceof SchedulerRefusal && error.statusCode < 500 && error.statusCode !== 401 && error.statusCode !== 429
  );
}
