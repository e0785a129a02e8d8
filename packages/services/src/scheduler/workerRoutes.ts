import type { FastifyInstance, FastifyRequest } from "fastify";

import { HttpError } from "../http/HttpError.js";
import type { Login } from "../login/openLogin.js";
import { readBytes32 } from "@poco-marketplace/sdk/protocol/field.js";
import type { Address, Hex, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import type { AttemptRecords } from "./attemptRecords.js";
import type { Engine } from "./engine.js";
import type { PoolMembership } from "./poolMembership.js";
import { publicCause } from "./publicCause.js";
import {
  readAuthorization,
  readDownload,
  readWorkReport,
  readJoin,
  readLogs,
  readResult,
  readStatus,
} from "./requests.js";
import type { Standings } from "./standings.js";
import {
  CONTRIBUTIONS,
  FAILURES,
  REFUSALS,
  type WorkChanges,
  type Joined,
  type StatusReport,
} from "@poco-marketplace/sdk/wire/scheduler.js";
import { readOr400 } from "./clientRoutes.js";
import type { SessionTimeouts, WorkerSessions } from "./workerSessions.js";
import type { WorkPermits } from "./workPermits.js";

/** What these routes work with. */
export interface WorkerRoutesContext {
  readonly attempts: AttemptRecords;
  readonly sessions: WorkerSessions;
  readonly engine: Engine;
  /** Authenticates workers that join. */
  readonly login: Login;
  readonly timeouts: SessionTimeouts;
  readonly members: PoolMembership;
  readonly standings: Standings;
  readonly permits: WorkPermits;
  /** Called with each attempt that failed. */
  readonly onFailure: (failure: FailedAttempt) => void;
}

/** An attempt at a task that failed. */
export interface FailedAttempt {
  readonly task: TaskId;
  readonly worker: Address;
  /** One of a few sentences, with the app's exit code if it has one: nothing of what the app or the worker said. */
  readonly cause: string;
}

/** A worker, and the task that its request is about. */
interface Sender {
  readonly worker: Address;
  readonly taskId: TaskId;
}

/** A report may hold two logs of 1 MiB, written in JSON. */
const BODY_LIMIT = 8 * 2 ** 20;
/** Characters of a log that are kept. */
const LONGEST_LOG = 2 ** 20 + 200;

/** The routes of workers, as docs/reference/scheduler.md describes them. */
export function addWorkerRoutes(server: FastifyInstance, context: WorkerRoutesContext): void {
  addSessionRoutes(server, context);
  addAttemptRoutes(server, context);
}

/** The routes with which workers join, wait for changes of their assignments, and leave. */
function addSessionRoutes(server: FastifyInstance, context: WorkerRoutesContext): void {
  const { sessions, engine, login, members, timeouts } = context;

  server.get<{ Querystring: { address?: unknown } }>("/workers/challenge", ({ query }) =>
    readOr400(() => login.challenge(query.address)),
  );

  server.post("/workers/join", async ({ headers, body, log }): Promise<Joined> => {
    const worker = await login.authenticate(headers.authorization);
    const { slots, quote } = readJoin(body);
    const challenge = headers.authorization!.split("_")[0]!.toLowerCase() as Hex;
    await members.admit({ worker, challenge, quote });
    const session = sessions.open(worker, slots);
    log.info({ worker }, "worker joined");
    engine.fillSlots();
    return { session, ...timeouts };
  });

  server.post("/workers/leave", (request) => {
    sessions.close(workerOf(request, sessions));
    return { ok: true };
  });

  server.post("/workers/duties", async (request, reply): Promise<WorkChanges> => {
    const worker = workerOf(request, sessions);
    const reported = readWorkReport(request.body);
    const gone = new AbortController();
    reply.raw.once("close", () => gone.abort());
    sessions.recordContact(worker);
    const changes = await engine.changesFor(worker, reported);
    if (!isEmpty(changes)) return changes;
    engine.fillSlots();
    await sessions.hold(worker, gone.signal);
    return engine.changesFor(worker, reported);
  });
}

/** The routes with which workers ask for permits, and report how their attempts go. */
function addAttemptRoutes(server: FastifyInstance, context: WorkerRoutesContext): void {
  const { attempts, engine, permits } = context;

  route("authorization", async (request) => {
    const asked = readAuthorization(request.body);
    const { worker, taskId } = assertAssigned(request, asked.attempt, context);
    const task = engine.task(taskId);
    if (task === undefined) throw new HttpError(409, `Task ${taskId} is over.`);
    return permits.sign({ worker, task, request: asked });
  });

  route("status", async (request) => {
    const report = readStatus(request.body);
    const sender = await assertOwnAttempt(request, report.attempt, context);
    await recordStatus(sender, report, context);
    if ([FAILURES, CONTRIBUTIONS, REFUSALS].some((ends) => ends.has(report.status))) {
      const { worker, taskId } = sender;
      engine.release({ taskId, attempt: report.attempt });
      engine.markDirty(taskId);
      request.log.info({ worker, task: taskId, status: report.status }, "attempt ended");
    }
    return { ok: true };
  });

  route("download", async (request) => {
    const progress = readDownload(request.body);
    const { taskId } = await assertOwnAttempt(request, progress.attempt, context);
    await attempts.recordDownload(taskId, progress, engine.now());
    return { ok: true };
  });

  route("logs", async (request) => {
    const { attempt, stdout, stderr } = readLogs(request.body);
    const { taskId } = await assertOwnAttempt(request, attempt, context);
    await attempts.setLogs(taskId, { attempt, stdout: cut(stdout), stderr: cut(stderr) });
    return { ok: true };
  });

  route("result", async (request) => {
    const result = readResult(request.body);
    const { taskId } = await assertOwnAttempt(request, result.attempt, context);
    await attempts.setResult(taskId, result);
    engine.markDirty(taskId);
    return { ok: true };
  });

  function route(name: string, handler: (request: FastifyRequest) => Promise<object>): void {
    server.route({ method: "POST", url: `/workers/tasks/:id/${name}`, bodyLimit: BODY_LIMIT, handler });
  }
}

/** Records a status; a failure counts once, however often it is reported. */
async function recordStatus(
  { worker, taskId }: Sender,
  report: StatusReport,
  { attempts, standings, onFailure }: WorkerRoutesContext,
): Promise<void> {
  const outcome = await attempts.report(taskId, report);
  if (outcome !== "failed") return;
  await standings.failed(worker);
  const cause = publicCause({ status: report.status, cause: null }, report.exitCode ?? null);
  if (cause !== undefined) onFailure({ task: taskId, worker, cause });
}

/** The worker whose session a request has. */
function workerOf({ headers }: FastifyRequest, sessions: WorkerSessions): Address {
  const session = /^Bearer ([0-9a-f]{64})$/.exec(headers.authorization ?? "")?.[1];
  const worker = session === undefined ? undefined : sessions.workerOf(session);
  if (worker === undefined) throw new HttpError(401, "No worker has this session: join again.");
  return worker;
}

/** Refuses a request unless its worker is to be running this attempt. */
function assertAssigned(request: FastifyRequest, attempt: number, { sessions, engine }: WorkerRoutesContext): Sender {
  const worker = workerOf(request, sessions);
  const taskId = taskIdOf(request);
  if (!engine.isAssigned(worker, { taskId, attempt })) {
    throw new HttpError(409, `Attempt ${attempt} at task ${taskId} is not assigned to worker ${worker} now.`);
  }
  return { worker, taskId };
}

/** Refuses a request unless this attempt is or was its worker's, which may still report on it. */
async function assertOwnAttempt(
  request: FastifyRequest,
  attempt: number,
  { sessions, attempts }: WorkerRoutesContext,
): Promise<Sender> {
  const worker = workerOf(request, sessions);
  const taskId = taskIdOf(request);
  const rows = await attempts.of(taskId);
  if (!rows.some((row) => row.attempt === attempt && row.worker === worker)) {
    throw new HttpError(409, `Attempt ${attempt} at task ${taskId} was never assigned to worker ${worker}.`);
  }
  return { worker, taskId };
}

function cut(text: string): string {
  return text.slice(0, LONGEST_LOG);
}

function taskIdOf({ params }: FastifyRequest): TaskId {
  return readOr400(() => readBytes32("task", (params as { id: string }).id));
}

function isEmpty({ run, reveal, stop }: WorkChanges): boolean {
  return run.length === 0 && reveal.length === 0 && stop.length === 0;
}
