import type { Signer } from "ethers";

import type { Hex, TaskId } from "../protocol/ids.js";
import type {
  AuthorizationAnswer,
  AuthorizationRequest,
  DownloadReport,
  WorkChanges,
  WorkReport,
  Joined,
  LogsReport,
  ResultReport,
  StatusReport,
} from "../wire/scheduler.js";
import { ServiceConnection, ServiceError } from "./serviceConnection.js";
import { sleep } from "./sleep.js";

/** Milliseconds before the first retry, and at most; the pause grows with each retry. */
const PAUSE_MS = [50, 2_000] as const;
/** Milliseconds that an answer may take in addition to the time for which the scheduler holds requests. */
const ANSWER_MS = 10_000;

/** The terms on which a worker joins. */
export interface WorkerTerms {
  /** The number of tasks that it runs at once. */
  readonly slots: number;
  /** Makes a quote of the worker's platform about a login, for workerpools that require one of unknown workers. */
  readonly prove?: (challenge: Hex) => Hex;
}

/**
 * A worker's session with the scheduler of its workerpool, which docs/reference/scheduler.md specifies. It joins when
 * needed, also again after the scheduler lost the session. Requests that fail on the way are repeated until a signal
 * ends them; a final refusal of the scheduler is thrown as a `ServiceError`.
 */
export class WorkerSession {
  readonly #connection: ServiceConnection;
  readonly #signer: Pick<Signer, "getAddress" | "signTypedData">;
  readonly #terms: WorkerTerms;
  #joined: Promise<Joined> | undefined;
  #holdMs = 0;

  /**
   * @param url - The URL of the scheduler, like `http://127.0.0.1:3000`.
   * @param signer - The worker's account.
   * @throws {@link InvalidFieldError} when the URL is none.
   * @example
   * ```ts
   * const session = new WorkerSession(network.scheduler, signer, { slots: 1 });
   * ```
   */
  constructor(url: string, signer: Pick<Signer, "getAddress" | "signTypedData">, terms: WorkerTerms) {
    this.#connection = new ServiceConnection("scheduler", url, ANSWER_MS);
    this.#signer = signer;
    this.#terms = terms;
  }

  /** Waits until this worker should do something other than it reports, or for a limited time. */
  awaitChanges(report: WorkReport, signal: AbortSignal): Promise<WorkChanges> {
    return this.#insist<WorkChanges>("/workers/duties", report, signal);
  }

  /** Requests the work permit of an enclave. */
  authorize(task: TaskId, request: AuthorizationRequest, signal: AbortSignal): Promise<AuthorizationAnswer> {
    return this.#insist<AuthorizationAnswer>(`/workers/tasks/${task}/authorization`, request, signal);
  }

  /** Reports the status of an attempt. */
  async report(task: TaskId, report: StatusReport, signal: AbortSignal): Promise<void> {
    await this.#insist(`/workers/tasks/${task}/status`, report, signal);
  }

  /** Reports how far the download of an attempt's app is. */
  async download(task: TaskId, progress: DownloadReport, signal: AbortSignal): Promise<void> {
    await this.#insist(`/workers/tasks/${task}/download`, progress, signal);
  }

  /** Sends the output of the app. */
  async logs(task: TaskId, logs: LogsReport, signal: AbortSignal): Promise<void> {
    await this.#insist(`/workers/tasks/${task}/logs`, logs, signal);
  }

  /** Sends what the scheduler needs to finalize the task. */
  async result(task: TaskId, result: ResultReport, signal: AbortSignal): Promise<void> {
    await this.#insist(`/workers/tasks/${task}/result`, result, signal);
  }

  /** Leaves the scheduler; its failure to answer is ignored. */
  async leave(): Promise<void> {
    if (this.#joined === undefined) return;
    await this.#post("/workers/leave", {}, AbortSignal.timeout(1_000)).catch(() => undefined);
  }

  /** Repeats a request until it is answered or refused. */
  async #insist<Answer>(path: string, json: object, signal: AbortSignal): Promise<Answer> {
    for (let pause: number = PAUSE_MS[0]; ; pause = Math.min(pause * 2, PAUSE_MS[1])) {
      try {
        return await this.#post<Answer>(path, json, signal);
      } catch (error) {
        if (signal.aborted || isFinal(error)) throw error;
        await sleep(pause, signal);
      }
    }
  }

  async #post<Answer>(path: string, json: object, signal: AbortSignal): Promise<Answer> {
    this.#joined ??= this.#join(signal);
    const mine = this.#joined;
    const forget = () => {
      if (this.#joined === mine) this.#joined = undefined;
    };
    const { session } = await mine.catch((error: unknown) => {
      forget();
      throw error;
    });
    const headers = { authorization: `Bearer ${session}` };
    const timeoutMs = ANSWER_MS + this.#holdMs;
    try {
      return await this.#connection.json<Answer>(path, { method: "POST", headers, json, signal, timeoutMs });
    } catch (error) {
      if (error instanceof ServiceError && error.statusCode === 401) forget();
      throw error;
    }
  }

  async #join(signal: AbortSignal): Promise<Joined> {
    const headers = await this.#connection.logIn("/workers/challenge", this.#signer, {}, signal);
    const [hash] = headers.authorization.split("_") as [Hex];
    const { slots, prove } = this.#terms;
    const json = { slots, ...(prove !== undefined && { quote: prove(hash) }) };
    const welcome = await this.#connection.json<Joined>("/workers/join", { method: "POST", headers, json, signal });
    this.#holdMs = welcome.holdMs;
    return welcome;
  }
}

/** Whether a retry would be refused too. An unknown session is not final: the worker joins again. */
function isFinal(error: unknown): boolean {
  return error instanceof ServiceError && !error.isPassing && error.statusCode !== 401;
}
