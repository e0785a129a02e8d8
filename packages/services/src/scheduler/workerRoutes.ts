import type { FastifyInstance, FastifyRequest } from "fastify";

import { HttpError } from "../http/HttpError.js";
import type { Login } from "../login/openLogin.js";
import { readBytes32 } from "@poco-marketplace/sdk/protocol/field.js";
import type { Address, DealId, Hex, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import type { Engine } from "./engine.js";
import type { Membership } from "./membership.js";
import { publicCause } from "./publicCause.js";
import { readAuthorization, readDuties, readJoin, readLogs, readResult, readStatus } from "./requests.js";
import type { PoolRecord } from "./record.js";
import type { Patience, Roster } from "./roster.js";
import type { Standings } from "./standings.js";
import {
  CONTRIBUTIONS,
  FAILURES,
  REFUSALS,
  type AuthorizationAnswer,
  type AuthorizationRequest,
  type Duties,
  type Joined,
} from "@poco-marketplace/sdk/wire/scheduler.js";
import { readOr400 } from "./clientRoutes.js";

/** What these routes work with. */
export interface WorkerDesk {
  readonly record: PoolRecord;
  readonly roster: Roster;
  readonly engine: Engine;
  /** Lets workers join. */
  readonly login: Login;
  readonly patience: Patience;
  readonly members: Membership;
  readonly standings: Standings;
  /** Is told of each attempt that failed, in words that anybody may read. */
  readonly onFailure: (failure: FailedAttempt) => void;
  /** Signs a leave for a worker, or throws HttpError. */
  readonly authorize: (asked: {
    readonly worker: Address;
    readonly task: { readonly id: TaskId; readonly deal: DealId };
    readonly request: AuthorizationRequest;
  }) => Promise<AuthorizationAnswer>;
}

/** An attempt at a task that failed. */
export interface FailedAttempt {
  readonly task: TaskId;
  readonly worker: Address;
  /** One of a few sentences, with the app's exit code if it has one: nothing of what the app or the worker said. */
  readonly cause: string;
}

/** A report may hold two logs of 1 MiB, written in JSON. */
const BODY_LIMIT = 8 * 2 ** 20;
/** Characters of a log that are kept. */
const LONGEST_LOG = 2 ** 20 + 200;

/** The routes with which workers join, hear what to do, and say how it went. docs/reference/scheduler.md tells the conversation. */
export function addWorkerRoutes(server: FastifyInstance, desk: WorkerDesk): void {
  const { record, roster, engine, login, members, standings, patience } = desk;

  server.get<{ Querystring: { address?: unknown } }>("/workers/challenge", ({ query }) =>
    readOr400(() => login.challenge(query.address)),
  );

  server.post("/workers/join", async ({ headers, body, log }): Promise<Joined> => {
    const worker = await login.authenticate(headers.authorization);
    const { slots, quote } = readJoin(body);
    const challenge = headers.authorization!.split("_")[0]!.toLowerCase() as Hex;
    await members.admit({ worker, challenge, quote });
    const session = roster.join(worker, slots);
    log.info({ worker }, "a worker joined");
    engine.staff();
    return { session, ...patience };
  });

  server.post("/workers/leave", (request) => {
    roster.leave(workerOf(request));
    return { ok: true };
  });

  server.post("/workers/duties", async (request, reply): Promise<Duties> => {
    const worker = workerOf(request);
    const has = readDuties(request.body);
    const gone = new AbortController();
    reply.raw.once("close", () => gone.abort());
    roster.see(worker);
    let duties = await engine.dutiesOf(worker, has);
    if (isNothing(duties)) {
      engine.staff();
      await roster.hold(worker, gone.signal);
      duties = await engine.dutiesOf(worker, has);
    }
    return duties;
  });

  answer("/workers/tasks/:id/authorization", async (request) => {
    const asked = readAuthorization(request.body);
    const { worker, taskId } = assertAt(request, asked.attempt);
    const task = engine.task(taskId);
    if (task === undefined) throw new HttpError(409, `Task ${taskId} is over.`);
    return desk.authorize({ worker, task, request: asked });
  });

  answer("/workers/tasks/:id/status", async (request) => {
    const report = readStatus(request.body);
    const { worker, taskId } = await assertHad(request, report.attempt);
    const ended = await record.report({ task: taskId, attempt: report.attempt }, report);
    // Once, however often it is said.
    if (ended === "failed") {
      await standings.failed(worker);
      const cause = publicCause({ status: report.status, cause: null }, report.exitCode ?? null);
      if (cause !== undefined) desk.onFailure({ task: taskId, worker, cause });
    }
    if ([FAILURES, CONTRIBUTIONS, REFUSALS].some((ends) => ends.has(report.status))) {
      engine.free({ taskId, attempt: report.attempt });
      engine.touch(taskId);
      request.log.info({ worker, task: taskId, status: report.status }, "a worker is done with a task");
    }
    return { ok: true };
  });

  answer("/workers/tasks/:id/logs", async (request) => {
    const { attempt, stdout, stderr } = readLogs(request.body);
    const { taskId } = await assertHad(request, attempt);
    await record.keepLogs(taskId, { attempt, stdout: cut(stdout), stderr: cut(stderr) });
    return { ok: true };
  });

  answer("/workers/tasks/:id/result", async (request) => {
    const result = readResult(request.body);
    const { taskId } = await assertHad(request, result.attempt);
    await record.keepResult(taskId, result);
    engine.touch(taskId);
    return { ok: true };
  });

  function answer(url: string, handler: (request: FastifyRequest) => Promise<object>): void {
    server.route({ method: "POST", url, bodyLimit: BODY_LIMIT, handler });
  }

  function workerOf({ headers }: FastifyRequest): Address {
    const session = /^Bearer ([0-9a-f]{64})$/.exec(headers.authorization ?? "")?.[1];
    const worker = session === undefined ? undefined : roster.workerOf(session);
    if (worker === undefined) throw new HttpError(401, "No worker has this session: join again.");
    return worker;
  }

  /** The task of a request, if the worker is to be at it. */
  function assertAt(request: FastifyRequest, attempt: number): { worker: Address; taskId: TaskId } {
    const worker = workerOf(request);
    const taskId = idOf(request);
    if (!engine.isAt(worker, { taskId, attempt })) {
      throw new HttpError(409, `Attempt ${attempt} at task ${taskId} is not in the hands of worker ${worker} now.`);
    }
    return { worker, taskId };
  }

  /** The task of a request, if that attempt is or was the worker's: it may still tell how it went. */
  async function assertHad(request: FastifyRequest, attempt: number): Promise<{ worker: Address; taskId: TaskId }> {
    const worker = workerOf(request);
    const taskId = idOf(request);
    const rows = await record.replicatesOf(taskId);
    if (!rows.some((row) => row.attempt === attempt && row.worker === worker)) {
      throw new HttpError(409, `Attempt ${attempt} at task ${taskId} was never in the hands of worker ${worker}.`);
    }
    return { worker, taskId };
  }
}

function cut(text: string): string {
  return text.slice(0, LONGEST_LOG);
}

function idOf({ params }: FastifyRequest): TaskId {
  return readOr400(() => readBytes32("task", (params as { id: string }).id));
}

function isNothing({ run, reveal, stop }: Duties): boolean {
  return run.length === 0 && reveal.length === 0 && stop.length === 0;
}
