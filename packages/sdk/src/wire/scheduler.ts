import type { Address, DealId, Hex, TaskId } from "../protocol/ids.js";

/**
 * The messages between a scheduler and its workers, as JSON over HTTP. docs/reference/scheduler.md specifies their
 * order.
 */

/** An attempt at a task. */
export interface TaskAttempt {
  readonly taskId: TaskId;
  readonly attempt: number;
}

/** A worker's request to join. */
export interface JoinRequest {
  /** The number of tasks that it runs at once: 1 by default. */
  readonly slots: number;
  /** A quote of its platform about its account and login, hex: for pools that require one of unknown workers. */
  readonly quote?: Hex;
}

/** The current work of a worker, which it sends to ask for changes. */
export interface WorkReport {
  /** The running attempts. */
  readonly running: readonly TaskAttempt[];
  /** The tasks whose result it is revealing, or failed to reveal. */
  readonly revealing: readonly TaskId[];
}

/** A task to run. */
export interface TaskAssignment extends TaskAttempt {
  readonly dealId: DealId;
  /** The index of the task as decimal digits. */
  readonly index: string;
  /** Whether the worker may complete the task alone, in one transaction. */
  readonly isSolo: boolean;
  /** Whether the worker must contribute from within an enclave. */
  readonly isTee: boolean;
  /** The maximum duration, in seconds. */
  readonly seconds: number;
}

/** The changes of a worker's work: what to start, and what to stop. */
export interface WorkChanges {
  readonly run: readonly TaskAssignment[];
  readonly reveal: readonly TaskId[];
  readonly stop: readonly TaskAttempt[];
}

/** The answer to a worker that joined. */
export interface Joined {
  /** The token of the session, for the header `Authorization: Bearer …`. */
  readonly session: string;
  /** Milliseconds that a request for changes may be held. */
  readonly holdMs: number;
  /** Milliseconds after which a worker without such a request counts as lost. */
  readonly graceMs: number;
}

/** A request for a work permit, for an enclave if there is one. */
export interface AuthorizationRequest {
  readonly attempt: number;
  readonly enclave?: Address;
  /** The X25519 key of the enclave, hex. */
  readonly encryptionKey?: Hex;
  /** The enclave's quote, hex. */
  readonly quote?: Hex;
}

/** The scheduler's signed work permit. */
export interface AuthorizationAnswer {
  /** The pool owner's signature, as an Ethereum message, of keccak256(worker ‖ task ‖ enclave). */
  readonly sign: Hex;
  /** The number of authorizations for this task so far, from 1. */
  readonly sequence: number;
}

/** The progress of an attempt, or its end. */
export interface StatusReport {
  readonly attempt: number;
  readonly status: ReplicateStatus;
  /**
   * A sentence, which gives the reason of a failure. It may quote the app or name files of the requester, so only the
   * requester can read it.
   */
  readonly cause?: string;
  readonly exitCode?: number;
}

/** How far the download of an attempt's app is, which is reported while it lasts. */
export interface DownloadReport {
  readonly attempt: number;
  /** The number of bytes that are downloaded, and of those that are unpacked, together. */
  readonly done: number;
  /** What `done` is at the end. */
  readonly total: number;
}

/** The output of an app. */
export interface LogsReport {
  readonly attempt: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The data with which the scheduler finalizes a task if this worker's contribution wins. */
export interface ResultReport {
  readonly attempt: number;
  readonly digest: Hex;
  /** The value of `results` on chain. */
  readonly results: Hex;
  /** The value of `resultsCallback` on chain. */
  readonly callbackData?: Hex;
}

/** The beginning of the cause in a task's history when the pool gives up. */
export const GIVEN_UP = "given up: ";

/** The statuses of a replicate: those that workers report, and those that the scheduler sets. */
export const REPLICATE_STATUSES = [
  "CREATED",
  "STARTING",
  "APP_DOWNLOADING",
  "APP_DOWNLOADED",
  "APP_DOWNLOAD_FAILED",
  "APP_REFUSED",
  "DATA_DOWNLOADING",
  "DATA_DOWNLOADED",
  "DATA_DOWNLOAD_FAILED",
  "COMPUTING",
  "COMPUTED",
  "COMPUTE_FAILED",
  "RESULT_UPLOADING",
  "RESULT_UPLOADED",
  "RESULT_UPLOAD_FAILED",
  "CONTRIBUTING",
  "CONTRIBUTED",
  "CONTRIBUTE_FAILED",
  "CONTRIBUTE_AND_FINALIZE_ONGOING",
  "CONTRIBUTE_AND_FINALIZE_DONE",
  "CONTRIBUTE_AND_FINALIZE_FAILED",
  "REVEALING",
  "REVEALED",
  "REVEAL_FAILED",
  "COMPLETED",
  "FAILED",
  "ABORTED",
  "WORKER_LOST",
] as const;

/** A status of a replicate. */
export type ReplicateStatus = (typeof REPLICATE_STATUSES)[number];

/** The statuses that only the scheduler sets. */
export const SCHEDULER_STATUSES: ReadonlySet<ReplicateStatus> = new Set([
  "CREATED",
  "COMPLETED",
  "ABORTED",
  "WORKER_LOST",
]);

/** The statuses of a failed attempt. */
export const FAILURES: ReadonlySet<ReplicateStatus> = new Set([
  "APP_DOWNLOAD_FAILED",
  "DATA_DOWNLOAD_FAILED",
  "COMPUTE_FAILED",
  "RESULT_UPLOAD_FAILED",
  "CONTRIBUTE_FAILED",
  "CONTRIBUTE_AND_FINALIZE_FAILED",
  "FAILED",
]);

/** The statuses of a worker that refuses a task before it starts: they do not count as failed attempts. */
export const REFUSALS: ReadonlySet<ReplicateStatus> = new Set(["APP_REFUSED"]);

/** The statuses of a worker whose contribution is on chain. */
export const CONTRIBUTIONS: ReadonlySet<ReplicateStatus> = new Set(["CONTRIBUTED", "CONTRIBUTE_AND_FINALIZE_DONE"]);
