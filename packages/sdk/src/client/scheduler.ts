import { readAddress, readBytes32 } from "../protocol/field.js";
import type { Address, TaskId } from "../protocol/ids.js";
import { GIVEN_UP } from "../wire/scheduler.js";
import { ServiceConnection, type ChainClientOptions, type LoginSigner } from "./serviceConnection.js";

/** The time limit for an answer, in milliseconds. */
const TIMEOUT = 10_000;

/** A change of the status of a task, or of a worker's part in it. */
export interface TaskUpdate {
  readonly at: Date;
  readonly status: string;
  /** The reason, if it is public. */
  readonly cause?: string;
}

/** A worker's part in a task. */
export interface Replicate {
  readonly worker: Address;
  readonly status: string;
  readonly exitCode: number | null;
  readonly updates: readonly TaskUpdate[];
}

/** A task in the view of its workerpool, which is public. */
export interface ScheduledTask {
  readonly status: string;
  readonly updates: readonly TaskUpdate[];
  readonly replicates: readonly Replicate[];
  /** The reason why the workerpool gave up, if it did. */
  readonly givenUp?: string;
}

/** The output of an app on a worker. */
export interface TaskLog {
  readonly worker: Address;
  readonly stdout: string;
  readonly stderr: string;
}

/** The reason that a worker reported with a status. */
export interface TaskCause {
  readonly worker: Address;
  readonly status: string;
  readonly cause: string;
}

/** The output and the reasons that only a task's requester may read. */
export interface TaskLogs {
  readonly logs: readonly TaskLog[];
  readonly causes: readonly TaskCause[];
}

/** An app and a requester whose deals the workerpool refuses for now. */
export interface Denial {
  readonly app: Address;
  readonly requester: Address;
  readonly until: Date;
  /** A sentence without its end. */
  readonly reason: string;
}

/** A client of a workerpool's scheduler, for requesters and the pool's owner. Workers use {@link WorkerSession}. */
export class SchedulerClient {
  readonly #connection: ServiceConnection;
  readonly #chainId: string;
  readonly #signer: LoginSigner | undefined;

  /**
   * @param url - The URL of the scheduler; {@link DirectoryClient} finds it by the workerpool.
   * @param options - The workerpool's chain; the signer, which only logs and denials need.
   * @throws {@link InvalidFieldError} when the URL is none.
   * @example
   * ```ts
   * const scheduler = new SchedulerClient(network.scheduler, { chainId: network.chainId, signer });
   * ```
   */
  constructor(url: string, { chainId, signer, timeoutMs = TIMEOUT }: ChainClientOptions) {
    this.#connection = new ServiceConnection("scheduler", url, timeoutMs);
    this.#chainId = String(chainId);
    this.#signer = signer;
  }

  /**
   * Returns the state of a task; undefined if the workerpool does not know it (yet).
   *
   * @throws {@link ServiceError}
   * @example
   * ```ts
   * const task = await scheduler.task(taskId);
   * ```
   */
  async task(id: TaskId): Promise<ScheduledTask | undefined> {
    const reply = await this.#connection.find<TaskReply>(`/tasks/${readBytes32("taskId", id)}`);
    return reply === undefined ? undefined : readTask(reply);
  }

  /**
   * Returns the app's output and the reasons of failures. The signer has to be the requester of the task's deal.
   *
   * @throws {@link ServiceError}, with status 403 for other accounts, and 404 if the workerpool does not know the task
   * @example
   * ```ts
   * const { logs, causes } = await scheduler.logs(taskId);
   * ```
   */
  async logs(id: TaskId): Promise<TaskLogs> {
    const path = `/tasks/${readBytes32("taskId", id)}/logs`;
    const headers = await this.#connection.logIn("/tasks/logs/challenge", this.#signer, { chainId: this.#chainId });
    const { computeLogsList, causes = [] } = await this.#connection.json<LogsReply>(path, { headers });
    return {
      logs: computeLogsList.map(({ walletAddress, stdout, stderr }) => ({ worker: walletAddress, stdout, stderr })),
      causes: causes.map(({ walletAddress, status, cause }) => ({ worker: walletAddress, status, cause })),
    };
  }

  /**
   * Lists the denied apps and requesters. The signer has to be the workerpool's owner.
   *
   * @throws {@link ServiceError}
   * @example
   * ```ts
   * const denials = await scheduler.denials();
   * ```
   */
  async denials(): Promise<Denial[]> {
    const headers = await this.#connection.logIn("/denials/challenge", this.#signer);
    const { denials } = await this.#connection.json<{ denials: DenialReply[] }>("/denials", { headers });
    return denials.map(({ app, requester, until, reason }) => ({ app, requester, until: new Date(until), reason }));
  }

  /**
   * Ends the denial of an app and a requester. The signer has to be the workerpool's owner.
   *
   * @throws {@link ServiceError}, with status 404 where they are not denied
   * @example
   * ```ts
   * await scheduler.forgive({ app, requester });
   * ```
   */
  async forgive({ app, requester }: Pick<Denial, "app" | "requester">): Promise<void> {
    const path = `/denials/${readAddress("app", app)}/${readAddress("requester", requester)}`;
    const headers = await this.#connection.logIn("/denials/challenge", this.#signer);
    await this.#connection.json(path, { method: "DELETE", headers });
  }
}

/** An answer about a task, in which other implementations may leave out the optional fields. */
interface TaskReply {
  readonly currentStatus: string;
  readonly dateStatusList?: readonly UpdateReply[];
  readonly replicates: readonly {
    readonly walletAddress: Address;
    readonly currentStatus: string;
    readonly appExitCode?: number | null;
    readonly statusUpdateList?: readonly UpdateReply[];
  }[];
}

interface UpdateReply {
  readonly date: string;
  readonly status: string;
  readonly cause?: string;
}

interface LogsReply {
  readonly computeLogsList: readonly { walletAddress: Address; stdout: string; stderr: string }[];
  readonly causes?: readonly { walletAddress: Address; status: string; cause: string }[];
}

interface DenialReply {
  readonly app: Address;
  readonly requester: Address;
  readonly until: string;
  readonly reason: string;
}

function readTask({ currentStatus, dateStatusList = [], replicates }: TaskReply): ScheduledTask {
  const task = {
    status: currentStatus,
    updates: dateStatusList.map(readUpdate),
    replicates: replicates.map(({ walletAddress, currentStatus: status, appExitCode, statusUpdateList = [] }) => ({
      worker: walletAddress,
      status,
      exitCode: appExitCode ?? null,
      updates: statusUpdateList.map(readUpdate),
    })),
  };
  const cause = whyGivenUp(task);
  return { ...task, ...(cause !== undefined && { givenUp: cause }) };
}

function readUpdate({ date, status, cause }: UpdateReply): TaskUpdate {
  return { at: new Date(date), status, ...(cause !== undefined && { cause }) };
}

/** Returns the reason why the workerpool gave up, unless a worker has worked on the task since. */
function whyGivenUp({ updates, replicates }: Pick<ScheduledTask, "updates" | "replicates">): string | undefined {
  const last = updates.at(-1);
  if (last?.cause?.startsWith(GIVEN_UP) !== true) return undefined;
  const isTriedAgain = replicates.some((replicate) => replicate.updates.some(({ at }) => at > last.at));
  return isTriedAgain ? undefined : last.cause.slice(GIVEN_UP.length);
}
