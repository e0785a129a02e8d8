import type { Address, DealId, Hex, TaskId } from "../protocol/ids.js";

/** What a scheduler and its workers say to each other, as JSON over HTTP. docs/reference/scheduler.md tells the conversation. */

/** An attempt at a task. */
export interface TaskAttempt {
  readonly taskId: TaskId;
  readonly attempt: number;
}

/** A worker asks to be let in. */
export interface JoinRequest {
  /** How many tasks it takes at once: 1 by default. */
  readonly slots: number;
  /** A quote of its platform about its account and the challenge of its login, hex: for pools that ask strangers for one. */
  readonly quote?: Hex;
}

/** What a worker is doing, with which it asks what should change. */
export interface WorkReport {
  /** The attempts that it runs. */
  readonly running: readonly TaskAttempt[];
  /** The tasks whose result it is revealing, or would have to reveal and cannot. */
  readonly revealing: readonly TaskId[];
}

/** A task to run. */
export interface TaskAssignment extends TaskAttempt {
  readonly dealId: DealId;
  /** Decimal digits. */
  readonly index: string;
  /** Whether it may end the task alone, in one transaction. */
  readonly isSolo: boolean;
  /** Whether it must contribute from within an enclave. */
  readonly isTee: boolean;
  /** Seconds that it may take. */
  readonly seconds: number;
}

/** What a worker is to do that it does not do yet, and what to stop. */
export interface WorkChanges {
  readonly run: readonly TaskAssignment[];
  readonly reveal: readonly TaskId[];
  readonly stop: readonly TaskAttempt[];
}

/** A worker that joined. */
export interface Joined {
  /** To be sent as `Authorization: Bearer …` from now on. */
  readonly session: string;
  /** Milliseconds that a request for changes may be held. */
  readonly holdMs: number;
  /** Milliseconds after which a worker without such a request counts as lost. */
  readonly graceMs: number;
}

/** An enclave that is to contribute; without one, nothing but the attempt. */
export interface AuthorizationRequest {
  readonly attempt: number;
  readonly enclave?: Address;
  /** The X25519 key of the enclave, hex. */
  readonly encryptionKey?: Hex;
  /** Its quote, hex. */
  readonly quote?: Hex;
}

/** The scheduler's signed work permit. */
export interface AuthorizationAnswer {
  /** Of keccak256(worker ‖ task ‖ enclave), as an Ethereum message, by the pool's owner. */
  readonly sign: Hex;
  /** How many authorizations there have been for this task, from 1. */
  readonly sequence: number;
}

/** How far a worker is, or how it ended. */
export interface StatusReport {
  readonly attempt: number;
  readonly status: ReplicateStatus;
  /**
   * A sentence; with failures the reason. It may quote the app or name files of the requester, who alone is told: it is
   * never in an answer to others.
   */
  readonly cause?: string;
  readonly exitCode?: number;
}

/** What the app wrote to its terminal. */
export interface LogsReport {
  readonly attempt: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What it takes to finalize a task, should this worker's contribution win. */
export interface ResultReport {
  readonly attempt: number;
  readonly digest: Hex;
  /** `results` on chain. */
  readonly results: Hex;
  /** `resultsCallback` on chain. */
  readonly callbackData?: Hex;
}

/** How the pool's remark begins, in the history of a task, that it tries no more. */
export const GIVEN_UP = "given up: ";

/** The states of a replicate that workers report, and those that the scheduler gives it. */
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

/** How far a replicate is. */
export type ReplicateStatus = (typeof REPLICATE_STATUSES)[number];

/** Those that the scheduler gives: no worker says them. */
export const SCHEDULER_STATUSES: ReadonlySet<ReplicateStatus> = new Set([
  "CREATED",
  "COMPLETED",
  "ABORTED",
  "WORKER_LOST",
]);

/** With these, an attempt has failed. */
export const FAILURES: ReadonlySet<ReplicateStatus> = new Set([
  "APP_DOWNLOAD_FAILED",
  "DATA_DOWNLOAD_FAILED",
  "COMPUTE_FAILED",
  "RESULT_UPLOAD_FAILED",
  "CONTRIBUTE_FAILED",
  "CONTRIBUTE_AND_FINALIZE_FAILED",
  "FAILED",
]);

/** With these, the worker does not take the task, before it began with it: no attempt has failed. */
export const REFUSALS: ReadonlySet<ReplicateStatus> = new Set(["APP_REFUSED"]);

/** With these, the worker has said on chain what it found. */
export const CONTRIBUTIONS: ReadonlySet<ReplicateStatus> = new Set(["CONTRIBUTED", "CONTRIBUTE_AND_FINALIZE_DONE"]);
