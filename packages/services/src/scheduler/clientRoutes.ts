import type { FastifyInstance } from "fastify";

import { HttpError } from "../http/HttpError.js";
import type { Login } from "../login/openLogin.js";
import { InvalidFieldError, readBytes32 } from "@poco-marketplace/sdk/protocol/field.js";
import type { Address, DealId, TaskId } from "@poco-marketplace/sdk/protocol/ids.js";
import type { PoolDeal } from "./chainTask.js";
import { publicCause } from "./publicCause.js";
import type { TaskHistory } from "./taskHistory.js";
import type { TaskRecords } from "./taskRecords.js";

/** What these routes answer from. */
export interface ClientRoutesContext {
  readonly tasks: TaskRecords;
  /** Authenticates requesters that read logs. */
  readonly login: Login;
  readonly chainId: number;
  readonly deal: (id: DealId) => Promise<PoolDeal | undefined>;
}

/** The routes with which clients see how their tasks are done. Source: docs/reference/services.md section 2.3. */
export function addClientRoutes(server: FastifyInstance, { tasks, login, chainId, deal }: ClientRoutesContext): void {
  server.get<{ Params: { id: string } }>("/tasks/:id", async ({ params }) => {
    return describeTask(await historyOf(readId(params.id)));
  });

  server.get<{ Querystring: { chainId?: unknown; address?: unknown } }>("/tasks/logs/challenge", ({ query }) => {
    if (query.chainId !== undefined && query.chainId !== `${chainId}`) {
      throw new HttpError(400, `This pool is on chain ${chainId}: ask the scheduler of one on the other chain.`);
    }
    return readOr400(() => login.challenge(query.address));
  });

  server.get<{ Params: { id: string } }>("/tasks/:id/logs", async ({ params, headers }) => {
    const caller = await login.authenticate(headers.authorization);
    const history = await historyOf(readId(params.id));
    const requester = (await deal(history.deal))?.requester;
    if (requester !== caller) {
      throw new HttpError(403, `The logs of task ${params.id} are for its requester, ${requester}, not for ${caller}.`);
    }
    const { replicates } = history;
    return { computeLogsList: replicates.flatMap(logsOf), causes: replicates.flatMap(causesOf) };
  });

  async function historyOf(id: TaskId): Promise<TaskHistory> {
    const history = await tasks.history(id);
    if (history === undefined) {
      throw new HttpError(404, `This pool knows no task ${id}: look whether its deal is with another pool.`);
    }
    return history;
  }
}

/** What anybody may know of a task. */
function describeTask({ stage, events, replicates }: TaskHistory) {
  return {
    currentStatus: stage,
    dateStatusList: events.map(({ at, stage: status, cause }) => ({
      date: at.toISOString(),
      status,
      ...(cause !== null && { cause }),
    })),
    replicates: replicates.map((replicate) => ({
      walletAddress: replicate.worker,
      attempt: replicate.attempt,
      appExitCode: replicate.exit_code,
      currentStatus: replicate.status,
      statusUpdateList: replicate.events.map((event) => {
        const cause = publicCause(event, replicate.exit_code);
        const { at, status } = event;
        return { date: at.toISOString(), status, ...(cause !== undefined && { cause, details: { cause } }) };
      }),
    })),
  };
}

function logsOf({ worker, stdout, stderr }: TaskHistory["replicates"][number]) {
  const walletAddress: Address = worker;
  return stdout === null && stderr === null ? [] : [{ walletAddress, stdout: stdout ?? "", stderr: stderr ?? "" }];
}

/** The causes that workers gave in their own words, which are for the requester only. */
function causesOf({ worker, attempt, events }: TaskHistory["replicates"][number]) {
  const walletAddress: Address = worker;
  return events
    .filter(({ cause }) => cause !== null)
    .map(({ at, status, cause }) => ({ walletAddress, attempt, date: at.toISOString(), status, cause }));
}

function readId(id: string): TaskId {
  return readOr400(() => readBytes32("task", id));
}

/** Reads what a client sent, or answers 400 with what is wrong with it. */
export function readOr400<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof InvalidFieldError) throw new HttpError(400, `${error.message}.`, { cause: error });
    throw error;
  }
}
